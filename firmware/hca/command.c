/* The table of commands: who may, what comes in and goes out, who serves. */
#include "command.h"

#include "hw.h"

enum {
  PHYSICAL = 1, /* of the physical function only */
  EARLY = 2,    /* before init_hca too */
};

struct entry {
  uint16_t opcode;
  uint8_t rights;
  uint8_t in, out; /* bytes of the mailboxes */
  command_handler *serve;
};

/* In order of the opcodes. */
static const struct entry entries[] = {
  {HCA_OPCODE_QUERY_DEV_CAP, EARLY, 0, sizeof(struct hca_dev_cap), command_query_dev_cap},
  {HCA_OPCODE_QUERY_FW, EARLY, 0, sizeof(struct hca_fw_info), command_query_fw},
  {HCA_OPCODE_INIT_HCA, EARLY, 0, 0, command_init_hca},
  {HCA_OPCODE_CLOSE_HCA, 0, 0, 0, command_close_hca},
  {HCA_OPCODE_INIT_PORT, 0, 0, 0, command_init_port},
  {HCA_OPCODE_CLOSE_PORT, 0, 0, 0, command_close_port},
  {HCA_OPCODE_SW2HW_MPT, 0, sizeof(struct hca_mpt_context), 0, command_sw2hw_mpt},
  {HCA_OPCODE_QUERY_MPT, 0, 0, sizeof(struct hca_mpt_context), command_query_mpt},
  {HCA_OPCODE_HW2SW_MPT, 0, 0, 0, command_hw2sw_mpt},
  {HCA_OPCODE_WRITE_MTT, 0, sizeof(struct hca_write_mtt), 0, command_write_mtt},
  {HCA_OPCODE_MAP_EQ, 0, 0, 0, command_map_eq},
  {HCA_OPCODE_SW2HW_EQ, 0, sizeof(struct hca_eq_context), 0, command_sw2hw_eq},
  {HCA_OPCODE_HW2SW_EQ, 0, 0, 0, command_hw2sw_eq},
  {HCA_OPCODE_QUERY_EQ, 0, 0, sizeof(struct hca_eq_context), command_query_eq},
  {HCA_OPCODE_SW2HW_CQ, 0, sizeof(struct hca_cq_context), 0, command_sw2hw_cq},
  {HCA_OPCODE_HW2SW_CQ, 0, 0, 0, command_hw2sw_cq},
  {HCA_OPCODE_QUERY_CQ, 0, 0, sizeof(struct hca_cq_context), command_query_cq},
  {HCA_OPCODE_RST2INIT_QP, 0, sizeof(struct hca_qp_context), 0, command_rst2init_qp},
  {HCA_OPCODE_INIT2RTR_QP, 0, sizeof(struct hca_qp_context), 0, command_init2rtr_qp},
  {HCA_OPCODE_RTR2RTS_QP, 0, sizeof(struct hca_qp_context), 0, command_rtr2rts_qp},
  {HCA_OPCODE_RTS2RTS_QP, 0, sizeof(struct hca_qp_context), 0, command_rts2rts_qp},
  {HCA_OPCODE_TO_ERR_QP, 0, 0, 0, command_to_err_qp},
  {HCA_OPCODE_TO_RST_QP, 0, 0, 0, command_to_rst_qp},
  {HCA_OPCODE_QUERY_QP, 0, 0, sizeof(struct hca_qp_context), command_query_qp},
  {HCA_OPCODE_NOP, EARLY, 0, 0, command_nop},
  {HCA_OPCODE_SW2HW_SRQ, 0, sizeof(struct hca_srq_context), 0, command_sw2hw_srq},
  {HCA_OPCODE_HW2SW_SRQ, 0, 0, 0, command_hw2sw_srq},
  {HCA_OPCODE_QUERY_SRQ, 0, 0, sizeof(struct hca_srq_context), command_query_srq},
  {HCA_OPCODE_QUERY_PORT, EARLY, 0, sizeof(struct hca_port_info), command_query_port},
  {HCA_OPCODE_INFORM_FLR_DONE, PHYSICAL, 0, 0, command_inform_flr_done},
  {HCA_OPCODE_ALLOC_RES, 0, 0, 0, command_alloc_res},
  {HCA_OPCODE_FREE_RES, 0, 0, 0, command_free_res},
  {HCA_OPCODE_QUERY_FUNC_CAP, EARLY, 0, sizeof(struct hca_quota), command_query_func_cap},
  {HCA_OPCODE_SET_VF, PHYSICAL, 0, 0, command_set_vf},
  {HCA_OPCODE_CREATE_AH, 0, sizeof(struct hca_ah_context), 0, command_create_ah},
  {HCA_OPCODE_QUERY_AH, 0, 0, sizeof(struct hca_ah_context), command_query_ah},
  {HCA_OPCODE_MODIFY_AH, 0, sizeof(struct hca_ah_context), 0, command_modify_ah},
};

static const struct entry *entry_of(uint32_t opcode) {
  uint32_t low = 0, high = sizeof entries / sizeof entries[0];
  while (low < high) {
    const uint32_t middle = (low + high) / 2;
    if (entries[middle].opcode == opcode) return &entries[middle];
    if (entries[middle].opcode < opcode) low = middle + 1;
    else high = middle;
  }
  return 0;
}

struct command command_of(uint32_t function, const uint32_t words[7]) {
  return (struct command){
    .function = function,
    .opcode = words[6] & 0xfff,
    .op_modifier = words[6] >> 12 & 0xf,
    .modifier = words[2],
    .token = words[5] >> 16,
    .in = (uint64_t)words[0] << 32 | words[1],
    .out = (uint64_t)words[3] << 32 | words[4],
    .event = (words[6] >> 22 & 1) != 0,
    .immediate = false,
  };
}

static bool mailbox_address(uint64_t address) { return address != 0 && (address & 7) == 0; }

static uint32_t serve(struct hca *hca, struct command *c) {
  const struct entry *e = entry_of(c->opcode);
  if (c->function >= hca->functions || !hca->function[c->function].enabled) return HCA_STATUS_BAD_SYS_STATE;
  if (e == 0 || ((e->rights & PHYSICAL) != 0 && c->function != 0)) return HCA_STATUS_BAD_OP;
  if ((e->rights & EARLY) == 0 && !hca->function[c->function].initialised) return HCA_STATUS_BAD_SYS_STATE;
  if ((e->in > 0 && !mailbox_address(c->in)) || (e->out > 0 && !mailbox_address(c->out))) return HCA_STATUS_BAD_PARAM;
  if (e->in > 0 && !hw_dma_read(c->function, c->in, &hca->in, e->in)) return HCA_STATUS_INTERNAL_ERR;
  if (e->out > 0) hca->out = (union mailbox){0};
  const uint32_t status = e->serve(hca, c);
  if (status == HCA_STATUS_OK && e->out > 0 && !hw_dma_write(c->function, c->out, &hca->out, e->out))
    return HCA_STATUS_INTERNAL_ERR;
  return status;
}

uint32_t answer_command(struct hca *hca, struct command *c) {
  const uint32_t status = serve(hca, c);
  hca->commands++;
  if (status != HCA_STATUS_OK) hca->refused++;
  return status;
}
