/* Address handles. in_modifier: the number. */
#include "command.h"
#include "hw.h"

static bool context(uint32_t operation, const struct command *c, void *at) {
  return hw_context(operation, HCA_MGMT_CTX_OBJECT_TYPE_AH, c->function, c->modifier, at, 0);
}

static bool good_address(const struct hca_ah_context *a) {
  return a->remote_lid != 0 && a->service_level <= 15 && a->port == 1;
}

uint32_t command_create_ah(struct hca *hca, struct command *c) {
  struct hca_ah_context *in = &hca->in.mailbox.ah;
  struct object *o, *pd;
  uint32_t status = find(hca, KIND_AH, c->function, c->modifier, &o);
  if (status != HCA_STATUS_OK) return status;
  if (o->state != OBJECT_SOFTWARE) return HCA_STATUS_BAD_RES_STATE;
  if (!good_address(in)) return HCA_STATUS_BAD_PARAM;
  status = find(hca, KIND_PD, c->function, in->pd, &pd);
  if (status != HCA_STATUS_OK) return status;
  in->reserved0 = 0;
  if (!context(HCA_MGMT_CTX_CONTROL_OPERATION_INSTALL, c, in)) return HCA_STATUS_INTERNAL_ERR;
  ((struct ah *)(void *)o)->pd = (uint16_t)in->pd;
  pd->link++;
  o->state = OBJECT_HARDWARE;
  return HCA_STATUS_OK;
}

/* The protection domain stays. */
uint32_t command_modify_ah(struct hca *hca, struct command *c) {
  struct hca_ah_context *in = &hca->in.mailbox.ah;
  struct object *o;
  const uint32_t status = find(hca, KIND_AH, c->function, c->modifier, &o);
  if (status != HCA_STATUS_OK) return status;
  if (o->state != OBJECT_HARDWARE) return HCA_STATUS_BAD_RES_STATE;
  if (!good_address(in) || in->pd != ((struct ah *)(void *)o)->pd) return HCA_STATUS_BAD_PARAM;
  in->reserved0 = 0;
  return context(HCA_MGMT_CTX_CONTROL_OPERATION_MODIFY, c, in) ? HCA_STATUS_OK : HCA_STATUS_INTERNAL_ERR;
}

uint32_t command_query_ah(struct hca *hca, struct command *c) {
  struct object *o;
  const uint32_t status = find(hca, KIND_AH, c->function, c->modifier, &o);
  if (status != HCA_STATUS_OK) return status;
  if (o->state != OBJECT_HARDWARE) return HCA_STATUS_BAD_RES_STATE;
  return context(HCA_MGMT_CTX_CONTROL_OPERATION_QUERY, c, &hca->out) ? HCA_STATUS_OK : HCA_STATUS_INTERNAL_ERR;
}

uint32_t withdraw_ah(struct hca *hca, struct ah *ah) {
  if (!hw_context(HCA_MGMT_CTX_CONTROL_OPERATION_REMOVE, HCA_MGMT_CTX_OBJECT_TYPE_AH, ah->o.owner,
                  number_of(hca, KIND_AH, &ah->o), &hca->out, 0))
    return HCA_STATUS_INTERNAL_ERR;
  hca->pds[ah->pd].o.link--;
  ah->o.state = OBJECT_SOFTWARE;
  return HCA_STATUS_OK;
}
