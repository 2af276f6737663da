/* Management registers of an HCA: what its firmware reaches.
   Made from rtl/regs/hca_mgmt.toml by viosim_regs: change that. */
#ifndef VIOSIM_REGS_HCA_MGMT_H
#define VIOSIM_REGS_HCA_MGMT_H

#define HCA_MGMT_SIZE 0x1000u

/* What this is: 'HCA' and the revision of this map (ro) */
#define HCA_MGMT_ID 0x0u
#define HCA_MGMT_ID_RESET 0x48434101u

/* What happened; the interrupt's wire is the OR of pending AND enable (w1c) */
#define HCA_MGMT_INT_PENDING 0x4u
#define HCA_MGMT_INT_PENDING_RESET 0x0u
#define HCA_MGMT_INT_PENDING_COMMAND_SHIFT 0u /* A command became the head */
#define HCA_MGMT_INT_PENDING_COMMAND_MASK 0x1u
#define HCA_MGMT_INT_PENDING_DMA_SHIFT 1u /* The DMA engine is done */
#define HCA_MGMT_INT_PENDING_DMA_MASK 0x2u
#define HCA_MGMT_INT_PENDING_CONTEXT_SHIFT 2u /* The context port is done */
#define HCA_MGMT_INT_PENDING_CONTEXT_MASK 0x4u
#define HCA_MGMT_INT_PENDING_PORT_SHIFT 3u /* port_status changed */
#define HCA_MGMT_INT_PENDING_PORT_MASK 0x8u

/* What interrupts; bits as in int_pending (rw) */
#define HCA_MGMT_INT_ENABLE 0x8u
#define HCA_MGMT_INT_ENABLE_RESET 0x0u
#define HCA_MGMT_INT_ENABLE_ALL_SHIFT 0u /* One bit a source */
#define HCA_MGMT_INT_ENABLE_ALL_MASK 0xfu

/* PCIe functions: 0 is the physical one, the others are virtual (ro) */
#define HCA_MGMT_FUNCTIONS 0xcu
#define HCA_MGMT_FUNCTIONS_RESET 0x1u
#define HCA_MGMT_FUNCTIONS_COUNT_SHIFT 0u /* 1 .. 64 */
#define HCA_MGMT_FUNCTIONS_COUNT_MASK 0xffu

/* What a host reads as device_state of hca_csr (rw) */
#define HCA_MGMT_DEVICE_STATE 0x10u
#define HCA_MGMT_DEVICE_STATE_RESET 0x0u
#define HCA_MGMT_DEVICE_STATE_STATE_SHIFT 0u /* Where the firmware is */
#define HCA_MGMT_DEVICE_STATE_STATE_MASK 0xfu
#define HCA_MGMT_DEVICE_STATE_STATE_BOOT 0x0u
#define HCA_MGMT_DEVICE_STATE_STATE_READY 0x1u
#define HCA_MGMT_DEVICE_STATE_STATE_CATASTROPHIC 0x2u
#define HCA_MGMT_DEVICE_STATE_PORT_SHIFT 4u /* State of the port (IBA's PortState) */
#define HCA_MGMT_DEVICE_STATE_PORT_MASK 0xf0u
#define HCA_MGMT_DEVICE_STATE_PORT_DOWN 0x1u
#define HCA_MGMT_DEVICE_STATE_PORT_INIT 0x2u
#define HCA_MGMT_DEVICE_STATE_PORT_ARMED 0x3u
#define HCA_MGMT_DEVICE_STATE_PORT_ACTIVE 0x4u

/* What the self-test found; a set bit passed (rw) */
#define HCA_MGMT_SELF_TEST 0x14u
#define HCA_MGMT_SELF_TEST_RESET 0x0u
#define HCA_MGMT_SELF_TEST_RAM_SHIFT 0u /* Memory keeps what is written */
#define HCA_MGMT_SELF_TEST_RAM_MASK 0x1u
#define HCA_MGMT_SELF_TEST_MULTIPLY_SHIFT 1u /* Multiplier */
#define HCA_MGMT_SELF_TEST_MULTIPLY_MASK 0x2u
#define HCA_MGMT_SELF_TEST_DIVIDE_SHIFT 2u /* Divider */
#define HCA_MGMT_SELF_TEST_DIVIDE_MASK 0x4u
#define HCA_MGMT_SELF_TEST_DONE_SHIFT 31u /* It ran to its end */
#define HCA_MGMT_SELF_TEST_DONE_MASK 0x80000000u

