/* One command and who serves it. */
#ifndef HCA_COMMAND_H
#define HCA_COMMAND_H

#include "device.h"

#ifdef __cplusplus
extern "C" {
#endif

struct command {
  uint32_t function, opcode, op_modifier, modifier, token;
  uint64_t in, out; /* mailboxes, or the values themselves; `out` is answered if `immediate` */
  bool event, immediate;
};

/* The HCR's words in their order, as the hardware shows them. */
struct command command_of(uint32_t function, const uint32_t words[7]);

/* Answers a status, whatever the command is. */
uint32_t answer_command(struct hca *hca, struct command *command);

typedef uint32_t command_handler(struct hca *hca, struct command *command);

/* General, and virtual functions. */
command_handler command_nop, command_query_fw, command_query_dev_cap, command_query_func_cap, command_init_hca,
    command_close_hca, command_set_vf, command_inform_flr_done, command_init_port, command_close_port,
    command_query_port;
/* Numbers. */
command_handler command_alloc_res, command_free_res;
/* Memory. */
command_handler command_write_mtt, command_sw2hw_mpt, command_hw2sw_mpt, command_query_mpt;
/* Queues. */
command_handler command_map_eq, command_sw2hw_eq, command_hw2sw_eq, command_query_eq, command_sw2hw_cq,
    command_hw2sw_cq, command_query_cq, command_sw2hw_srq, command_hw2sw_srq, command_query_srq;
/* Queue pairs. */
command_handler command_rst2init_qp, command_init2rtr_qp, command_rtr2rts_qp, command_rts2rts_qp, command_to_err_qp,
    command_to_rst_qp, command_query_qp;
/* Address handles. */
command_handler command_create_ah, command_modify_ah, command_query_ah;

/* Frees what is in the hands of software: of a memory region the key, of a range its entries. */
uint32_t release(struct hca *hca, enum kind kind, struct object *object);
/* Takes an object from the hardware; what it used is free again. */
uint32_t withdraw_mpt(struct hca *hca, struct mpt *mpt);
uint32_t withdraw_eq(struct hca *hca, struct eq *eq);
uint32_t withdraw_cq(struct hca *hca, struct cq *cq);
uint32_t withdraw_srq(struct hca *hca, struct srq *srq);
uint32_t withdraw_qp(struct hca *hca, struct qp *qp);
uint32_t withdraw_ah(struct hca *hca, struct ah *ah);

#ifdef __cplusplus
}
#endif
#endif
