/* Room in the hardware's translation table: ranges in order of their addresses, next fit. */
#ifndef HCA_MTT_H
#define HCA_MTT_H

#include "device.h"

/* Entries that a range of `pages` takes. */
static inline uint32_t mtt_cost(uint32_t pages) { return (pages + MTT_LINE - 1) / MTT_LINE * MTT_LINE; }

/* Finds room for `count` entries; false: none in one piece. */
bool mtt_place(struct hca *hca, struct mtt *range, uint32_t count);
void mtt_remove(struct hca *hca, struct mtt *range);

#endif
