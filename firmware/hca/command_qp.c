/* Queue pairs: RESET, INIT, RTR, RTS, ERROR (IBA vol. 1, 10.3.1). in_modifier: the number.
   The hardware holds the context, and moves a queue pair to ERROR by itself: a transition begins with asking it. */
#include "command.h"
#include "hw.h"

static bool context(struct hca *hca, const struct object *o, uint32_t operation, void *at) {
  return hw_context(operation, HCA_MGMT_CTX_OBJECT_TYPE_QP, o->owner, number_of(hca, KIND_QP, o), at, 0);
}

static bool good_stride(uint32_t stride, uint32_t least) {
  return power_of_two(stride) && stride >= least && stride <= 1024;
}

static bool good_rings(const struct hca_qp_context *q) {
  return ring_size(q->send_entries) && ring_size(q->receive_entries) && good_stride(q->send_stride, 64) &&
         good_stride(q->receive_stride, 16) && (q->send_ring & 63) == 0 && (q->receive_ring & 15) == 0 &&
         (q->receive_doorbell_record & 3) == 0 && q->has_srq <= 1;
}

/* A queue of this function that is in the hardware. */
static uint32_t find_queue(struct hca *hca, enum kind kind, uint32_t function, uint32_t number, struct object **o) {
  const uint32_t status = find(hca, kind, function, number, o);
  return status == HCA_STATUS_OK && (*o)->state != OBJECT_HARDWARE ? HCA_STATUS_BAD_RES_STATE : status;
}

uint32_t command_rst2init_qp(struct hca *hca, struct command *c) {
  struct hca_qp_context *in = &hca->in.mailbox.qp;
  struct object *o, *pd, *send, *receive, *srq = 0;
  uint32_t status = find(hca, KIND_QP, c->function, c->modifier, &o);
  if (status != HCA_STATUS_OK) return status;
  struct qp *qp = (struct qp *)(void *)o;
  if (qp->state != HCA_QP_STATE_RST) return HCA_STATUS_BAD_QP_STATE;
  if (!good_rings(in)) return HCA_STATUS_BAD_PARAM;
  status = find(hca, KIND_PD, c->function, in->pd, &pd);
  if (status == HCA_STATUS_OK) status = find_queue(hca, KIND_CQ, c->function, in->send_cq, &send);
  if (status == HCA_STATUS_OK) status = find_queue(hca, KIND_CQ, c->function, in->receive_cq, &receive);
  if (status == HCA_STATUS_OK && in->has_srq != 0)
    status = find_queue(hca, KIND_SRQ, c->function, in->srq, &srq);
  if (status != HCA_STATUS_OK) return status;
  in->state = HCA_QP_STATE_INIT;
  in->remote_qp = in->send_psn = in->receive_psn = 0;
  in->remote_lid = in->mtu = 0;
  in->timeout = in->retry_count = in->rnr_retry = in->min_rnr_timer = in->max_rd_atomic = 0;
  if (!context(hca, o, HCA_MGMT_CTX_CONTROL_OPERATION_INSTALL, in)) return HCA_STATUS_INTERNAL_ERR;
  qp->pd = (uint16_t)in->pd;
  qp->send_cq = (uint16_t)in->send_cq;
  qp->receive_cq = (uint16_t)in->receive_cq;
  qp->srq = srq != 0 ? (uint16_t)in->srq : NONE;
  pd->link++;
  send->link++;
  receive->link++;
  if (srq != 0) srq->link++;
  qp->state = HCA_QP_STATE_INIT;
  o->state = OBJECT_HARDWARE;
  return HCA_STATUS_OK;
}

/* The queue pair in state `from`, its context in the mailbox for answers. */
static uint32_t begin(struct hca *hca, const struct command *c, uint32_t from, struct qp **qp) {
  struct object *o;
  const uint32_t status = find(hca, KIND_QP, c->function, c->modifier, &o);
  if (status != HCA_STATUS_OK) return status;
  *qp = (struct qp *)(void *)o;
  if ((*qp)->state != from) return HCA_STATUS_BAD_QP_STATE;
  if (!context(hca, o, HCA_MGMT_CTX_CONTROL_OPERATION_QUERY, &hca->out)) return HCA_STATUS_INTERNAL_ERR;
  if (hca->out.qp.state == HCA_QP_STATE_ERR) {
    (*qp)->state = HCA_QP_STATE_ERR;
    return HCA_STATUS_BAD_QP_STATE;
  }
  return HCA_STATUS_OK;
}

static uint32_t finish(struct hca *hca, struct qp *qp, uint32_t to) {
  hca->out.qp.state = (uint8_t)to;
  if (!context(hca, &qp->o, HCA_MGMT_CTX_CONTROL_OPERATION_MODIFY, &hca->out)) return HCA_STATUS_INTERNAL_ERR;
  qp->state = (uint8_t)to;
  return HCA_STATUS_OK;
}

