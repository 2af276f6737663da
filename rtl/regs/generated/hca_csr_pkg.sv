// Registers of an HCA in BAR 0; big-endian on the bus, as mlx4's.
// Made from rtl/regs/hca_csr.toml by viosim_regs: change that.
package hca_csr_pkg;
  parameter logic [31:0] SIZE = 32'h00100000;

  // Bus address of the input mailbox, or the input itself (rw).
  parameter logic [31:0] HCR_IN_PARAM_HIGH_OFFSET = 32'h00080680;
  parameter logic [31:0] HCR_IN_PARAM_HIGH_RESET = 32'h00000000;

  // Its lower half (rw).
  parameter logic [31:0] HCR_IN_PARAM_LOW_OFFSET = 32'h00080684;
  parameter logic [31:0] HCR_IN_PARAM_LOW_RESET = 32'h00000000;

  // Mostly the number of the object (rw).
  parameter logic [31:0] HCR_IN_MODIFIER_OFFSET = 32'h00080688;
  parameter logic [31:0] HCR_IN_MODIFIER_RESET = 32'h00000000;

  // Bus address of the output mailbox; after a command with an immediate result, the result (rw).
  parameter logic [31:0] HCR_OUT_PARAM_HIGH_OFFSET = 32'h0008068c;
  parameter logic [31:0] HCR_OUT_PARAM_HIGH_RESET = 32'h00000000;

  // Its lower half (rw).
  parameter logic [31:0] HCR_OUT_PARAM_LOW_OFFSET = 32'h00080690;
  parameter logic [31:0] HCR_OUT_PARAM_LOW_RESET = 32'h00000000;

  // Comes back in the completion event (rw).
  parameter logic [31:0] HCR_TOKEN_OFFSET = 32'h00080694;
  parameter logic [31:0] HCR_TOKEN_RESET = 32'h00000000;
  parameter int unsigned HCR_TOKEN_TOKEN_LSB = 16;  // Chosen by the driver
  parameter logic [31:0] HCR_TOKEN_TOKEN_MASK = 32'hffff0000;

  // Written last: the command begins when go is set (rw).
  parameter logic [31:0] HCR_CONTROL_OFFSET = 32'h00080698;
  parameter logic [31:0] HCR_CONTROL_RESET = 32'h00000000;
  parameter int unsigned HCR_CONTROL_OPCODE_LSB = 0;  // Opcode of hca_mailbox
  parameter logic [31:0] HCR_CONTROL_OPCODE_MASK = 32'h00000fff;
  parameter int unsigned HCR_CONTROL_OP_MODIFIER_LSB = 12;  // Variant of the command
  parameter logic [31:0] HCR_CONTROL_OP_MODIFIER_MASK = 32'h0000f000;
  parameter int unsigned HCR_CONTROL_TOGGLE_LSB = 21;  // mlx4's T bit; of no meaning here
  parameter logic [31:0] HCR_CONTROL_TOGGLE_MASK = 32'h00200000;
  parameter int unsigned HCR_CONTROL_EVENT_LSB = 22;  // Report the end by an event
  parameter logic [31:0] HCR_CONTROL_EVENT_MASK = 32'h00400000;
  parameter int unsigned HCR_CONTROL_GO_LSB = 23;  // Set by the driver, cleared by the device
  parameter logic [31:0] HCR_CONTROL_GO_MASK = 32'h00800000;
  parameter int unsigned HCR_CONTROL_STATUS_LSB = 24;  // Status of hca_mailbox, when go is clear
  parameter logic [31:0] HCR_CONTROL_STATUS_MASK = 32'hff000000;

  // As the firmware wrote it to hca_mgmt (ro).
  parameter logic [31:0] DEVICE_STATE_OFFSET = 32'h00080700;
  parameter logic [31:0] DEVICE_STATE_RESET = 32'h00000000;
  parameter int unsigned DEVICE_STATE_STATE_LSB = 0;  // Where the firmware is
  parameter logic [31:0] DEVICE_STATE_STATE_MASK = 32'h0000000f;
  typedef enum logic [3:0] {
    DEVICE_STATE_STATE_BOOT = 4'h0,
    DEVICE_STATE_STATE_READY = 4'h1,
    DEVICE_STATE_STATE_CATASTROPHIC = 4'h2
  } device_state_state_e;
  parameter int unsigned DEVICE_STATE_PORT_LSB = 4;  // State of the port (IBA's PortState)
  parameter logic [31:0] DEVICE_STATE_PORT_MASK = 32'h000000f0;
  typedef enum logic [3:0] {
    DEVICE_STATE_PORT_DOWN = 4'h1,
    DEVICE_STATE_PORT_INIT = 4'h2,
    DEVICE_STATE_PORT_ARMED = 4'h3,
    DEVICE_STATE_PORT_ACTIVE = 4'h4
  } device_state_port_e;

  // The catastrophic error buffer: words of CatasWord of hca_mailbox; word 0 is not 0 after such an error (ro).
  parameter logic [31:0] CATAS_OFFSET = 32'h00080800;
  parameter logic [31:0] CATAS_COUNT = 32'h00000010;
  parameter logic [31:0] CATAS_RESET = 32'h00000000;

endpackage
