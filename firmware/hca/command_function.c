/* Virtual functions: what each may have, and the end of all it had.
   Quotas part the device: what one function was given no other can take. The physical function has what is left. */
#include "command.h"
#include "hw.h"
#include "port.h"

static void quota_of(const struct hca_quota *from, uint32_t to[KINDS]) {
  to[KIND_QP] = from->qps;
  to[KIND_CQ] = from->cqs;
  to[KIND_SRQ] = from->srqs;
  to[KIND_MPT] = from->mpts;
  to[KIND_MTT] = from->mtts;
  to[KIND_EQ] = from->eqs;
  to[KIND_PD] = from->pds;
  to[KIND_AH] = from->ahs;
}

uint32_t command_query_func_cap(struct hca *hca, struct command *c) {
  const uint32_t *quota = hca->function[c->function].quota;
  hca->out.quota = (struct hca_quota){
    .qps = quota[KIND_QP], .cqs = quota[KIND_CQ], .srqs = quota[KIND_SRQ], .mpts = quota[KIND_MPT],
    .mtts = quota[KIND_MTT], .eqs = quota[KIND_EQ], .pds = quota[KIND_PD], .ahs = quota[KIND_AH],
  };
  return HCA_STATUS_OK;
}

/* Moves quota between the physical function and `f` until this has `wanted`. */
static uint32_t share(struct hca *hca, struct function *f, const uint32_t wanted[KINDS]) {
  struct function *physical = &hca->function[0];
  for (uint32_t k = 0; k < KINDS; ++k) {
    if (wanted[k] < f->used[k]) return HCA_STATUS_RESOURCE_BUSY;
    if (wanted[k] > f->quota[k] && wanted[k] - f->quota[k] > physical->quota[k] - physical->used[k])
      return HCA_STATUS_EXCEED_LIM;
  }
  for (uint32_t k = 0; k < KINDS; ++k) {
    physical->quota[k] += f->quota[k] - wanted[k];
    f->quota[k] = wanted[k];
  }
  return HCA_STATUS_OK;
}

/* in_modifier: the function; op_modifier 1: it may be used, with the quota of the mailbox or, without one, an equal
   share; 0: no more. */
uint32_t command_set_vf(struct hca *hca, struct command *c) {
  if (c->modifier == 0 || c->modifier >= hca->functions) return HCA_STATUS_BAD_INDEX;
  if (c->op_modifier > 1 || (c->in & 7) != 0) return HCA_STATUS_BAD_PARAM;
  struct function *f = &hca->function[c->modifier];
  uint32_t wanted[KINDS] = {0};
  if (c->op_modifier == 1 && c->in != 0) {
    if (!hw_dma_read(c->function, c->in, &hca->in, sizeof(struct hca_quota))) return HCA_STATUS_INTERNAL_ERR;
    quota_of(&hca->in.mailbox.quota, wanted);
  } else if (c->op_modifier == 1) {
    for (uint32_t k = 0; k < KINDS; ++k) wanted[k] = device_capacity((enum kind)k) / hca->functions;
  }
  const uint32_t status = share(hca, f, wanted);
  if (status != HCA_STATUS_OK) return status;
  if (c->op_modifier == 0) {
    if (f->port) port_close(hca, c->modifier);
    f->initialised = false;
  }
  f->enabled = c->op_modifier == 1;
  return HCA_STATUS_OK;
}

static uint32_t withdraw(struct hca *hca, enum kind kind, struct object *o) {
  if (o->state != OBJECT_HARDWARE) return HCA_STATUS_OK;
  switch (kind) {
    case KIND_QP: return withdraw_qp(hca, (struct qp *)(void *)o);
    case KIND_CQ: return withdraw_cq(hca, (struct cq *)(void *)o);
    case KIND_SRQ: return withdraw_srq(hca, (struct srq *)(void *)o);
    case KIND_MPT: return withdraw_mpt(hca, (struct mpt *)(void *)o);
    case KIND_EQ: return withdraw_eq(hca, (struct eq *)(void *)o);
    case KIND_AH: return withdraw_ah(hca, (struct ah *)(void *)o);
    case KIND_MTT:
    case KIND_PD:
    case KINDS: break;
  }
  return HCA_STATUS_OK;
}

/* in_modifier: a virtual function that was reset. Its objects go, users before what they use. */
uint32_t command_inform_flr_done(struct hca *hca, struct command *c) {
  static const uint8_t order[KINDS] = {KIND_QP, KIND_SRQ, KIND_CQ, KIND_EQ, KIND_MPT, KIND_MTT, KIND_AH, KIND_PD};
  if (c->modifier == 0 || c->modifier >= hca->functions) return HCA_STATUS_BAD_INDEX;
  for (uint32_t i = 0; i < KINDS; ++i) {
    const enum kind kind = (enum kind)order[i];
    const struct pool *pool = &hca->pools[kind];
    for (uint32_t n = 0; n < pool->fresh; ++n) {
      struct object *o = pool_at(pool, n);
      if (o->state == OBJECT_FREE || o->owner != c->modifier) continue;
      uint32_t status = withdraw(hca, kind, o);
      if (status == HCA_STATUS_OK) status = release(hca, kind, o);
      if (status != HCA_STATUS_OK) return status;
    }
    hw_kick();
  }
  struct function *f = &hca->function[c->modifier];
  if (f->port) port_close(hca, c->modifier);
  f->initialised = false;
  f->command_eq = f->port_eq = NONE;
  return HCA_STATUS_OK;
}
