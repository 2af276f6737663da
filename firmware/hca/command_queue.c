/* Event queues, completion queues, shared receive queues. in_modifier: the number. */
#include "command.h"
#include "hw.h"

static bool context(uint32_t operation, uint32_t type, const struct command *c, void *at) {
  return hw_context(operation, type, c->function, c->modifier, at, 0);
}

/* An object that is in the hands of `state`, or a status. */
static uint32_t find_in(struct hca *hca, enum kind kind, const struct command *c, uint32_t state, struct object **o) {
  const uint32_t status = find(hca, kind, c->function, c->modifier, o);
  if (status == HCA_STATUS_OK && (*o)->state != state) return HCA_STATUS_BAD_RES_STATE;
  return status;
}

/* Takes an object from the hardware unless others use it. */
static uint32_t remove_from_hardware(struct hca *hca, enum kind kind, uint32_t type, struct object *o) {
  if (o->link != 0) return HCA_STATUS_RESOURCE_BUSY;
  if (!hw_context(HCA_MGMT_CTX_CONTROL_OPERATION_REMOVE, type, o->owner, number_of(hca, kind, o), &hca->out, 0))
    return HCA_STATUS_INTERNAL_ERR;
  o->state = OBJECT_SOFTWARE;
  return HCA_STATUS_OK;
}

static uint32_t query(struct hca *hca, enum kind kind, uint32_t type, struct command *c) {
  struct object *o;
  const uint32_t status = find_in(hca, kind, c, OBJECT_HARDWARE, &o);
  if (status != HCA_STATUS_OK) return status;
  return context(HCA_MGMT_CTX_CONTROL_OPERATION_QUERY, type, c, &hca->out) ? HCA_STATUS_OK : HCA_STATUS_INTERNAL_ERR;
}

uint32_t command_sw2hw_eq(struct hca *hca, struct command *c) {
  struct hca_eq_context *in = &hca->in.mailbox.eq;
  struct object *o;
  const uint32_t status = find_in(hca, KIND_EQ, c, OBJECT_SOFTWARE, &o);
  if (status != HCA_STATUS_OK) return status;
  if (!ring_size(in->entries) || in->asynchronous > 1 || (in->ring & 31) != 0 || (in->msi_address & 3) != 0)
    return HCA_STATUS_BAD_PARAM;
  in->consumer = in->producer = in->lost = 0;
  if (!context(HCA_MGMT_CTX_CONTROL_OPERATION_INSTALL, HCA_MGMT_CTX_OBJECT_TYPE_EQ, c, in))
    return HCA_STATUS_INTERNAL_ERR;
  struct eq *eq = (struct eq *)(void *)o;
  eq->asynchronous = in->asynchronous != 0;
  eq->entries = in->entries;
  eq->ring = in->ring;
  eq->msi_address = in->msi_address;
  eq->msi_data = in->msi_data;
  eq->producer = eq->lost = 0;
  o->state = OBJECT_HARDWARE;
  return HCA_STATUS_OK;
}

uint32_t withdraw_eq(struct hca *hca, struct eq *eq) {
  struct function *f = &hca->function[eq->o.owner];
  const uint32_t index = pool_index(&hca->pools[KIND_EQ], &eq->o);
  const uint32_t status = remove_from_hardware(hca, KIND_EQ, HCA_MGMT_CTX_OBJECT_TYPE_EQ, &eq->o);
  if (status != HCA_STATUS_OK) return status;
  if (f->command_eq == index) f->command_eq = NONE;
  if (f->port_eq == index) f->port_eq = NONE;
  return HCA_STATUS_OK;
}

uint32_t command_hw2sw_eq(struct hca *hca, struct command *c) {
  struct object *o;
  const uint32_t status = find_in(hca, KIND_EQ, c, OBJECT_HARDWARE, &o);
  return status != HCA_STATUS_OK ? status : withdraw_eq(hca, (struct eq *)(void *)o);
}

/* What hardware knows of it, and of the firmware's own queues what the firmware wrote. */
uint32_t command_query_eq(struct hca *hca, struct command *c) {
  const uint32_t status = query(hca, KIND_EQ, HCA_MGMT_CTX_OBJECT_TYPE_EQ, c);
  if (status != HCA_STATUS_OK) return status;
  const struct eq *eq = &hca->eqs[c->modifier];
  hca->out.eq.lost = eq->lost;
  if (eq->asynchronous) hca->out.eq.producer = eq->producer;
  return HCA_STATUS_OK;
}

