/* Memory regions: lists of pages, then the region that points to one. */
#include "command.h"
#include "hw.h"

enum { PAGE = 4096, ALL_ACCESS = HCA_ACCESS_LOCAL_WRITE | HCA_ACCESS_REMOTE_READ | HCA_ACCESS_REMOTE_WRITE |
                                 HCA_ACCESS_REMOTE_ATOMIC };

/* The mailbox' head is here; in_modifier pages follow it. They are written without gaps, so that no region can name
   an entry that its owner did not fill. */
uint32_t command_write_mtt(struct hca *hca, struct command *c) {
  const struct hca_write_mtt head = hca->in.pages.head;
  struct object *o;
  if (c->modifier == 0 || c->modifier > HCA_LIMIT_WRITE_MTT_ENTRIES) return HCA_STATUS_BAD_PARAM;
  const uint32_t status = find(hca, KIND_MTT, c->function, head.mtt, &o);
  if (status != HCA_STATUS_OK) return status;
  struct mtt *range = (struct mtt *)(void *)o;
  if (o->link != 0) return HCA_STATUS_RESOURCE_BUSY;
  if (head.first > range->written || c->modifier > range->count - head.first) return HCA_STATUS_BAD_PARAM;
  if (!hw_dma_read(c->function, c->in + sizeof head, hca->in.pages.pages, c->modifier * 8))
    return HCA_STATUS_INTERNAL_ERR;
  for (uint32_t i = 0; i < c->modifier; ++i)
    if ((hca->in.pages.pages[i] & (PAGE - 1)) != 0) return HCA_STATUS_BAD_PARAM;
  if (!hw_context(HCA_MGMT_CTX_CONTROL_OPERATION_INSTALL, HCA_MGMT_CTX_OBJECT_TYPE_MTT, c->function,
                  range->first + head.first, hca->in.pages.pages, c->modifier))
    return HCA_STATUS_INTERNAL_ERR;
  if (head.first + c->modifier > range->written) range->written = head.first + c->modifier;
  return HCA_STATUS_OK;
}

static bool good_region(const struct hca_mpt_context *m) {
  const bool remote_changes = (m->access & (HCA_ACCESS_REMOTE_WRITE | HCA_ACCESS_REMOTE_ATOMIC)) != 0;
  return m->length != 0 && m->start + m->length >= m->start && (m->access & ~(uint32_t)ALL_ACCESS) == 0 &&
         (!remote_changes || (m->access & HCA_ACCESS_LOCAL_WRITE) != 0);
}

/* in_modifier: the key. */
uint32_t command_sw2hw_mpt(struct hca *hca, struct command *c) {
  struct hca_mpt_context *m = &hca->in.mailbox.mpt;
  struct object *o, *pd, *range;
  uint32_t status = find(hca, KIND_MPT, c->function, c->modifier, &o);
  if (status != HCA_STATUS_OK) return status;
  if (o->state != OBJECT_SOFTWARE) return HCA_STATUS_BAD_RES_STATE;
  if (!good_region(m)) return HCA_STATUS_BAD_PARAM;
  status = find(hca, KIND_PD, c->function, m->pd, &pd);
  if (status == HCA_STATUS_OK) status = find(hca, KIND_MTT, c->function, m->mtt, &range);
  if (status != HCA_STATUS_OK) return status;
  const struct mtt *t = (const struct mtt *)(const void *)range;
  const uint64_t pages = (((m->start & (PAGE - 1)) + m->length - 1) / PAGE) + 1;
  if (pages > t->written) return HCA_STATUS_BAD_PARAM;
  m->key = c->modifier;
  m->mtt_first = t->first;
  m->mtt_count = (uint32_t)pages;
  m->reserved0 = 0;
  if (!hw_context(HCA_MGMT_CTX_CONTROL_OPERATION_INSTALL, HCA_MGMT_CTX_OBJECT_TYPE_MPT, c->function, c->modifier, m,
                  0))
    return HCA_STATUS_INTERNAL_ERR;
  struct mpt *mpt = (struct mpt *)(void *)o;
  mpt->pd = (uint16_t)m->pd;
  mpt->mtt = (uint16_t)m->mtt;
  pd->link++;
  range->link++;
  o->state = OBJECT_HARDWARE;
  return HCA_STATUS_OK;
}

uint32_t withdraw_mpt(struct hca *hca, struct mpt *mpt) {
  if (!hw_context(HCA_MGMT_CTX_CONTROL_OPERATION_REMOVE, HCA_MGMT_CTX_OBJECT_TYPE_MPT, mpt->o.owner,
                  number_of(hca, KIND_MPT, &mpt->o), &hca->out, 0))
    return HCA_STATUS_INTERNAL_ERR;
  hca->pds[mpt->pd].o.link--;
  hca->mtts[mpt->mtt].o.link--;
  mpt->o.state = OBJECT_SOFTWARE;
  return HCA_STATUS_OK;
}

uint32_t command_hw2sw_mpt(struct hca *hca, struct command *c) {
  struct object *o;
  const uint32_t status = find(hca, KIND_MPT, c->function, c->modifier, &o);
  if (status != HCA_STATUS_OK) return status;
  if (o->state != OBJECT_HARDWARE) return HCA_STATUS_BAD_RES_STATE;
  return withdraw_mpt(hca, (struct mpt *)(void *)o);
}

uint32_t command_query_mpt(struct hca *hca, struct command *c) {
  struct object *o;
  const uint32_t status = find(hca, KIND_MPT, c->function, c->modifier, &o);
  if (status != HCA_STATUS_OK) return status;
  if (o->state != OBJECT_HARDWARE) return HCA_STATUS_BAD_RES_STATE;
  return hw_context(HCA_MGMT_CTX_CONTROL_OPERATION_QUERY, HCA_MGMT_CTX_OBJECT_TYPE_MPT, c->function, c->modifier,
                    &hca->out, 0) ? HCA_STATUS_OK : HCA_STATUS_INTERNAL_ERR;
}
