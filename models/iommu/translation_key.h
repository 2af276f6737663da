// What an entry of a translation cache is found by: a part of a domain's addresses, in one word. `level` 0: a 4 KB
// page or the entry that maps it; 1: 2 MB, and so on.
#pragma once
#include <cstdint>

#include "iommu/page_table.h"

namespace viosim::iommu {

/// Page numbers of 5 levels take 45 bits; the low bits choose the set.
constexpr std::uint64_t translation_key(std::uint16_t domain, std::uint64_t address, unsigned level) {
  return (address >> shift_of(level)) | static_cast<std::uint64_t>(level) << 45 |
         static_cast<std::uint64_t>(domain) << 48;
}
constexpr std::uint16_t domain_of_key(std::uint64_t key) { return static_cast<std::uint16_t>(key >> 48); }
constexpr unsigned level_of_key(std::uint64_t key) { return static_cast<unsigned>(key >> 45 & 7); }
/// The first address of what the key stands for.
constexpr std::uint64_t address_of_key(std::uint64_t key) {
  return (key & ((std::uint64_t{1} << 45) - 1)) << shift_of(level_of_key(key));
}

}  // namespace viosim::iommu
