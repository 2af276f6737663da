#include "device.h"

#include "hw.h"

static const uint32_t capacities[KINDS] = {
  [KIND_QP] = MAX_QPS, [KIND_CQ] = MAX_CQS, [KIND_SRQ] = MAX_SRQS, [KIND_MPT] = MAX_MPTS, [KIND_MTT] = MTT_ENTRIES,
  [KIND_EQ] = MAX_EQS, [KIND_PD] = MAX_PDS, [KIND_AH] = MAX_AHS,
};

uint32_t device_capacity(enum kind kind) { return capacities[kind]; }

static void pool_init(struct pool *pool, void *objects, uint32_t stride, uint32_t capacity) {
  pool->objects = objects;
  pool->stride = (uint16_t)stride;
  pool->capacity = (uint16_t)capacity;
}

void device_init(struct hca *hca) {
  hca->functions = hw_functions();
  if (hca->functions > MAX_FUNCTIONS) hca->functions = MAX_FUNCTIONS;
  pool_init(&hca->pools[KIND_QP], hca->qps, sizeof hca->qps[0], MAX_QPS);
  pool_init(&hca->pools[KIND_CQ], hca->cqs, sizeof hca->cqs[0], MAX_CQS);
  pool_init(&hca->pools[KIND_SRQ], hca->srqs, sizeof hca->srqs[0], MAX_SRQS);
  pool_init(&hca->pools[KIND_MPT], hca->mpts, sizeof hca->mpts[0], MAX_MPTS);
  pool_init(&hca->pools[KIND_MTT], hca->mtts, sizeof hca->mtts[0], MAX_MTTS);
  pool_init(&hca->pools[KIND_EQ], hca->eqs, sizeof hca->eqs[0], MAX_EQS);
  pool_init(&hca->pools[KIND_PD], hca->pds, sizeof hca->pds[0], MAX_PDS);
  pool_init(&hca->pools[KIND_AH], hca->ahs, sizeof hca->ahs[0], MAX_AHS);
  hca->mtts[MAX_MTTS].before = hca->mtts[MAX_MTTS].after = hca->mtt_cursor = MAX_MTTS;
  for (uint32_t f = 0; f < MAX_FUNCTIONS; ++f) hca->function[f].command_eq = hca->function[f].port_eq = NONE;
  /* All is the physical function's until it gives a part of it to others. */
  hca->function[0].enabled = true;
  for (uint32_t k = 0; k < KINDS; ++k) hca->function[0].quota[k] = capacities[k];
  hca->port.state = HCA_MGMT_DEVICE_STATE_PORT_DOWN;
}

/* Index of a number, or one that no pool has. */
static uint32_t index_of(enum kind kind, uint32_t number) {
  if (kind == KIND_QP) return number - HCA_LIMIT_FIRST_QP;
  if (kind == KIND_MPT) return (number >> 8) - 1;
  return number;
}

uint32_t number_of(const struct hca *hca, enum kind kind, const struct object *object) {
  const uint32_t index = pool_index(&hca->pools[kind], object);
  if (kind == KIND_QP) return index + HCA_LIMIT_FIRST_QP;
  if (kind == KIND_MPT) return (index + 1) << 8 | hca->mpts[index].generation;
  return index;
}

uint32_t find(struct hca *hca, enum kind kind, uint32_t function, uint32_t number, struct object **found) {
  const struct pool *pool = &hca->pools[kind];
  const uint32_t index = index_of(kind, number);
  if (index >= pool->capacity) return HCA_STATUS_BAD_INDEX;
  struct object *object = pool_at(pool, index);
  if (object->state == OBJECT_FREE || object->owner != function) return HCA_STATUS_BAD_RESOURCE;
  if (kind == KIND_MPT && hca->mpts[index].generation != (number & 0xff)) return HCA_STATUS_BAD_RESOURCE;
  *found = object;
  return HCA_STATUS_OK;
}

struct object *take(struct hca *hca, enum kind kind, uint32_t function, uint32_t cost) {
  struct function *f = &hca->function[function];
  if (cost > f->quota[kind] - f->used[kind]) return 0;
  struct object *object = pool_take(&hca->pools[kind], function);
  if (object != 0) f->used[kind] += cost;
  return object;
}

void give_back(struct hca *hca, enum kind kind, struct object *object, uint32_t cost) {
  hca->function[object->owner].used[kind] -= cost;
  pool_give_back(&hca->pools[kind], object);
}
