/* Registers of an HCA in BAR 0; big-endian on the bus, as mlx4's.
   Made from rtl/regs/hca_csr.toml by viosim_regs: change that. */
#ifndef VIOSIM_REGS_HCA_CSR_H
#define VIOSIM_REGS_HCA_CSR_H

#define HCA_CSR_SIZE 0x100000u

/* Bus address of the input mailbox, or the input itself (rw) */
#define HCA_CSR_HCR_IN_PARAM_HIGH 0x80680u
#define HCA_CSR_HCR_IN_PARAM_HIGH_RESET 0x0u

/* Its lower half (rw) */
#define HCA_CSR_HCR_IN_PARAM_LOW 0x80684u
#define HCA_CSR_HCR_IN_PARAM_LOW_RESET 0x0u

/* Mostly the number of the object (rw) */
#define HCA_CSR_HCR_IN_MODIFIER 0x80688u
#define HCA_CSR_HCR_IN_MODIFIER_RESET 0x0u

/* Bus address of the output mailbox; after a command with an immediate result, the result (rw) */
#define HCA_CSR_HCR_OUT_PARAM_HIGH 0x8068cu
#define HCA_CSR_HCR_OUT_PARAM_HIGH_RESET 0x0u

/* Its lower half (rw) */
#define HCA_CSR_HCR_OUT_PARAM_LOW 0x80690u
#define HCA_CSR_HCR_OUT_PARAM_LOW_RESET 0x0u

/* Comes back in the completion event (rw) */
#define HCA_CSR_HCR_TOKEN 0x80694u
#define HCA_CSR_HCR_TOKEN_RESET 0x0u
#define HCA_CSR_HCR_TOKEN_TOKEN_SHIFT 16u /* Chosen by the driver */
#define HCA_CSR_HCR_TOKEN_TOKEN_MASK 0xffff0000u

/* Written last: the command begins when go is set (rw) */
#define HCA_CSR_HCR_CONTROL 0x80698u
#define HCA_CSR_HCR_CONTROL_RESET 0x0u
#define HCA_CSR_HCR_CONTROL_OPCODE_SHIFT 0u /* Opcode of hca_mailbox */
#define HCA_CSR_HCR_CONTROL_OPCODE_MASK 0xfffu
#define HCA_CSR_HCR_CONTROL_OP_MODIFIER_SHIFT 12u /* Variant of the command */
#define HCA_CSR_HCR_CONTROL_OP_MODIFIER_MASK 0xf000u
#define HCA_CSR_HCR_CONTROL_TOGGLE_SHIFT 21u /* mlx4's T bit; of no meaning here */
#define HCA_CSR_HCR_CONTROL_TOGGLE_MASK 0x200000u
#define HCA_CSR_HCR_CONTROL_EVENT_SHIFT 22u /* Report the end by an event */
#define HCA_CSR_HCR_CONTROL_EVENT_MASK 0x400000u
#define HCA_CSR_HCR_CONTROL_GO_SHIFT 23u /* Set by the driver, cleared by the device */
#define HCA_CSR_HCR_CONTROL_GO_MASK 0x800000u
#define HCA_CSR_HCR_CONTROL_STATUS_SHIFT 24u /* Status of hca_mailbox, when go is clear */
#define HCA_CSR_HCR_CONTROL_STATUS_MASK 0xff000000u

/* As the firmware wrote it to hca_mgmt (ro) */
#define HCA_CSR_DEVICE_STATE 0x80700u
#define HCA_CSR_DEVICE_STATE_RESET 0x0u
#define HCA_CSR_DEVICE_STATE_STATE_SHIFT 0u /* Where the firmware is */
#define HCA_CSR_DEVICE_STATE_STATE_MASK 0xfu
#define HCA_CSR_DEVICE_STATE_STATE_BOOT 0x0u
#define HCA_CSR_DEVICE_STATE_STATE_READY 0x1u
#define HCA_CSR_DEVICE_STATE_STATE_CATASTROPHIC 0x2u
#define HCA_CSR_DEVICE_STATE_PORT_SHIFT 4u /* State of the port (IBA's PortState) */
#define HCA_CSR_DEVICE_STATE_PORT_MASK 0xf0u
#define HCA_CSR_DEVICE_STATE_PORT_DOWN 0x1u
#define HCA_CSR_DEVICE_STATE_PORT_INIT 0x2u
#define HCA_CSR_DEVICE_STATE_PORT_ARMED 0x3u
#define HCA_CSR_DEVICE_STATE_PORT_ACTIVE 0x4u

/* The catastrophic error buffer: words of CatasWord of hca_mailbox; word 0 is not 0 after such an error (ro) */
#define HCA_CSR_CATAS 0x80800u
#define HCA_CSR_CATAS_COUNT 16u
#define HCA_CSR_CATAS_RESET 0x0u

#endif /* VIOSIM_REGS_HCA_CSR_H */
