/* Commands, statuses and packed contexts of an HCA.
   Made from rtl/regs/hca_mailbox.toml by viosim_regs: change that. */
#ifndef VIOSIM_REGS_HCA_MAILBOX_H
#define VIOSIM_REGS_HCA_MAILBOX_H

#include <stddef.h>
#include <stdint.h>


/* Commands. From 0xf80 on: ours, mlx4 has none */
#define HCA_OPCODE_QUERY_DEV_CAP 0x3u
#define HCA_OPCODE_QUERY_FW 0x4u
#define HCA_OPCODE_INIT_HCA 0x7u
#define HCA_OPCODE_CLOSE_HCA 0x8u
#define HCA_OPCODE_INIT_PORT 0x9u
#define HCA_OPCODE_CLOSE_PORT 0xau
#define HCA_OPCODE_SW2HW_MPT 0xdu
#define HCA_OPCODE_QUERY_MPT 0xeu
#define HCA_OPCODE_HW2SW_MPT 0xfu
#define HCA_OPCODE_WRITE_MTT 0x11u
#define HCA_OPCODE_MAP_EQ 0x12u
#define HCA_OPCODE_SW2HW_EQ 0x13u
#define HCA_OPCODE_HW2SW_EQ 0x14u
#define HCA_OPCODE_QUERY_EQ 0x15u
#define HCA_OPCODE_SW2HW_CQ 0x16u
#define HCA_OPCODE_HW2SW_CQ 0x17u
#define HCA_OPCODE_QUERY_CQ 0x18u
#define HCA_OPCODE_RST2INIT_QP 0x19u
#define HCA_OPCODE_INIT2RTR_QP 0x1au
#define HCA_OPCODE_RTR2RTS_QP 0x1bu
#define HCA_OPCODE_RTS2RTS_QP 0x1cu
#define HCA_OPCODE_TO_ERR_QP 0x1eu
#define HCA_OPCODE_TO_RST_QP 0x21u
#define HCA_OPCODE_QUERY_QP 0x22u
#define HCA_OPCODE_NOP 0x31u
#define HCA_OPCODE_SW2HW_SRQ 0x35u
#define HCA_OPCODE_HW2SW_SRQ 0x36u
#define HCA_OPCODE_QUERY_SRQ 0x37u
#define HCA_OPCODE_QUERY_PORT 0x43u
#define HCA_OPCODE_INFORM_FLR_DONE 0x5bu
#define HCA_OPCODE_ALLOC_RES 0xf00u
#define HCA_OPCODE_FREE_RES 0xf01u
#define HCA_OPCODE_QUERY_FUNC_CAP 0xf0au
#define HCA_OPCODE_SET_VF 0xf80u
#define HCA_OPCODE_CREATE_AH 0xf81u
#define HCA_OPCODE_QUERY_AH 0xf82u
#define HCA_OPCODE_MODIFY_AH 0xf83u

/* How a command ended */
#define HCA_STATUS_OK 0x0u
#define HCA_STATUS_INTERNAL_ERR 0x1u
#define HCA_STATUS_BAD_OP 0x2u
#define HCA_STATUS_BAD_PARAM 0x3u
#define HCA_STATUS_BAD_SYS_STATE 0x4u
#define HCA_STATUS_BAD_RESOURCE 0x5u
#define HCA_STATUS_RESOURCE_BUSY 0x6u
#define HCA_STATUS_EXCEED_LIM 0x8u
#define HCA_STATUS_BAD_RES_STATE 0x9u
#define HCA_STATUS_BAD_INDEX 0xau
#define HCA_STATUS_BAD_NVMEM 0xbu
#define HCA_STATUS_ICM_ERROR 0xcu
#define HCA_STATUS_BAD_QP_STATE 0x10u

/* What alloc_res and free_res name in in_modifier. pd and ah: ours, mlx4's drivers count them themselves */
#define HCA_RESOURCE_QP 0x0u
#define HCA_RESOURCE_CQ 0x1u
#define HCA_RESOURCE_SRQ 0x2u
#define HCA_RESOURCE_MPT 0x4u
#define HCA_RESOURCE_MTT 0x5u
#define HCA_RESOURCE_EQ 0xbu
#define HCA_RESOURCE_PD 0x20u
#define HCA_RESOURCE_AH 0x21u

/* State of a queue pair */
#define HCA_QP_STATE_RST 0x0u
#define HCA_QP_STATE_INIT 0x1u
#define HCA_QP_STATE_RTR 0x2u
#define HCA_QP_STATE_RTS 0x3u
#define HCA_QP_STATE_ERR 0x6u

/* Type of an event queue entry. map_eq's mask has bit 1 << type */
#define HCA_EVENT_COMPLETION 0x0u
#define HCA_EVENT_CQ_ERROR 0x4u
#define HCA_EVENT_QP_CATAS_ERROR 0x5u
#define HCA_EVENT_PORT_CHANGE 0x9u
#define HCA_EVENT_COMMAND 0xau