uint32_t command_init2rtr_qp(struct hca *hca, struct command *c) {
  const struct hca_qp_context *in = &hca->in.mailbox.qp;
  struct hca_qp_context *to = &hca->out.qp;
  struct qp *qp;
  const uint32_t status = begin(hca, c, HCA_QP_STATE_INIT, &qp);
  if (status != HCA_STATUS_OK) return status;
  if (in->remote_qp >> 24 != 0 || in->receive_psn >> 24 != 0 || in->min_rnr_timer > 31 || in->max_rd_atomic == 0 ||
      in->max_rd_atomic > 128 || !power_of_two(in->mtu) || in->mtu < 256 || in->mtu > 4096)
    return HCA_STATUS_BAD_PARAM;
  to->remote_qp = in->remote_qp;
  to->remote_lid = in->remote_lid;
  to->mtu = in->mtu;
  to->receive_psn = in->receive_psn;
  to->min_rnr_timer = in->min_rnr_timer;
  to->max_rd_atomic = in->max_rd_atomic;
  return finish(hca, qp, HCA_QP_STATE_RTR);
}

uint32_t command_rtr2rts_qp(struct hca *hca, struct command *c) {
  const struct hca_qp_context *in = &hca->in.mailbox.qp;
  struct hca_qp_context *to = &hca->out.qp;
  struct qp *qp;
  const uint32_t status = begin(hca, c, HCA_QP_STATE_RTR, &qp);
  if (status != HCA_STATUS_OK) return status;
  if (in->send_psn >> 24 != 0 || in->timeout > 31 || in->retry_count > 7 || in->rnr_retry > 7)
    return HCA_STATUS_BAD_PARAM;
  to->send_psn = in->send_psn;
  to->timeout = in->timeout;
  to->retry_count = in->retry_count;
  to->rnr_retry = in->rnr_retry;
  return finish(hca, qp, HCA_QP_STATE_RTS);
}

uint32_t command_rts2rts_qp(struct hca *hca, struct command *c) {
  struct qp *qp;
  const uint32_t status = begin(hca, c, HCA_QP_STATE_RTS, &qp);
  if (status != HCA_STATUS_OK) return status;
  if (hca->in.mailbox.qp.min_rnr_timer > 31) return HCA_STATUS_BAD_PARAM;
  hca->out.qp.min_rnr_timer = hca->in.mailbox.qp.min_rnr_timer;
  return finish(hca, qp, HCA_QP_STATE_RTS);
}

/* From any state but RESET, in which the hardware has no context that could be in error. */
uint32_t command_to_err_qp(struct hca *hca, struct command *c) {
  struct object *o;
  const uint32_t status = find(hca, KIND_QP, c->function, c->modifier, &o);
  if (status != HCA_STATUS_OK) return status;
  if (o->state != OBJECT_HARDWARE) return HCA_STATUS_BAD_QP_STATE;
  if (!context(hca, o, HCA_MGMT_CTX_CONTROL_OPERATION_QUERY, &hca->out)) return HCA_STATUS_INTERNAL_ERR;
  return finish(hca, (struct qp *)(void *)o, HCA_QP_STATE_ERR);
}

uint32_t withdraw_qp(struct hca *hca, struct qp *qp) {
  if (!context(hca, &qp->o, HCA_MGMT_CTX_CONTROL_OPERATION_REMOVE, &hca->out)) return HCA_STATUS_INTERNAL_ERR;
  hca->pds[qp->pd].o.link--;
  hca->cqs[qp->send_cq].o.link--;
  hca->cqs[qp->receive_cq].o.link--;
  if (qp->srq != NONE) hca->srqs[qp->srq].o.link--;
  qp->state = HCA_QP_STATE_RST;
  qp->o.state = OBJECT_SOFTWARE;
  return HCA_STATUS_OK;
}

/* From any state. */
uint32_t command_to_rst_qp(struct hca *hca, struct command *c) {
  struct object *o;
  const uint32_t status = find(hca, KIND_QP, c->function, c->modifier, &o);
  if (status != HCA_STATUS_OK || o->state != OBJECT_HARDWARE) return status;
  return withdraw_qp(hca, (struct qp *)(void *)o);
}

/* In RESET all is zero, and so is the state. */
uint32_t command_query_qp(struct hca *hca, struct command *c) {
  struct object *o;
  const uint32_t status = find(hca, KIND_QP, c->function, c->modifier, &o);
  if (status != HCA_STATUS_OK || o->state != OBJECT_HARDWARE) return status;
  if (!context(hca, o, HCA_MGMT_CTX_CONTROL_OPERATION_QUERY, &hca->out)) return HCA_STATUS_INTERNAL_ERR;
  ((struct qp *)(void *)o)->state = hca->out.qp.state;
  return HCA_STATUS_OK;
}
