// A missing page that is, or will be, walked for: once for all that ask for it meanwhile. It is its own timer.
#pragma once
#include <array>
#include <cstdint>
#include <utility>

#include "iommu/context_table.h"
#include "kernel/pool.h"
#include "protocols/translation.h"

namespace viosim::iommu {

class Iommu;

struct PageWalk : Wakeable, Pooled<PageWalk> {
  using Step = void (Iommu::*)(PageWalk&);
  Iommu* iommu = nullptr;
  PageWalk* same_bucket = nullptr;
  PageWalk* newer = nullptr;      ///< in the row of all walks
  PageWalk* older = nullptr;
  PageWalk* next_line = nullptr;  ///< in line for a walker
  Parcel* waiting = nullptr;      ///< the translations, in order of arrival; the first one's account pays the walk
  Parcel* waiting_tail = nullptr;
  Iova page;
  Bdf requester;
  std::uint32_t space = 0;        ///< its domain, or kUnknown + requester while the context is not known
  bool stale = false;             ///< invalidated meanwhile: answers those who wait, is not kept
  int iotlb_walk = -1;            ///< a plugged-in IOTLB asks for it, by this number; -1: nobody
  Time clock;                     ///< up to when the walk is accounted for: now or ahead of it
  Step step = nullptr;            ///< what comes next, at `clock`; null: it has no walker yet

  Context context;
  // Second level: where `target` is, as the tables of the domain say.
  std::uint64_t target = 0;
  Hpa table;
  unsigned level = 0;             ///< of the entry that is being read
  std::uint64_t permissions = 0;  ///< of all entries so far
  // First level, of a nested context. Inside it: the second level is walked for the entry at `target`; behind it: for
  // the page that the first level has found.
  bool inside_first = false;
  unsigned first_level = 0;       ///< of the entry that is wanted; in the end of the leaf
  std::uint64_t first_permissions = 0;
  // What was found: an entry as of the second level, which maps a page of `level`.
  bool walked = false;
  std::uint64_t entry = 0;
  IommuFault fault = IommuFault::none;

  static constexpr std::uint32_t kUnknown = 1 << 16;
  Translation& first() { return *static_cast<Translation*>(waiting); }
};

/// All walks of an IOMMU: found by page in constant time.
class WalkTable {
 public:
  WalkTable() = default;
  WalkTable(const WalkTable&) = delete;
  WalkTable& operator=(const WalkTable&) = delete;
  /// Those with a walker stand in the scheduler's queue, which drops them at the end of the simulation; they are told that
  /// the table is gone.
  ~WalkTable() {
    while (newest_ != nullptr) {
      PageWalk* const w = std::exchange(newest_, newest_->older);
      if (w->step == nullptr) delete w;
      else w->iommu = nullptr;
    }
  }

  /// The walk that a request for `page` can join.
  PageWalk* find(std::uint32_t space, Iova page) {
    for (PageWalk* w = bucket(space, page); w != nullptr; w = w->same_bucket)
      if (w->space == space && w->page == page && !w->stale) return w;
    return nullptr;
  }
  void add(PageWalk& w) {
    w.same_bucket = std::exchange(bucket(w.space, w.page), &w);
    w.older = std::exchange(newest_, &w);
    if (w.older != nullptr) w.older->newer = &w;
  }
  void remove(PageWalk& w) {
    PageWalk** link = &bucket(w.space, w.page);
    while (*link != &w) link = &(*link)->same_bucket;
    *link = w.same_bucket;
    (w.newer == nullptr ? newest_ : w.newer->older) = w.older;
    if (w.older != nullptr) w.older->newer = w.newer;
  }
  template <class Use>
  void for_each(Use use) {
    for (PageWalk* w = newest_; w != nullptr; w = w->older) use(*w);
  }

 private:
  PageWalk*& bucket(std::uint32_t space, Iova page) {
    return buckets_[((page.raw() >> 12) ^ (page.raw() >> 21) ^ space) % buckets_.size()];
  }
  std::array<PageWalk*, 256> buckets_{};
  PageWalk* newest_ = nullptr;
};

}  // namespace viosim::iommu