/* Subtype of a port change event */
#define HCA_PORT_CHANGE_DOWN 0x1u
#define HCA_PORT_CHANGE_ACTIVE 0x4u

/* Bits of a memory region's rights */
#define HCA_ACCESS_LOCAL_WRITE 0x1u
#define HCA_ACCESS_REMOTE_READ 0x2u
#define HCA_ACCESS_REMOTE_WRITE 0x4u
#define HCA_ACCESS_REMOTE_ATOMIC 0x8u

/* Words of the catastrophic error buffer */
#define HCA_CATAS_WORD_CODE 0x0u
#define HCA_CATAS_WORD_MCAUSE 0x1u
#define HCA_CATAS_WORD_MEPC 0x2u
#define HCA_CATAS_WORD_MTVAL 0x3u
#define HCA_CATAS_WORD_STACK 0x4u
#define HCA_CATAS_WORD_RETURN_ADDRESS 0x5u
#define HCA_CATAS_WORD_OPCODE 0x6u
#define HCA_CATAS_WORD_FUNCTION 0x7u
#define HCA_CATAS_WORD_UPTIME_LOW 0x8u
#define HCA_CATAS_WORD_UPTIME_HIGH 0x9u

/* Sizes that both sides know */
#define HCA_LIMIT_EQE_BYTES 0x20u
#define HCA_LIMIT_FIRST_QP 0x40u
#define HCA_LIMIT_WRITE_MTT_ENTRIES 0x1feu
#define HCA_LIMIT_MAILBOX_BYTES 0x1000u
#define HCA_LIMIT_MAP_EQ_UNMAP 0x80000000u
#define HCA_LIMIT_NO_OBJECT 0xffffffffu

/* Queue pair. rst2init_qp takes what lies before remote_qp, init2rtr_qp remote_qp .. mtu, receive_psn, min_rnr_timer and max_rd_atomic, rtr2rts_qp send_psn, timeout, retry_count and rnr_retry, rts2rts_qp min_rnr_timer */
struct hca_qp_context {
  uint8_t state; /* qp_state; of a mailbox from a driver: ignored */
  uint8_t has_srq; /* srq is meant */
  uint16_t reserved0; /* 0 */
  uint32_t pd; /* Protection domain */
  uint32_t send_cq; /* Completion queue of sends */
  uint32_t receive_cq; /* Completion queue of receives */
  uint32_t srq; /* Shared receive queue */
  uint32_t send_entries; /* A power of two */
  uint32_t receive_entries; /* A power of two */
  uint16_t send_stride; /* Bytes, a power of two from 64 on */
  uint16_t receive_stride; /* Bytes, a power of two from 16 on */
  uint64_t send_ring; /* Bus address */
  uint64_t receive_ring; /* Bus address */
  uint64_t receive_doorbell_record; /* Bus address of 4 bytes */
  uint32_t remote_qp; /* 24 bits */
  uint16_t remote_lid; /* Where the other end is */
  uint16_t mtu; /* Bytes: 256, 512, 1024, 2048, 4096 */
  uint32_t send_psn; /* 24 bits */
  uint32_t receive_psn; /* 24 bits */
  uint8_t timeout; /* Local ACK timeout, 5 bits */
  uint8_t retry_count; /* 0 .. 7 */
  uint8_t rnr_retry; /* 0 .. 7 */
  uint8_t min_rnr_timer; /* Code, 5 bits */
  uint8_t max_rd_atomic; /* 1 .. 128 */
  uint8_t reserved1; /* 0 */
  uint16_t reserved2; /* 0 */
};
typedef char hca_qp_context_is_80_bytes[sizeof(struct hca_qp_context) == 80 ? 1 : -1];

/* Completion queue */
struct hca_cq_context {
  uint64_t ring; /* Bus address */
  uint64_t doorbell_record; /* Bus address of 8 bytes */
  uint32_t entries; /* A power of two */
  uint32_t eq; /* Event queue, or limit.no_object */
  uint64_t reserved0; /* 0 */
};
typedef char hca_cq_context_is_32_bytes[sizeof(struct hca_cq_context) == 32 ? 1 : -1];

/* Event queue */
struct hca_eq_context {
  uint64_t ring; /* Bus address */
  uint64_t msi_address; /* Where the interrupt goes */
  uint32_t msi_data; /* The message */
  uint32_t entries; /* A power of two */
  uint32_t asynchronous; /* 1: for commands and ports, by firmware; 0: for completions */
  uint32_t consumer; /* Answered: what the device knows of it, 24 bits */
  uint32_t producer; /* Answered: entries written */
  uint32_t lost; /* Answered: events that found it full */
};
typedef char hca_eq_context_is_40_bytes[sizeof(struct hca_eq_context) == 40 ? 1 : -1];

