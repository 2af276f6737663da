#include "mtt.h"

#include "hw.h"

/* Free entries behind range `at`. The last of the array stands before the first entry, and behind the last one. */
static uint32_t room_behind(const struct hca *hca, uint32_t at, uint32_t *first) {
  const struct mtt *ranges = hca->mtts;
  *first = at == MAX_MTTS ? 0 : ranges[at].first + ranges[at].count;
  const uint32_t next = ranges[at].after;
  return (next == MAX_MTTS ? MTT_ENTRIES : ranges[next].first) - *first;
}

bool mtt_place(struct hca *hca, struct mtt *range, uint32_t count) {
  const uint32_t start = hca->mtt_cursor;
  uint32_t at = start, first;
  while (room_behind(hca, at, &first) < count) {
    at = hca->mtts[at].after;
    if (at == start) return false;
  }
  const uint16_t self = (uint16_t)(range - hca->mtts);
  range->first = first;
  range->count = count;
  range->written = 0;
  range->before = (uint16_t)at;
  range->after = hca->mtts[at].after;
  hca->mtts[range->after].before = self;
  hca->mtts[at].after = self;
  hca->mtt_cursor = self;
  return true;
}

void mtt_remove(struct hca *hca, struct mtt *range) {
  hca->mtts[range->before].after = range->after;
  hca->mtts[range->after].before = range->before;
  if (hca->mtt_cursor == range - hca->mtts) hca->mtt_cursor = range->before;
}