/* A write says that the firmware stops for good, and why; a host sees it as catastrophic (wo) */
#define HCA_MGMT_HALT 0x18u
#define HCA_MGMT_HALT_RESET 0x0u
#define HCA_MGMT_HALT_CODE_SHIFT 0u /* Why */
#define HCA_MGMT_HALT_CODE_MASK 0xffu
#define HCA_MGMT_HALT_CODE_NONE 0x0u
#define HCA_MGMT_HALT_CODE_SELF_TEST 0x1u
#define HCA_MGMT_HALT_CODE_TRAP 0x2u
#define HCA_MGMT_HALT_CODE_ASSERTION 0x3u
#define HCA_MGMT_HALT_CODE_DMA 0x4u
#define HCA_MGMT_HALT_CODE_STACK 0x5u

/* The command being served; of the functions that set go one, in turn, until cmd_done is written (ro) */
#define HCA_MGMT_CMD_HEAD 0x40u
#define HCA_MGMT_CMD_HEAD_RESET 0x0u
#define HCA_MGMT_CMD_HEAD_FUNCTION_SHIFT 0u /* Whose it is */
#define HCA_MGMT_CMD_HEAD_FUNCTION_MASK 0xffu
#define HCA_MGMT_CMD_HEAD_VALID_SHIFT 31u /* There is one */
#define HCA_MGMT_CMD_HEAD_VALID_MASK 0x80000000u

/* Its HCR as it was when go was set: in_param high and low, in_modifier, out_param high and low, token, control (ro) */
#define HCA_MGMT_CMD_WORD 0x44u
#define HCA_MGMT_CMD_WORD_COUNT 7u
#define HCA_MGMT_CMD_WORD_RESET 0x0u

/* Goes to the function's HCR as out_param when cmd_done is written with `out` (rw) */
#define HCA_MGMT_CMD_OUT_HIGH 0x60u
#define HCA_MGMT_CMD_OUT_HIGH_RESET 0x0u

/* Lower half of it (rw) */
#define HCA_MGMT_CMD_OUT_LOW 0x64u
#define HCA_MGMT_CMD_OUT_LOW_RESET 0x0u

/* Ends the head command: writes its status, clears its go; the next one becomes the head (wo) */
#define HCA_MGMT_CMD_DONE 0x68u
#define HCA_MGMT_CMD_DONE_RESET 0x0u
#define HCA_MGMT_CMD_DONE_STATUS_SHIFT 0u /* Status of hca_mailbox */
#define HCA_MGMT_CMD_DONE_STATUS_MASK 0xffu
#define HCA_MGMT_CMD_DONE_OUT_SHIFT 8u /* out_param is written too */
#define HCA_MGMT_CMD_DONE_OUT_MASK 0x100u

/* Bus address in the host (rw) */
#define HCA_MGMT_DMA_HOST_LOW 0x80u
#define HCA_MGMT_DMA_HOST_LOW_RESET 0x0u

/* Its upper half (rw) */
#define HCA_MGMT_DMA_HOST_HIGH 0x84u
#define HCA_MGMT_DMA_HOST_HIGH_RESET 0x0u

/* Address in the control processor's RAM, a multiple of 4 (rw) */
#define HCA_MGMT_DMA_LOCAL 0x88u
#define HCA_MGMT_DMA_LOCAL_RESET 0x0u

/* Bytes, a multiple of 4 (rw) */
#define HCA_MGMT_DMA_LENGTH 0x8cu
#define HCA_MGMT_DMA_LENGTH_RESET 0x0u
#define HCA_MGMT_DMA_LENGTH_BYTES_SHIFT 0u /* 4 .. 4096 */
#define HCA_MGMT_DMA_LENGTH_BYTES_MASK 0x1fffu

/* Starts a transfer; one at a time (wo) */
#define HCA_MGMT_DMA_CONTROL 0x90u
#define HCA_MGMT_DMA_CONTROL_RESET 0x0u
#define HCA_MGMT_DMA_CONTROL_FUNCTION_SHIFT 0u /* Whose requester id it has */
#define HCA_MGMT_DMA_CONTROL_FUNCTION_MASK 0xffu
#define HCA_MGMT_DMA_CONTROL_DIRECTION_SHIFT 8u /* Where to */
#define HCA_MGMT_DMA_CONTROL_DIRECTION_MASK 0x100u
#define HCA_MGMT_DMA_CONTROL_DIRECTION_TO_LOCAL 0x0u
#define HCA_MGMT_DMA_CONTROL_DIRECTION_TO_HOST 0x1u
#define HCA_MGMT_DMA_CONTROL_GO_SHIFT 31u /* Begin */
#define HCA_MGMT_DMA_CONTROL_GO_MASK 0x80000000u