/* Memory region */
struct hca_mpt_context {
  uint64_t start; /* Virtual address */
  uint64_t length; /* Bytes, more than 0 */
  uint32_t key; /* Index in the upper 24 bits, generation below; set by the device */
  uint32_t pd; /* Protection domain */
  uint32_t access; /* Bits of `access` */
  uint32_t mtt; /* Range of translation entries that alloc_res answered */
  uint32_t mtt_first; /* Its first entry in the hardware's table; set by the device */
  uint32_t mtt_count; /* Pages of 4 KB from that of start on; set by the device */
  uint64_t reserved0; /* 0 */
};
typedef char hca_mpt_context_is_48_bytes[sizeof(struct hca_mpt_context) == 48 ? 1 : -1];

/* Shared receive queue */
struct hca_srq_context {
  uint64_t ring; /* Bus address */
  uint64_t doorbell_record; /* Bus address of 4 bytes */
  uint32_t entries; /* A power of two */
  uint16_t stride; /* Bytes, a power of two from 16 on */
  uint16_t limit; /* Below this many an event is due; 0: never */
  uint32_t pd; /* Protection domain */
  uint32_t reserved0; /* 0 */
};
typedef char hca_srq_context_is_32_bytes[sizeof(struct hca_srq_context) == 32 ? 1 : -1];

/* Address handle */
struct hca_ah_context {
  uint32_t pd; /* Protection domain */
  uint16_t remote_lid; /* Where to; not 0 */
  uint8_t service_level; /* 0 .. 15 */
  uint8_t port; /* 1 */
  uint64_t reserved0; /* 0 */
};
typedef char hca_ah_context_is_16_bytes[sizeof(struct hca_ah_context) == 16 ? 1 : -1];

/* Protection domain */
struct hca_pd_context {
  uint32_t number; /* Its own */
};
typedef char hca_pd_context_is_4_bytes[sizeof(struct hca_pd_context) == 4 ? 1 : -1];

/* Head of write_mtt's mailbox; in_modifier bus addresses of pages, 64 bits each, follow */
struct hca_write_mtt {
  uint32_t mtt; /* Range that alloc_res answered */
  uint32_t first; /* Entry of the range where they go */
  uint64_t reserved0; /* 0 */
};
typedef char hca_write_mtt_is_16_bytes[sizeof(struct hca_write_mtt) == 16 ? 1 : -1];

/* What a function may have: set_vf's input, query_func_cap's answer */
struct hca_quota {
  uint32_t qps; /* Queue pairs */
  uint32_t cqs; /* Completion queues */
  uint32_t srqs; /* Shared receive queues */
  uint32_t mpts; /* Memory regions */
  uint32_t mtts; /* Translation entries */
  uint32_t eqs; /* Event queues */
  uint32_t pds; /* Protection domains */
  uint32_t ahs; /* Address handles */
};
typedef char hca_quota_is_32_bytes[sizeof(struct hca_quota) == 32 ? 1 : -1];

/* query_dev_cap's answer */
struct hca_dev_cap {
  uint32_t qps; /* As in quota: all that the device has */
  uint32_t cqs; /* As in quota */
  uint32_t srqs; /* As in quota */
  uint32_t mpts; /* As in quota */
  uint32_t mtts; /* As in quota */
  uint32_t eqs; /* As in quota */
  uint32_t pds; /* As in quota */
  uint32_t ahs; /* As in quota */
  uint32_t functions; /* PCIe functions */
  uint32_t first_qp; /* Lowest number of a queue pair */
  uint32_t most_entries; /* Of any queue */
  uint32_t write_mtt_entries; /* Most pages in one write_mtt */
  uint64_t reserved0; /* 0 */
  uint64_t reserved1; /* 0 */
};
typedef char hca_dev_cap_is_64_bytes[sizeof(struct hca_dev_cap) == 64 ? 1 : -1];

/* query_fw's answer */
struct hca_fw_info {
  uint16_t major; /* Version */
  uint16_t minor; /* Version */
  uint16_t sub_minor; /* Version */
  uint16_t command_revision; /* Of this file */
  uint32_t catas_offset; /* Of the catastrophic error buffer in BAR 0 */
  uint32_t catas_words; /* Its size */
  uint32_t self_test; /* As hca_mgmt's register */
  uint32_t commands; /* Answered since boot */
  uint32_t refused; /* Of these, not with ok */
  uint32_t stack_left; /* Bytes of the stack that were never used */
};
typedef char hca_fw_info_is_32_bytes[sizeof(struct hca_fw_info) == 32 ? 1 : -1];

/* query_port's answer */
struct hca_port_info {
  uint8_t state; /* IBA's PortState */
  uint8_t link_up; /* The physical link is trained */
  uint16_t lid; /* Local identifier */
  uint32_t changes; /* Of the state, since boot */
  uint32_t enabled; /* By functions that called init_port */
  uint32_t reserved0; /* 0 */
};
typedef char hca_port_info_is_16_bytes[sizeof(struct hca_port_info) == 16 ? 1 : -1];

#endif /* VIOSIM_REGS_HCA_MAILBOX_H */
