/* Numbers of objects: given out, taken back. in_modifier names the kind of resource. */
#include "command.h"
#include "hw.h"
#include "mtt.h"

static bool kind_of(uint32_t resource, enum kind *kind) {
  switch (resource) {
    case HCA_RESOURCE_QP: *kind = KIND_QP; return true;
    case HCA_RESOURCE_CQ: *kind = KIND_CQ; return true;
    case HCA_RESOURCE_SRQ: *kind = KIND_SRQ; return true;
    case HCA_RESOURCE_MPT: *kind = KIND_MPT; return true;
    case HCA_RESOURCE_MTT: *kind = KIND_MTT; return true;
    case HCA_RESOURCE_EQ: *kind = KIND_EQ; return true;
    case HCA_RESOURCE_PD: *kind = KIND_PD; return true;
    case HCA_RESOURCE_AH: *kind = KIND_AH; return true;
    default: return false;
  }
}

/* Protection domains have no context of their own: the hardware learns of them at once. */
static bool show_pd(struct hca *hca, const struct object *pd, uint32_t operation) {
  hca->out.pd.number = number_of(hca, KIND_PD, pd);
  return hw_context(operation, HCA_MGMT_CTX_OBJECT_TYPE_PD, pd->owner, hca->out.pd.number, &hca->out, 0);
}

uint32_t command_alloc_res(struct hca *hca, struct command *c) {
  enum kind kind;
  uint32_t cost = 1;
  if (!kind_of(c->modifier, &kind)) return HCA_STATUS_BAD_PARAM;
  if (kind == KIND_MTT) {
    if (c->in == 0 || c->in > MTT_ENTRIES) return HCA_STATUS_BAD_PARAM;
    cost = mtt_cost((uint32_t)c->in);
  }
  struct object *o = take(hca, kind, c->function, cost);
  if (o == 0) return HCA_STATUS_EXCEED_LIM;
  if (kind == KIND_MTT && !mtt_place(hca, (struct mtt *)(void *)o, cost)) {
    give_back(hca, kind, o, cost);
    return HCA_STATUS_EXCEED_LIM;
  }
  if (kind == KIND_PD && !show_pd(hca, o, HCA_MGMT_CTX_CONTROL_OPERATION_INSTALL)) {
    give_back(hca, kind, o, cost);
    return HCA_STATUS_INTERNAL_ERR;
  }
  if (kind == KIND_QP) ((struct qp *)(void *)o)->state = HCA_QP_STATE_RST;
  c->out = number_of(hca, kind, o);
  c->immediate = true;
  return HCA_STATUS_OK;
}

uint32_t release(struct hca *hca, enum kind kind, struct object *o) {
  uint32_t cost = 1;
  if (o->state == OBJECT_HARDWARE || o->link != 0) return HCA_STATUS_RESOURCE_BUSY;
  if (kind == KIND_PD && !show_pd(hca, o, HCA_MGMT_CTX_CONTROL_OPERATION_REMOVE)) return HCA_STATUS_INTERNAL_ERR;
  if (kind == KIND_MPT) ((struct mpt *)(void *)o)->generation++; /* stale keys name nothing */
  if (kind == KIND_MTT) {
    cost = ((struct mtt *)(void *)o)->count;
    mtt_remove(hca, (struct mtt *)(void *)o);
  }
  give_back(hca, kind, o, cost);
  return HCA_STATUS_OK;
}

uint32_t command_free_res(struct hca *hca, struct command *c) {
  enum kind kind;
  struct object *o;
  if (!kind_of(c->modifier, &kind)) return HCA_STATUS_BAD_PARAM;
  if (c->in > 0xffffffffu) return HCA_STATUS_BAD_INDEX;
  const uint32_t status = find(hca, kind, c->function, (uint32_t)c->in, &o);
  return status != HCA_STATUS_OK ? status : release(hca, kind, o);
}