/* Of the latest transfer (ro) */
#define HCA_MGMT_DMA_STATUS 0x94u
#define HCA_MGMT_DMA_STATUS_RESET 0x0u
#define HCA_MGMT_DMA_STATUS_BUSY_SHIFT 0u /* Not over yet */
#define HCA_MGMT_DMA_STATUS_BUSY_MASK 0x1u
#define HCA_MGMT_DMA_STATUS_ERROR_SHIFT 1u /* How it ended */
#define HCA_MGMT_DMA_STATUS_ERROR_MASK 0xeu
#define HCA_MGMT_DMA_STATUS_ERROR_NONE 0x0u
#define HCA_MGMT_DMA_STATUS_ERROR_LOCAL_ADDRESS 0x1u
#define HCA_MGMT_DMA_STATUS_ERROR_LENGTH 0x2u
#define HCA_MGMT_DMA_STATUS_ERROR_FUNCTION 0x3u
#define HCA_MGMT_DMA_STATUS_ERROR_HOST 0x4u

/* The hardware's table that is meant (rw) */
#define HCA_MGMT_CTX_OBJECT 0xa0u
#define HCA_MGMT_CTX_OBJECT_RESET 0x0u
#define HCA_MGMT_CTX_OBJECT_TYPE_SHIFT 0u /* Which one */
#define HCA_MGMT_CTX_OBJECT_TYPE_MASK 0xfu
#define HCA_MGMT_CTX_OBJECT_TYPE_NONE 0x0u
#define HCA_MGMT_CTX_OBJECT_TYPE_FUNCTION 0x1u
#define HCA_MGMT_CTX_OBJECT_TYPE_PD 0x2u
#define HCA_MGMT_CTX_OBJECT_TYPE_MTT 0x3u
#define HCA_MGMT_CTX_OBJECT_TYPE_MPT 0x4u
#define HCA_MGMT_CTX_OBJECT_TYPE_EQ 0x5u
#define HCA_MGMT_CTX_OBJECT_TYPE_CQ 0x6u
#define HCA_MGMT_CTX_OBJECT_TYPE_SRQ 0x7u
#define HCA_MGMT_CTX_OBJECT_TYPE_QP 0x8u
#define HCA_MGMT_CTX_OBJECT_TYPE_AH 0x9u

/* Number of the object; of an mpt its key, of mtt the first entry (rw) */
#define HCA_MGMT_CTX_NUMBER 0xa4u
#define HCA_MGMT_CTX_NUMBER_RESET 0x0u

/* RAM address of the packed context (hca_mailbox), of mtt of 64-bit bus addresses (rw) */
#define HCA_MGMT_CTX_LOCAL 0xa8u
#define HCA_MGMT_CTX_LOCAL_RESET 0x0u

/* Entries, for mtt (rw) */
#define HCA_MGMT_CTX_COUNT 0xacu
#define HCA_MGMT_CTX_COUNT_RESET 0x0u
#define HCA_MGMT_CTX_COUNT_ENTRIES_SHIFT 0u /* 1 .. 512 */
#define HCA_MGMT_CTX_COUNT_ENTRIES_MASK 0x3ffu

/* Starts an operation; one at a time (wo) */
#define HCA_MGMT_CTX_CONTROL 0xb0u
#define HCA_MGMT_CTX_CONTROL_RESET 0x0u
#define HCA_MGMT_CTX_CONTROL_FUNCTION_SHIFT 0u /* Owner of the object */
#define HCA_MGMT_CTX_CONTROL_FUNCTION_MASK 0xffu
#define HCA_MGMT_CTX_CONTROL_OPERATION_SHIFT 8u /* What is done */
#define HCA_MGMT_CTX_CONTROL_OPERATION_MASK 0x700u
#define HCA_MGMT_CTX_CONTROL_OPERATION_INSTALL 0x0u
#define HCA_MGMT_CTX_CONTROL_OPERATION_MODIFY 0x1u
#define HCA_MGMT_CTX_CONTROL_OPERATION_REMOVE 0x2u
#define HCA_MGMT_CTX_CONTROL_OPERATION_QUERY 0x3u
#define HCA_MGMT_CTX_CONTROL_GO_SHIFT 31u /* Begin */
#define HCA_MGMT_CTX_CONTROL_GO_MASK 0x80000000u

/* Of the latest operation (ro) */
#define HCA_MGMT_CTX_STATUS 0xb4u
#define HCA_MGMT_CTX_STATUS_RESET 0x0u
#define HCA_MGMT_CTX_STATUS_BUSY_SHIFT 0u /* Not over yet */
#define HCA_MGMT_CTX_STATUS_BUSY_MASK 0x1u
#define HCA_MGMT_CTX_STATUS_ERROR_SHIFT 1u /* How it ended */
#define HCA_MGMT_CTX_STATUS_ERROR_MASK 0xeu
#define HCA_MGMT_CTX_STATUS_ERROR_NONE 0x0u
#define HCA_MGMT_CTX_STATUS_ERROR_TYPE 0x1u
#define HCA_MGMT_CTX_STATUS_ERROR_NUMBER 0x2u
#define HCA_MGMT_CTX_STATUS_ERROR_LOCAL_ADDRESS 0x3u
#define HCA_MGMT_CTX_STATUS_ERROR_REFUSED 0x4u