/* in_modifier: number, bit 31 to end it; in_param: events, one bit a type. */
uint32_t command_map_eq(struct hca *hca, struct command *c) {
  const uint64_t command = UINT64_C(1) << HCA_EVENT_COMMAND, port = UINT64_C(1) << HCA_EVENT_PORT_CHANGE;
  struct function *f = &hca->function[c->function];
  struct object *o;
  uint16_t to = NONE;
  if (c->in == 0 || (c->in & ~(command | port)) != 0) return HCA_STATUS_BAD_PARAM;
  if ((c->modifier & HCA_LIMIT_MAP_EQ_UNMAP) == 0) {
    const uint32_t status = find_in(hca, KIND_EQ, c, OBJECT_HARDWARE, &o);
    if (status != HCA_STATUS_OK) return status;
    if (!((struct eq *)(void *)o)->asynchronous) return HCA_STATUS_BAD_PARAM;
    to = (uint16_t)c->modifier;
  }
  if ((c->in & command) != 0) f->command_eq = to;
  if ((c->in & port) != 0) f->port_eq = to;
  return HCA_STATUS_OK;
}

uint32_t command_sw2hw_cq(struct hca *hca, struct command *c) {
  struct hca_cq_context *in = &hca->in.mailbox.cq;
  struct object *o, *eq = 0;
  uint32_t status = find_in(hca, KIND_CQ, c, OBJECT_SOFTWARE, &o);
  if (status != HCA_STATUS_OK) return status;
  if (!ring_size(in->entries) || (in->ring & 31) != 0 || (in->doorbell_record & 7) != 0) return HCA_STATUS_BAD_PARAM;
  if (in->eq != HCA_LIMIT_NO_OBJECT) {
    status = find(hca, KIND_EQ, c->function, in->eq, &eq);
    if (status != HCA_STATUS_OK) return status;
    if (eq->state != OBJECT_HARDWARE) return HCA_STATUS_BAD_RES_STATE;
    if (((struct eq *)(void *)eq)->asynchronous) return HCA_STATUS_BAD_PARAM;
  }
  in->reserved0 = 0;
  if (!context(HCA_MGMT_CTX_CONTROL_OPERATION_INSTALL, HCA_MGMT_CTX_OBJECT_TYPE_CQ, c, in))
    return HCA_STATUS_INTERNAL_ERR;
  ((struct cq *)(void *)o)->eq = eq != 0 ? (uint16_t)in->eq : NONE;
  if (eq != 0) eq->link++;
  o->state = OBJECT_HARDWARE;
  return HCA_STATUS_OK;
}

uint32_t withdraw_cq(struct hca *hca, struct cq *cq) {
  const uint32_t status = remove_from_hardware(hca, KIND_CQ, HCA_MGMT_CTX_OBJECT_TYPE_CQ, &cq->o);
  if (status == HCA_STATUS_OK && cq->eq != NONE) hca->eqs[cq->eq].o.link--;
  return status;
}

uint32_t command_hw2sw_cq(struct hca *hca, struct command *c) {
  struct object *o;
  const uint32_t status = find_in(hca, KIND_CQ, c, OBJECT_HARDWARE, &o);
  return status != HCA_STATUS_OK ? status : withdraw_cq(hca, (struct cq *)(void *)o);
}

uint32_t command_query_cq(struct hca *hca, struct command *c) {
  return query(hca, KIND_CQ, HCA_MGMT_CTX_OBJECT_TYPE_CQ, c);
}

uint32_t command_sw2hw_srq(struct hca *hca, struct command *c) {
  struct hca_srq_context *in = &hca->in.mailbox.srq;
  struct object *o, *pd;
  uint32_t status = find_in(hca, KIND_SRQ, c, OBJECT_SOFTWARE, &o);
  if (status != HCA_STATUS_OK) return status;
  if (!ring_size(in->entries) || !power_of_two(in->stride) || in->stride < 16 || in->stride > 1024 ||
      in->limit > in->entries || (in->ring & 15) != 0 || (in->doorbell_record & 3) != 0)
    return HCA_STATUS_BAD_PARAM;
  status = find(hca, KIND_PD, c->function, in->pd, &pd);
  if (status != HCA_STATUS_OK) return status;
  in->reserved0 = 0;
  if (!context(HCA_MGMT_CTX_CONTROL_OPERATION_INSTALL, HCA_MGMT_CTX_OBJECT_TYPE_SRQ, c, in))
    return HCA_STATUS_INTERNAL_ERR;
  ((struct srq *)(void *)o)->pd = (uint16_t)in->pd;
  pd->link++;
  o->state = OBJECT_HARDWARE;
  return HCA_STATUS_OK;
}

uint32_t withdraw_srq(struct hca *hca, struct srq *srq) {
  const uint32_t status = remove_from_hardware(hca, KIND_SRQ, HCA_MGMT_CTX_OBJECT_TYPE_SRQ, &srq->o);
  if (status == HCA_STATUS_OK) hca->pds[srq->pd].o.link--;
  return status;
}

uint32_t command_hw2sw_srq(struct hca *hca, struct command *c) {
  struct object *o;
  const uint32_t status = find_in(hca, KIND_SRQ, c, OBJECT_HARDWARE, &o);
  return status != HCA_STATUS_OK ? status : withdraw_srq(hca, (struct srq *)(void *)o);
}

uint32_t command_query_srq(struct hca *hca, struct command *c) {
  return query(hca, KIND_SRQ, HCA_MGMT_CTX_OBJECT_TYPE_SRQ, c);
}
