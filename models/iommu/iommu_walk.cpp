// The walkers of the IOMMU: each step reads one entry, in time and in memory.
#include <algorithm>
#include <utility>

#include "iommu/iommu.h"

namespace viosim::iommu {

void Iommu::miss(Translation& t, std::uint16_t domain) {
  ++counts_.misses;
  const Iova page = t.address.align_down(kPage);
  t.Parcel::next = nullptr;
  for (PageWalk* w = walks_; w != nullptr; w = w->next) {
    if (w->domain != domain || w->page != page || w->stale) continue;
    w->waiting_tail = w->waiting_tail->next = &t;
    return;
  }
  auto* walk = new PageWalk;
  walk->iommu = this;
  walk->next = std::exchange(walks_, walk);
  walk->waiting = walk->waiting_tail = &t;
  walk->page = page;
  walk->domain = domain;
  if (lookup_ == kZeroTime) request_walker(*walk);
  else at<&Iommu::request_walker>(now() + lookup_, *walk);
}

void Iommu::request_walker(PageWalk& walk) {
  if (free_walkers_ > 0) {
    --free_walkers_;
    begin(walk);
    return;
  }
  (line_ == nullptr ? line_ : line_tail_->next_line) = &walk;
  line_tail_ = &walk;
}

void Iommu::begin(PageWalk& walk) {
  Translation& t = walk.first();
  walkers_.charge_past(t.op, Cause::PageWalk, SpanKind::queued, t.op.traced() ? t.op.last() : now());
  walk.permissions = kEntryRead | kEntryWrite;
  walk.table = tables(walk.domain).root();
  walk.level = levels_ - 1;
  for (unsigned level = 1; level < levels_; ++level) {  // the lowest one that is known saves most
    const std::uint64_t* entry =
        upper_.find({walk.page.raw() >> shift_of(level), walk.domain, static_cast<std::uint8_t>(level)});
    if (entry == nullptr) continue;
    walk.permissions = *entry & (kEntryRead | kEntryWrite);
    walk.table = Hpa(*entry & kEntryAddress);
    walk.level = level - 1;
    break;
  }
  read_next(walk, walk_overhead_);
}

void Iommu::read_next(PageWalk& walk, Duration before) {
  if (before > kZeroTime) {
    ledger().charge(walk.first().op, walkers_.site(), Cause::PageWalk, SpanKind::served, now(), now() + before);
    walk.fire = [](Wakeable* w) {
      auto& self = *static_cast<PageWalk*>(w);
      self.iommu->read_next(self, kZeroTime);
    };
    scheduler().wake_at(now() + before, &walk);
    return;
  }
  ++counts_.walk_reads;
  Op nobody;
  const Hpa entry = PageTable::entry_address(walk.table, walk.page, walk.level);
  const Time read = memory_.device_read(nobody, entry, kEntrySize, now());
  ledger().charge(walk.first().op, walkers_.site(), Cause::PageWalk, SpanKind::served, now(), read);
  at<&Iommu::entry_read>(read, walk);
}

void Iommu::entry_read(PageWalk& walk) {
  const std::uint64_t entry =
      PageTable::read_entry(memory_, PageTable::entry_address(walk.table, walk.page, walk.level));
  const bool leaf = walk.level == 0 || (walk.level == 1 && (entry & kEntryLargePage) != 0);
  walk.permissions &= entry;
  if (leaf || walk.permissions == 0) {
    finish(walk, entry);
    return;
  }
  if (!walk.stale)
    upper_.insert({walk.page.raw() >> shift_of(walk.level), walk.domain, static_cast<std::uint8_t>(walk.level)},
                  (entry & kEntryAddress) | walk.permissions);
  walk.table = Hpa(entry & kEntryAddress);
  --walk.level;
  read_next(walk, kZeroTime);
}

void Iommu::finish(PageWalk& walk, std::uint64_t entry) {
  ++counts_.walks;
  const std::uint64_t result = (entry & ~(kEntryRead | kEntryWrite)) | walk.permissions;
  if (!walk.stale && walk.permissions != 0)  // what faults is not kept
    iotlb_.insert({walk.page.raw() >> shift_of(walk.level), walk.domain, static_cast<std::uint8_t>(walk.level)},
                  result);
  PageWalk** link = &walks_;
  while (*link != &walk) link = &(*link)->next;
  *link = walk.next;
  ++free_walkers_;
  for (Parcel* p = walk.waiting; p != nullptr;) {
    auto& t = static_cast<Translation&>(*p);
    p = p->next;  // its owner may free it once it is finished
    if (t.op.last() < now()) walkers_.charge_past(t.op, Cause::PageWalk, SpanKind::queued, t.op.last());
    answer(t, result, walk.level);
    t.done.notify();
  }
  delete &walk;
  if (line_ != nullptr) {
    PageWalk& next = *std::exchange(line_, line_->next_line);
    --free_walkers_;
    begin(next);
  }
}

}  // namespace viosim::iommu
