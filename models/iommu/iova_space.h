// Bus addresses that a driver hands out, from the top of 4 GB down: blocks of 2^n pages, used again latest first.
#pragma once
#include <array>
#include <bit>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "kernel/address.h"

namespace viosim::iommu {

class IovaSpace {
 public:
  /// A fresh block of at least `pages` pages of 4 KB. Throws std::length_error when the space is used up.
  Iova allocate(std::uint32_t pages) {
    const unsigned order = order_of(pages);
    std::uint32_t page = 0;
    if (!free_[order].empty()) {
      page = free_[order].back();
      free_[order].pop_back();
    } else {
      const std::uint32_t size = 1u << order, at = next_ & ~(size - 1);
      if (at < size || at - size < kLowest) throw std::length_error("iommu: no bus addresses left to map");
      page = next_ = at - size;
    }
    return Iova(std::uint64_t{page} << 12);
  }
  void free(Iova block, std::uint32_t pages) {
    free_[order_of(pages)].push_back(static_cast<std::uint32_t>(block.raw() >> 12));
  }

 private:
  // Below 4 GB, as Linux prefers, and below the window of interrupt messages.
  static constexpr std::uint32_t kTop = 0xFEE00, kLowest = 1;
  static unsigned order_of(std::uint32_t pages) {
    if (pages == 0 || pages > kTop) throw std::length_error("iommu: a block of no page or of too many");
    return static_cast<unsigned>(std::bit_width(pages - 1));
  }
  std::array<std::vector<std::uint32_t>, 21> free_;
  std::uint32_t next_ = kTop;
};

}  // namespace viosim::iommu
