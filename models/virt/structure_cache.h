// Paging-structure caches: upper entries of page tables that walks remember (Intel SDM vol. 3, 4.10.3 and 28.4.1).
// Models: an array a level, fully associative (LRU). For a guest's tables an entry holds where the host has the next
// table (a combined mapping), so that its extended tables need no walk either. State only.
#pragma once
#include <array>

#include "virt/tlb.h"

namespace viosim::virt {

/// The table that an upper entry names, with the permissions of all entries so far.
struct KnownTable {
  Hpa table;
  std::uint64_t permissions;
};

class StructureCache {
 public:
  /// `pde`, `pdpt`, `pml4`: entries of each level.
  StructureCache(const Param<Count>& pde, const Param<Count>& pdpt, const Param<Count>& pml4)
      : arrays_{TagArray<KnownTable>(pde), TagArray<KnownTable>(pdpt), TagArray<KnownTable>(pml4)} {}

  /// The lowest table that is known for `address`; `level` is then that of its entries.
  const KnownTable* find(std::uint64_t address, SpaceTag tag, unsigned& level) {
    for (unsigned i = 0; i < arrays_.size(); ++i) {
      const KnownTable* const known = arrays_[i].find(page_key(address, i + 1, tag));
      if (known == nullptr) continue;
      level = i;
      return known;
    }
    return nullptr;
  }
  /// An entry of `level` (above 0) names `known`.
  void put(std::uint64_t address, SpaceTag tag, unsigned level, const KnownTable& known) {
    arrays_[level - 1].put(page_key(address, level, tag), known);
  }
  /// Forgets the way to `address`.
  void forget(std::uint64_t address, SpaceTag tag) {
    for (unsigned i = 0; i < arrays_.size(); ++i) arrays_[i].erase(page_key(address, i + 1, tag));
  }
  void flush(SpaceTag tag) {
    for (auto& array : arrays_)
      array.erase_if([tag](std::uint64_t key, const KnownTable&) { return tag_of_key(key) == tag; });
  }
  void clear() {
    for (auto& array : arrays_) array.clear();
  }

 private:
  std::array<TagArray<KnownTable>, kTableLevels - 1> arrays_;  // by the level of the entry, less one
};

}  // namespace viosim::virt
