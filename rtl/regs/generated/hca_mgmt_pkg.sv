// Management registers of an HCA: what its firmware reaches.
// Made from rtl/regs/hca_mgmt.toml by viosim_regs: change that.
package hca_mgmt_pkg;
  parameter logic [31:0] SIZE = 32'h00001000;

  // What this is: 'HCA' and the revision of this map (ro).
  parameter logic [31:0] ID_OFFSET = 32'h00000000;
  parameter logic [31:0] ID_RESET = 32'h48434101;

  // What happened; the interrupt's wire is the OR of pending AND enable (w1c).
  parameter logic [31:0] INT_PENDING_OFFSET = 32'h00000004;
  parameter logic [31:0] INT_PENDING_RESET = 32'h00000000;
  parameter int unsigned INT_PENDING_COMMAND_LSB = 0;  // A command became the head
  parameter logic [31:0] INT_PENDING_COMMAND_MASK = 32'h00000001;
  parameter int unsigned INT_PENDING_DMA_LSB = 1;  // The DMA engine is done
  parameter logic [31:0] INT_PENDING_DMA_MASK = 32'h00000002;
  parameter int unsigned INT_PENDING_CONTEXT_LSB = 2;  // The context port is done
  parameter logic [31:0] INT_PENDING_CONTEXT_MASK = 32'h00000004;
  parameter int unsigned INT_PENDING_PORT_LSB = 3;  // port_status changed
  parameter logic [31:0] INT_PENDING_PORT_MASK = 32'h00000008;

  // What interrupts; bits as in int_pending (rw).
  parameter logic [31:0] INT_ENABLE_OFFSET = 32'h00000008;
  parameter logic [31:0] INT_ENABLE_RESET = 32'h00000000;
  parameter int unsigned INT_ENABLE_ALL_LSB = 0;  // One bit a source
  parameter logic [31:0] INT_ENABLE_ALL_MASK = 32'h0000000f;

  // PCIe functions: 0 is the physical one, the others are virtual (ro).
  parameter logic [31:0] FUNCTIONS_OFFSET = 32'h0000000c;
  parameter logic [31:0] FUNCTIONS_RESET = 32'h00000001;
  parameter int unsigned FUNCTIONS_COUNT_LSB = 0;  // 1 .. 64
  parameter logic [31:0] FUNCTIONS_COUNT_MASK = 32'h000000ff;

  // What a host reads as device_state of hca_csr (rw).
  parameter logic [31:0] DEVICE_STATE_OFFSET = 32'h00000010;
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

  // What the self-test found; a set bit passed (rw).
  parameter logic [31:0] SELF_TEST_OFFSET = 32'h00000014;
  parameter logic [31:0] SELF_TEST_RESET = 32'h00000000;
  parameter int unsigned SELF_TEST_RAM_LSB = 0;  // Memory keeps what is written
  parameter logic [31:0] SELF_TEST_RAM_MASK = 32'h00000001;
  parameter int unsigned SELF_TEST_MULTIPLY_LSB = 1;  // Multiplier
  parameter logic [31:0] SELF_TEST_MULTIPLY_MASK = 32'h00000002;
  parameter int unsigned SELF_TEST_DIVIDE_LSB = 2;  // Divider
  parameter logic [31:0] SELF_TEST_DIVIDE_MASK = 32'h00000004;
  parameter int unsigned SELF_TEST_DONE_LSB = 31;  // It ran to its end
  parameter logic [31:0] SELF_TEST_DONE_MASK = 32'h80000000;

  // A write says that the firmware stops for good, and why; a host sees it as catastrophic (wo).
  parameter logic [31:0] HALT_OFFSET = 32'h00000018;
  parameter logic [31:0] HALT_RESET = 32'h00000000;
  parameter int unsigned HALT_CODE_LSB = 0;  // Why
  parameter logic [31:0] HALT_CODE_MASK = 32'h000000ff;
  typedef enum logic [7:0] {
    HALT_CODE_NONE = 8'h0,
    HALT_CODE_SELF_TEST = 8'h1,
    HALT_CODE_TRAP = 8'h2,
    HALT_CODE_ASSERTION = 8'h3,
    HALT_CODE_DMA = 8'h4,
    HALT_CODE_STACK = 8'h5
  } halt_code_e;

  // The command being served; of the functions that set go one, in turn, until cmd_done is written (ro).
  parameter logic [31:0] CMD_HEAD_OFFSET = 32'h00000040;
  parameter logic [31:0] CMD_HEAD_RESET = 32'h00000000;
  parameter int unsigned CMD_HEAD_FUNCTION_LSB = 0;  // Whose it is
  parameter logic [31:0] CMD_HEAD_FUNCTION_MASK = 32'h000000ff;
  parameter int unsigned CMD_HEAD_VALID_LSB = 31;  // There is one
  parameter logic [31:0] CMD_HEAD_VALID_MASK = 32'h80000000;

  // Its HCR as it was when go was set: in_param high and low, in_modifier, out_param high and low, token, control (ro).
  parameter logic [31:0] CMD_WORD_OFFSET = 32'h00000044;
  parameter logic [31:0] CMD_WORD_COUNT = 32'h00000007;
  parameter logic [31:0] CMD_WORD_RESET = 32'h00000000;

  // Goes to the function's HCR as out_param when cmd_done is written with `out` (rw).
  parameter logic [31:0] CMD_OUT_HIGH_OFFSET = 32'h00000060;
  parameter logic [31:0] CMD_OUT_HIGH_RESET = 32'h00000000;

  // Lower half of it (rw).
  parameter logic [31:0] CMD_OUT_LOW_OFFSET = 32'h00000064;
  parameter logic [31:0] CMD_OUT_LOW_RESET = 32'h00000000;

  // Ends the head command: writes its status, clears its go; the next one becomes the head (wo).
  parameter logic [31:0] CMD_DONE_OFFSET = 32'h00000068;
  parameter logic [31:0] CMD_DONE_RESET = 32'h00000000;
  parameter int unsigned CMD_DONE_STATUS_LSB = 0;  // Status of hca_mailbox
  parameter logic [31:0] CMD_DONE_STATUS_MASK = 32'h000000ff;
  parameter int unsigned CMD_DONE_OUT_LSB = 8;  // out_param is written too
  parameter logic [31:0] CMD_DONE_OUT_MASK = 32'h00000100;

  // Bus address in the host (rw).
  parameter logic [31:0] DMA_HOST_LOW_OFFSET = 32'h00000080;
  parameter logic [31:0] DMA_HOST_LOW_RESET = 32'h00000000;

  // Its upper half (rw).
  parameter logic [31:0] DMA_HOST_HIGH_OFFSET = 32'h00000084;
  parameter logic [31:0] DMA_HOST_HIGH_RESET = 32'h00000000;

  // Address in the control processor's RAM, a multiple of 4 (rw).
  parameter logic [31:0] DMA_LOCAL_OFFSET = 32'h00000088;
  parameter logic [31:0] DMA_LOCAL_RESET = 32'h00000000;

  // Bytes, a multiple of 4 (rw).
  parameter logic [31:0] DMA_LENGTH_OFFSET = 32'h0000008c;
  parameter logic [31:0] DMA_LENGTH_RESET = 32'h00000000;
  parameter int unsigned DMA_LENGTH_BYTES_LSB = 0;  // 4 .. 4096
  parameter logic [31:0] DMA_LENGTH_BYTES_MASK = 32'h00001fff;

  // Starts a transfer; one at a time (wo).
  parameter logic [31:0] DMA_CONTROL_OFFSET = 32'h00000090;
  parameter logic [31:0] DMA_CONTROL_RESET = 32'h00000000;
  parameter int unsigned DMA_CONTROL_FUNCTION_LSB = 0;  // Whose requester id it has
  parameter logic [31:0] DMA_CONTROL_FUNCTION_MASK = 32'h000000ff;
  parameter int unsigned DMA_CONTROL_DIRECTION_LSB = 8;  // Where to
  parameter logic [31:0] DMA_CONTROL_DIRECTION_MASK = 32'h00000100;
  typedef enum logic [0:0] {
    DMA_CONTROL_DIRECTION_TO_LOCAL = 1'h0,
    DMA_CONTROL_DIRECTION_TO_HOST = 1'h1
  } dma_control_direction_e;
  parameter int unsigned DMA_CONTROL_GO_LSB = 31;  // Begin
  parameter logic [31:0] DMA_CONTROL_GO_MASK = 32'h80000000;

  // Of the latest transfer (ro).
  parameter logic [31:0] DMA_STATUS_OFFSET = 32'h00000094;
  parameter logic [31:0] DMA_STATUS_RESET = 32'h00000000;
  parameter int unsigned DMA_STATUS_BUSY_LSB = 0;  // Not over yet
  parameter logic [31:0] DMA_STATUS_BUSY_MASK = 32'h00000001;
  parameter int unsigned DMA_STATUS_ERROR_LSB = 1;  // How it ended
  parameter logic [31:0] DMA_STATUS_ERROR_MASK = 32'h0000000e;
  typedef enum logic [2:0] {
    DMA_STATUS_ERROR_NONE = 3'h0,
    DMA_STATUS_ERROR_LOCAL_ADDRESS = 3'h1,
    DMA_STATUS_ERROR_LENGTH = 3'h2,
    DMA_STATUS_ERROR_FUNCTION = 3'h3,
    DMA_STATUS_ERROR_HOST = 3'h4
  } dma_status_error_e;

  // The hardware's table that is meant (rw).
  parameter logic [31:0] CTX_OBJECT_OFFSET = 32'h000000a0;
  parameter logic [31:0] CTX_OBJECT_RESET = 32'h00000000;
  parameter int unsigned CTX_OBJECT_TYPE_LSB = 0;  // Which one
  parameter logic [31:0] CTX_OBJECT_TYPE_MASK = 32'h0000000f;
  typedef enum logic [3:0] {
    CTX_OBJECT_TYPE_NONE = 4'h0,
    CTX_OBJECT_TYPE_FUNCTION = 4'h1,
    CTX_OBJECT_TYPE_PD = 4'h2,
    CTX_OBJECT_TYPE_MTT = 4'h3,
    CTX_OBJECT_TYPE_MPT = 4'h4,
    CTX_OBJECT_TYPE_EQ = 4'h5,
    CTX_OBJECT_TYPE_CQ = 4'h6,
    CTX_OBJECT_TYPE_SRQ = 4'h7,
    CTX_OBJECT_TYPE_QP = 4'h8,
    CTX_OBJECT_TYPE_AH = 4'h9
  } ctx_object_type_e;

  // Number of the object; of an mpt its key, of mtt the first entry (rw).
  parameter logic [31:0] CTX_NUMBER_OFFSET = 32'h000000a4;
  parameter logic [31:0] CTX_NUMBER_RESET = 32'h00000000;

  // RAM address of the packed context (hca_mailbox), of mtt of 64-bit bus addresses (rw).
  parameter logic [31:0] CTX_LOCAL_OFFSET = 32'h000000a8;
  parameter logic [31:0] CTX_LOCAL_RESET = 32'h00000000;

  // Entries, for mtt (rw).
  parameter logic [31:0] CTX_COUNT_OFFSET = 32'h000000ac;
  parameter logic [31:0] CTX_COUNT_RESET = 32'h00000000;
  parameter int unsigned CTX_COUNT_ENTRIES_LSB = 0;  // 1 .. 512
  parameter logic [31:0] CTX_COUNT_ENTRIES_MASK = 32'h000003ff;

  // Starts an operation; one at a time (wo).
  parameter logic [31:0] CTX_CONTROL_OFFSET = 32'h000000b0;
  parameter logic [31:0] CTX_CONTROL_RESET = 32'h00000000;
  parameter int unsigned CTX_CONTROL_FUNCTION_LSB = 0;  // Owner of the object
  parameter logic [31:0] CTX_CONTROL_FUNCTION_MASK = 32'h000000ff;
  parameter int unsigned CTX_CONTROL_OPERATION_LSB = 8;  // What is done
  parameter logic [31:0] CTX_CONTROL_OPERATION_MASK = 32'h00000700;
  typedef enum logic [2:0] {
    CTX_CONTROL_OPERATION_INSTALL = 3'h0,
    CTX_CONTROL_OPERATION_MODIFY = 3'h1,
    CTX_CONTROL_OPERATION_REMOVE = 3'h2,
    CTX_CONTROL_OPERATION_QUERY = 3'h3
  } ctx_control_operation_e;
  parameter int unsigned CTX_CONTROL_GO_LSB = 31;  // Begin
  parameter logic [31:0] CTX_CONTROL_GO_MASK = 32'h80000000;

  // Of the latest operation (ro).
  parameter logic [31:0] CTX_STATUS_OFFSET = 32'h000000b4;
  parameter logic [31:0] CTX_STATUS_RESET = 32'h00000000;
  parameter int unsigned CTX_STATUS_BUSY_LSB = 0;  // Not over yet
  parameter logic [31:0] CTX_STATUS_BUSY_MASK = 32'h00000001;
  parameter int unsigned CTX_STATUS_ERROR_LSB = 1;  // How it ended
  parameter logic [31:0] CTX_STATUS_ERROR_MASK = 32'h0000000e;
  typedef enum logic [2:0] {
    CTX_STATUS_ERROR_NONE = 3'h0,
    CTX_STATUS_ERROR_TYPE = 3'h1,
    CTX_STATUS_ERROR_NUMBER = 3'h2,
    CTX_STATUS_ERROR_LOCAL_ADDRESS = 3'h3,
    CTX_STATUS_ERROR_REFUSED = 3'h4
  } ctx_status_error_e;

  // Where the message goes (rw).
  parameter logic [31:0] MSI_ADDRESS_LOW_OFFSET = 32'h000000c0;
  parameter logic [31:0] MSI_ADDRESS_LOW_RESET = 32'h00000000;

  // Its upper half (rw).
  parameter logic [31:0] MSI_ADDRESS_HIGH_OFFSET = 32'h000000c4;
  parameter logic [31:0] MSI_ADDRESS_HIGH_RESET = 32'h00000000;

  // The message (rw).
  parameter logic [31:0] MSI_DATA_OFFSET = 32'h000000c8;
  parameter logic [31:0] MSI_DATA_RESET = 32'h00000000;

  // Sends the message behind all that the DMA engine wrote (wo).
  parameter logic [31:0] MSI_CONTROL_OFFSET = 32'h000000cc;
  parameter logic [31:0] MSI_CONTROL_RESET = 32'h00000000;
  parameter int unsigned MSI_CONTROL_FUNCTION_LSB = 0;  // Whose requester id it has
  parameter logic [31:0] MSI_CONTROL_FUNCTION_MASK = 32'h000000ff;
  parameter int unsigned MSI_CONTROL_GO_LSB = 31;  // Send
  parameter logic [31:0] MSI_CONTROL_GO_MASK = 32'h80000000;

  // What the firmware wants of the port (rw).
  parameter logic [31:0] PORT_CONTROL_OFFSET = 32'h000000e0;
  parameter logic [31:0] PORT_CONTROL_RESET = 32'h00000000;
  parameter int unsigned PORT_CONTROL_ENABLE_LSB = 0;  // The link may come up
  parameter logic [31:0] PORT_CONTROL_ENABLE_MASK = 32'h00000001;

  // What the port's hardware says (ro).
  parameter logic [31:0] PORT_STATUS_OFFSET = 32'h000000e4;
  parameter logic [31:0] PORT_STATUS_RESET = 32'h00000000;
  parameter int unsigned PORT_STATUS_LINK_UP_LSB = 0;  // The physical link is trained
  parameter logic [31:0] PORT_STATUS_LINK_UP_MASK = 32'h00000001;
  parameter int unsigned PORT_STATUS_WANTED_LSB = 4;  // State that the subnet manager asks for (IBA's PortState)
  parameter logic [31:0] PORT_STATUS_WANTED_MASK = 32'h000000f0;
  typedef enum logic [3:0] {
    PORT_STATUS_WANTED_NONE = 4'h0,
    PORT_STATUS_WANTED_DOWN = 4'h1,
    PORT_STATUS_WANTED_INIT = 4'h2,
    PORT_STATUS_WANTED_ARMED = 4'h3,
    PORT_STATUS_WANTED_ACTIVE = 4'h4
  } port_status_wanted_e;
  parameter int unsigned PORT_STATUS_LID_LSB = 16;  // Local identifier
  parameter logic [31:0] PORT_STATUS_LID_MASK = 32'hffff0000;

  // Ticks of the processor's timer without a kick until the device is reset (rw).
  parameter logic [31:0] WATCHDOG_TIMEOUT_OFFSET = 32'h00000100;
  parameter logic [31:0] WATCHDOG_TIMEOUT_RESET = 32'h00000000;

  // The watchdog (rw).
  parameter logic [31:0] WATCHDOG_CONTROL_OFFSET = 32'h00000104;
  parameter logic [31:0] WATCHDOG_CONTROL_RESET = 32'h00000000;
  parameter int unsigned WATCHDOG_CONTROL_ENABLE_LSB = 0;  // It counts
  parameter logic [31:0] WATCHDOG_CONTROL_ENABLE_MASK = 32'h00000001;

  // A write of `magic` starts the count again; any other value does nothing (wo).
  parameter logic [31:0] WATCHDOG_KICK_OFFSET = 32'h00000108;
  parameter logic [31:0] WATCHDOG_KICK_RESET = 32'h00000000;
  parameter int unsigned WATCHDOG_KICK_VALUE_LSB = 0;  // What is written
  parameter logic [31:0] WATCHDOG_KICK_VALUE_MASK = 32'hffffffff;
  typedef enum logic [31:0] {
    WATCHDOG_KICK_VALUE_MAGIC = 32'h4b49434b
  } watchdog_kick_value_e;

  // The catastrophic error buffer, as a host reads it in hca_csr (rw).
  parameter logic [31:0] CATAS_OFFSET = 32'h00000140;
  parameter logic [31:0] CATAS_COUNT = 32'h00000010;
  parameter logic [31:0] CATAS_RESET = 32'h00000000;

endpackage