/* Where the message goes (rw) */
#define HCA_MGMT_MSI_ADDRESS_LOW 0xc0u
#define HCA_MGMT_MSI_ADDRESS_LOW_RESET 0x0u

/* Its upper half (rw) */
#define HCA_MGMT_MSI_ADDRESS_HIGH 0xc4u
#define HCA_MGMT_MSI_ADDRESS_HIGH_RESET 0x0u

/* The message (rw) */
#define HCA_MGMT_MSI_DATA 0xc8u
#define HCA_MGMT_MSI_DATA_RESET 0x0u

/* Sends the message behind all that the DMA engine wrote (wo) */
#define HCA_MGMT_MSI_CONTROL 0xccu
#define HCA_MGMT_MSI_CONTROL_RESET 0x0u
#define HCA_MGMT_MSI_CONTROL_FUNCTION_SHIFT 0u /* Whose requester id it has */
#define HCA_MGMT_MSI_CONTROL_FUNCTION_MASK 0xffu
#define HCA_MGMT_MSI_CONTROL_GO_SHIFT 31u /* Send */
#define HCA_MGMT_MSI_CONTROL_GO_MASK 0x80000000u

/* What the firmware wants of the port (rw) */
#define HCA_MGMT_PORT_CONTROL 0xe0u
#define HCA_MGMT_PORT_CONTROL_RESET 0x0u
#define HCA_MGMT_PORT_CONTROL_ENABLE_SHIFT 0u /* The link may come up */
#define HCA_MGMT_PORT_CONTROL_ENABLE_MASK 0x1u

/* What the port's hardware says (ro) */
#define HCA_MGMT_PORT_STATUS 0xe4u
#define HCA_MGMT_PORT_STATUS_RESET 0x0u
#define HCA_MGMT_PORT_STATUS_LINK_UP_SHIFT 0u /* The physical link is trained */
#define HCA_MGMT_PORT_STATUS_LINK_UP_MASK 0x1u
#define HCA_MGMT_PORT_STATUS_WANTED_SHIFT 4u /* State that the subnet manager asks for (IBA's PortState) */
#define HCA_MGMT_PORT_STATUS_WANTED_MASK 0xf0u
#define HCA_MGMT_PORT_STATUS_WANTED_NONE 0x0u
#define HCA_MGMT_PORT_STATUS_WANTED_DOWN 0x1u
#define HCA_MGMT_PORT_STATUS_WANTED_INIT 0x2u
#define HCA_MGMT_PORT_STATUS_WANTED_ARMED 0x3u
#define HCA_MGMT_PORT_STATUS_WANTED_ACTIVE 0x4u
#define HCA_MGMT_PORT_STATUS_LID_SHIFT 16u /* Local identifier */
#define HCA_MGMT_PORT_STATUS_LID_MASK 0xffff0000u

/* Ticks of the processor's timer without a kick until the device is reset (rw) */
#define HCA_MGMT_WATCHDOG_TIMEOUT 0x100u
#define HCA_MGMT_WATCHDOG_TIMEOUT_RESET 0x0u

/* The watchdog (rw) */
#define HCA_MGMT_WATCHDOG_CONTROL 0x104u
#define HCA_MGMT_WATCHDOG_CONTROL_RESET 0x0u
#define HCA_MGMT_WATCHDOG_CONTROL_ENABLE_SHIFT 0u /* It counts */
#define HCA_MGMT_WATCHDOG_CONTROL_ENABLE_MASK 0x1u

/* A write of `magic` starts the count again; any other value does nothing (wo) */
#define HCA_MGMT_WATCHDOG_KICK 0x108u
#define HCA_MGMT_WATCHDOG_KICK_RESET 0x0u
#define HCA_MGMT_WATCHDOG_KICK_VALUE_SHIFT 0u /* What is written */
#define HCA_MGMT_WATCHDOG_KICK_VALUE_MASK 0xffffffffu
#define HCA_MGMT_WATCHDOG_KICK_VALUE_MAGIC 0x4b49434bu

/* The catastrophic error buffer, as a host reads it in hca_csr (rw) */
#define HCA_MGMT_CATAS 0x140u
#define HCA_MGMT_CATAS_COUNT 16u
#define HCA_MGMT_CATAS_RESET 0x0u

#endif /* VIOSIM_REGS_HCA_MGMT_H */
