// Commands, statuses and packed contexts of an HCA.
// Made from rtl/regs/hca_mailbox.toml by viosim_regs: change that.
package hca_mailbox_pkg;

  // Commands. From 0xf80 on: ours, mlx4 has none.
  typedef enum logic [11:0] {
    OPCODE_QUERY_DEV_CAP = 12'h3,
    OPCODE_QUERY_FW = 12'h4,
    OPCODE_INIT_HCA = 12'h7,
    OPCODE_CLOSE_HCA = 12'h8,
    OPCODE_INIT_PORT = 12'h9,
    OPCODE_CLOSE_PORT = 12'ha,
    OPCODE_SW2HW_MPT = 12'hd,
    OPCODE_QUERY_MPT = 12'he,
    OPCODE_HW2SW_MPT = 12'hf,
    OPCODE_WRITE_MTT = 12'h11,
    OPCODE_MAP_EQ = 12'h12,
    OPCODE_SW2HW_EQ = 12'h13,
    OPCODE_HW2SW_EQ = 12'h14,
    OPCODE_QUERY_EQ = 12'h15,
    OPCODE_SW2HW_CQ = 12'h16,
    OPCODE_HW2SW_CQ = 12'h17,
    OPCODE_QUERY_CQ = 12'h18,
    OPCODE_RST2INIT_QP = 12'h19,
    OPCODE_INIT2RTR_QP = 12'h1a,
    OPCODE_RTR2RTS_QP = 12'h1b,
    OPCODE_RTS2RTS_QP = 12'h1c,
    OPCODE_TO_ERR_QP = 12'h1e,
    OPCODE_TO_RST_QP = 12'h21,
    OPCODE_QUERY_QP = 12'h22,
    OPCODE_NOP = 12'h31,
    OPCODE_SW2HW_SRQ = 12'h35,
    OPCODE_HW2SW_SRQ = 12'h36,
    OPCODE_QUERY_SRQ = 12'h37,
    OPCODE_QUERY_PORT = 12'h43,
    OPCODE_INFORM_FLR_DONE = 12'h5b,
    OPCODE_ALLOC_RES = 12'hf00,
    OPCODE_FREE_RES = 12'hf01,
    OPCODE_QUERY_FUNC_CAP = 12'hf0a,
    OPCODE_SET_VF = 12'hf80,
    OPCODE_CREATE_AH = 12'hf81,
    OPCODE_QUERY_AH = 12'hf82,
    OPCODE_MODIFY_AH = 12'hf83
  } opcode_e;

  // How a command ended.
  typedef enum logic [7:0] {
    STATUS_OK = 8'h0,
    STATUS_INTERNAL_ERR = 8'h1,
    STATUS_BAD_OP = 8'h2,
    STATUS_BAD_PARAM = 8'h3,
    STATUS_BAD_SYS_STATE = 8'h4,
    STATUS_BAD_RESOURCE = 8'h5,
    STATUS_RESOURCE_BUSY = 8'h6,
    STATUS_EXCEED_LIM = 8'h8,
    STATUS_BAD_RES_STATE = 8'h9,
    STATUS_BAD_INDEX = 8'ha,
    STATUS_BAD_NVMEM = 8'hb,
    STATUS_ICM_ERROR = 8'hc,
    STATUS_BAD_QP_STATE = 8'h10
  } status_e;

  // What alloc_res and free_res name in in_modifier. pd and ah: ours, mlx4's drivers count them themselves.
  typedef enum logic [7:0] {
    RESOURCE_QP = 8'h0,
    RESOURCE_CQ = 8'h1,
    RESOURCE_SRQ = 8'h2,
    RESOURCE_MPT = 8'h4,
    RESOURCE_MTT = 8'h5,
    RESOURCE_EQ = 8'hb,
    RESOURCE_PD = 8'h20,
    RESOURCE_AH = 8'h21
  } resource_e;

  // State of a queue pair.
  typedef enum logic [7:0] {
    QP_STATE_RST = 8'h0,
    QP_STATE_INIT = 8'h1,
    QP_STATE_RTR = 8'h2,
    QP_STATE_RTS = 8'h3,
    QP_STATE_ERR = 8'h6
  } qp_state_e;

  // Type of an event queue entry. map_eq's mask has bit 1 << type.
  typedef enum logic [7:0] {
    EVENT_COMPLETION = 8'h0,
    EVENT_CQ_ERROR = 8'h4,
    EVENT_QP_CATAS_ERROR = 8'h5,
    EVENT_PORT_CHANGE = 8'h9,
    EVENT_COMMAND = 8'ha
  } event_e;

  // Subtype of a port change event.
  typedef enum logic [7:0] {
    PORT_CHANGE_DOWN = 8'h1,
    PORT_CHANGE_ACTIVE = 8'h4
  } port_change_e;

  // Bits of a memory region's rights.
  typedef enum logic [31:0] {
    ACCESS_LOCAL_WRITE = 32'h1,
    ACCESS_REMOTE_READ = 32'h2,
    ACCESS_REMOTE_WRITE = 32'h4,
    ACCESS_REMOTE_ATOMIC = 32'h8
  } access_e;

  // Words of the catastrophic error buffer.
  typedef enum logic [7:0] {
    CATAS_WORD_CODE = 8'h0,
    CATAS_WORD_MCAUSE = 8'h1,
    CATAS_WORD_MEPC = 8'h2,
    CATAS_WORD_MTVAL = 8'h3,
    CATAS_WORD_STACK = 8'h4,
    CATAS_WORD_RETURN_ADDRESS = 8'h5,
    CATAS_WORD_OPCODE = 8'h6,
    CATAS_WORD_FUNCTION = 8'h7,
    CATAS_WORD_UPTIME_LOW = 8'h8,
    CATAS_WORD_UPTIME_HIGH = 8'h9
  } catas_word_e;

  // Sizes that both sides know.
  typedef enum logic [31:0] {
    LIMIT_EQE_BYTES = 32'h20,
    LIMIT_FIRST_QP = 32'h40,
    LIMIT_WRITE_MTT_ENTRIES = 32'h1fe,
    LIMIT_MAILBOX_BYTES = 32'h1000,
    LIMIT_MAP_EQ_UNMAP = 32'h80000000,
    LIMIT_NO_OBJECT = 32'hffffffff
  } limit_e;

  // Queue pair. rst2init_qp takes what lies before remote_qp, init2rtr_qp remote_qp .. mtu, receive_psn, min_rnr_timer and max_rd_atomic, rtr2rts_qp send_psn, timeout, retry_count and rnr_retry, rts2rts_qp min_rnr_timer.
  parameter logic [31:0] QP_CONTEXT_BYTES = 32'h00000050;
  parameter logic [31:0] QP_CONTEXT_STATE_AT = 32'h00000000;
  parameter logic [31:0] QP_CONTEXT_HAS_SRQ_AT = 32'h00000001;
  parameter logic [31:0] QP_CONTEXT_RESERVED0_AT = 32'h00000002;
  parameter logic [31:0] QP_CONTEXT_PD_AT = 32'h00000004;
  parameter logic [31:0] QP_CONTEXT_SEND_CQ_AT = 32'h00000008;
  parameter logic [31:0] QP_CONTEXT_RECEIVE_CQ_AT = 32'h0000000c;
  parameter logic [31:0] QP_CONTEXT_SRQ_AT = 32'h00000010;
  parameter logic [31:0] QP_CONTEXT_SEND_ENTRIES_AT = 32'h00000014;
  parameter logic [31:0] QP_CONTEXT_RECEIVE_ENTRIES_AT = 32'h00000018;
  parameter logic [31:0] QP_CONTEXT_SEND_STRIDE_AT = 32'h0000001c;
  parameter logic [31:0] QP_CONTEXT_RECEIVE_STRIDE_AT = 32'h0000001e;
  parameter logic [31:0] QP_CONTEXT_SEND_RING_AT = 32'h00000020;
  parameter logic [31:0] QP_CONTEXT_RECEIVE_RING_AT = 32'h00000028;
  parameter logic [31:0] QP_CONTEXT_RECEIVE_DOORBELL_RECORD_AT = 32'h00000030;
  parameter logic [31:0] QP_CONTEXT_REMOTE_QP_AT = 32'h00000038;
  parameter logic [31:0] QP_CONTEXT_REMOTE_LID_AT = 32'h0000003c;
  parameter logic [31:0] QP_CONTEXT_MTU_AT = 32'h0000003e;
  parameter logic [31:0] QP_CONTEXT_SEND_PSN_AT = 32'h00000040;
  parameter logic [31:0] QP_CONTEXT_RECEIVE_PSN_AT = 32'h00000044;
  parameter logic [31:0] QP_CONTEXT_TIMEOUT_AT = 32'h00000048;
  parameter logic [31:0] QP_CONTEXT_RETRY_COUNT_AT = 32'h00000049;
  parameter logic [31:0] QP_CONTEXT_RNR_RETRY_AT = 32'h0000004a;
  parameter logic [31:0] QP_CONTEXT_MIN_RNR_TIMER_AT = 32'h0000004b;
  parameter logic [31:0] QP_CONTEXT_MAX_RD_ATOMIC_AT = 32'h0000004c;
  parameter logic [31:0] QP_CONTEXT_RESERVED1_AT = 32'h0000004d;
  parameter logic [31:0] QP_CONTEXT_RESERVED2_AT = 32'h0000004e;

  // Completion queue.
  parameter logic [31:0] CQ_CONTEXT_BYTES = 32'h00000020;
  parameter logic [31:0] CQ_CONTEXT_RING_AT = 32'h00000000;
  parameter logic [31:0] CQ_CONTEXT_DOORBELL_RECORD_AT = 32'h00000008;
  parameter logic [31:0] CQ_CONTEXT_ENTRIES_AT = 32'h00000010;
  parameter logic [31:0] CQ_CONTEXT_EQ_AT = 32'h00000014;
  parameter logic [31:0] CQ_CONTEXT_RESERVED0_AT = 32'h00000018;

  // Event queue.
  parameter logic [31:0] EQ_CONTEXT_BYTES = 32'h00000028;
  parameter logic [31:0] EQ_CONTEXT_RING_AT = 32'h00000000;
  parameter logic [31:0] EQ_CONTEXT_MSI_ADDRESS_AT = 32'h00000008;
  parameter logic [31:0] EQ_CONTEXT_MSI_DATA_AT = 32'h00000010;
  parameter logic [31:0] EQ_CONTEXT_ENTRIES_AT = 32'h00000014;
  parameter logic [31:0] EQ_CONTEXT_ASYNCHRONOUS_AT = 32'h00000018;
  parameter logic [31:0] EQ_CONTEXT_CONSUMER_AT = 32'h0000001c;
  parameter logic [31:0] EQ_CONTEXT_PRODUCER_AT = 32'h00000020;
  parameter logic [31:0] EQ_CONTEXT_LOST_AT = 32'h00000024;

  // Memory region.
  parameter logic [31:0] MPT_CONTEXT_BYTES = 32'h00000030;
  parameter logic [31:0] MPT_CONTEXT_START_AT = 32'h00000000;
  parameter logic [31:0] MPT_CONTEXT_LENGTH_AT = 32'h00000008;
  parameter logic [31:0] MPT_CONTEXT_KEY_AT = 32'h00000010;
  parameter logic [31:0] MPT_CONTEXT_PD_AT = 32'h00000014;
  parameter logic [31:0] MPT_CONTEXT_ACCESS_AT = 32'h00000018;
  parameter logic [31:0] MPT_CONTEXT_MTT_AT = 32'h0000001c;
  parameter logic [31:0] MPT_CONTEXT_MTT_FIRST_AT = 32'h00000020;
  parameter logic [31:0] MPT_CONTEXT_MTT_COUNT_AT = 32'h00000024;
  parameter logic [31:0] MPT_CONTEXT_RESERVED0_AT = 32'h00000028;

  // Shared receive queue.
  parameter logic [31:0] SRQ_CONTEXT_BYTES = 32'h00000020;
  parameter logic [31:0] SRQ_CONTEXT_RING_AT = 32'h00000000;
  parameter logic [31:0] SRQ_CONTEXT_DOORBELL_RECORD_AT = 32'h00000008;
  parameter logic [31:0] SRQ_CONTEXT_ENTRIES_AT = 32'h00000010;
  parameter logic [31:0] SRQ_CONTEXT_STRIDE_AT = 32'h00000014;
  parameter logic [31:0] SRQ_CONTEXT_LIMIT_AT = 32'h00000016;
  parameter logic [31:0] SRQ_CONTEXT_PD_AT = 32'h00000018;
  parameter logic [31:0] SRQ_CONTEXT_RESERVED0_AT = 32'h0000001c;

  // Address handle.
  parameter logic [31:0] AH_CONTEXT_BYTES = 32'h00000010;
  parameter logic [31:0] AH_CONTEXT_PD_AT = 32'h00000000;
  parameter logic [31:0] AH_CONTEXT_REMOTE_LID_AT = 32'h00000004;
  parameter logic [31:0] AH_CONTEXT_SERVICE_LEVEL_AT = 32'h00000006;
  parameter logic [31:0] AH_CONTEXT_PORT_AT = 32'h00000007;
  parameter logic [31:0] AH_CONTEXT_RESERVED0_AT = 32'h00000008;

  // Protection domain.
  parameter logic [31:0] PD_CONTEXT_BYTES = 32'h00000004;
  parameter logic [31:0] PD_CONTEXT_NUMBER_AT = 32'h00000000;

  // Head of write_mtt's mailbox; in_modifier bus addresses of pages, 64 bits each, follow.
  parameter logic [31:0] WRITE_MTT_BYTES = 32'h00000010;
  parameter logic [31:0] WRITE_MTT_MTT_AT = 32'h00000000;
  parameter logic [31:0] WRITE_MTT_FIRST_AT = 32'h00000004;
  parameter logic [31:0] WRITE_MTT_RESERVED0_AT = 32'h00000008;

  // What a function may have: set_vf's input, query_func_cap's answer.
  parameter logic [31:0] QUOTA_BYTES = 32'h00000020;
  parameter logic [31:0] QUOTA_QPS_AT = 32'h00000000;
  parameter logic [31:0] QUOTA_CQS_AT = 32'h00000004;
  parameter logic [31:0] QUOTA_SRQS_AT = 32'h00000008;
  parameter logic [31:0] QUOTA_MPTS_AT = 32'h0000000c;
  parameter logic [31:0] QUOTA_MTTS_AT = 32'h00000010;
  parameter logic [31:0] QUOTA_EQS_AT = 32'h00000014;
  parameter logic [31:0] QUOTA_PDS_AT = 32'h00000018;
  parameter logic [31:0] QUOTA_AHS_AT = 32'h0000001c;

  // query_dev_cap's answer.
  parameter logic [31:0] DEV_CAP_BYTES = 32'h00000040;
  parameter logic [31:0] DEV_CAP_QPS_AT = 32'h00000000;
  parameter logic [31:0] DEV_CAP_CQS_AT = 32'h00000004;
  parameter logic [31:0] DEV_CAP_SRQS_AT = 32'h00000008;
  parameter logic [31:0] DEV_CAP_MPTS_AT = 32'h0000000c;
  parameter logic [31:0] DEV_CAP_MTTS_AT = 32'h00000010;
  parameter logic [31:0] DEV_CAP_EQS_AT = 32'h00000014;
  parameter logic [31:0] DEV_CAP_PDS_AT = 32'h00000018;
  parameter logic [31:0] DEV_CAP_AHS_AT = 32'h0000001c;
  parameter logic [31:0] DEV_CAP_FUNCTIONS_AT = 32'h00000020;
  parameter logic [31:0] DEV_CAP_FIRST_QP_AT = 32'h00000024;
  parameter logic [31:0] DEV_CAP_MOST_ENTRIES_AT = 32'h00000028;
  parameter logic [31:0] DEV_CAP_WRITE_MTT_ENTRIES_AT = 32'h0000002c;
  parameter logic [31:0] DEV_CAP_RESERVED0_AT = 32'h00000030;
  parameter logic [31:0] DEV_CAP_RESERVED1_AT = 32'h00000038;

  // query_fw's answer.
  parameter logic [31:0] FW_INFO_BYTES = 32'h00000020;
  parameter logic [31:0] FW_INFO_MAJOR_AT = 32'h00000000;
  parameter logic [31:0] FW_INFO_MINOR_AT = 32'h00000002;
  parameter logic [31:0] FW_INFO_SUB_MINOR_AT = 32'h00000004;
  parameter logic [31:0] FW_INFO_COMMAND_REVISION_AT = 32'h00000006;
  parameter logic [31:0] FW_INFO_CATAS_OFFSET_AT = 32'h00000008;
  parameter logic [31:0] FW_INFO_CATAS_WORDS_AT = 32'h0000000c;
  parameter logic [31:0] FW_INFO_SELF_TEST_AT = 32'h00000010;
  parameter logic [31:0] FW_INFO_COMMANDS_AT = 32'h00000014;
  parameter logic [31:0] FW_INFO_REFUSED_AT = 32'h00000018;
  parameter logic [31:0] FW_INFO_STACK_LEFT_AT = 32'h0000001c;

  // query_port's answer.
  parameter logic [31:0] PORT_INFO_BYTES = 32'h00000010;
  parameter logic [31:0] PORT_INFO_STATE_AT = 32'h00000000;
  parameter logic [31:0] PORT_INFO_LINK_UP_AT = 32'h00000001;
  parameter logic [31:0] PORT_INFO_LID_AT = 32'h00000002;
  parameter logic [31:0] PORT_INFO_CHANGES_AT = 32'h00000004;
  parameter logic [31:0] PORT_INFO_ENABLED_AT = 32'h00000008;
  parameter logic [31:0] PORT_INFO_RESERVED0_AT = 32'h0000000c;

endpackage
