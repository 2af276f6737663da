// A missing page that is, or will be, walked for: once for all that ask for it meanwhile. It is its own timer.
#pragma once
#include <cstdint>

#include "kernel/pool.h"
#include "protocols/translation.h"

namespace viosim::iommu {

class Iommu;

struct PageWalk : Wakeable, Pooled<PageWalk> {
  Iommu* iommu = nullptr;
  PageWalk* next = nullptr;      ///< in the list of all walks
  PageWalk* next_line = nullptr; ///< in line for a walker
  Parcel* waiting = nullptr;     ///< the translations, in order of arrival; the first one's account pays the walk
  Parcel* waiting_tail = nullptr;
  Iova page;
  std::uint16_t domain = 0;
  bool stale = false;            ///< invalidated meanwhile: answers those who wait, is not kept
  unsigned level = 0;            ///< of the entry that is being read
  Hpa table;
  std::uint64_t permissions = 0;  ///< of all entries so far

  Translation& first() { return *static_cast<Translation*>(waiting); }
};

}  // namespace viosim::iommu
