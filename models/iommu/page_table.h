// Second-level page tables of one domain, as real entries in host memory (Intel VT-d specification, 9.8):
// 512 entries of 8 bytes a table; bit 0 read, bit 1 write, bit 7 page size, bits 51..12 address.
#pragma once
#include <cstdint>

#include "iommu/memory_words.h"
#include "protocols/translation.h"

namespace viosim::iommu {

inline constexpr std::uint64_t kEntryRead = 1, kEntryWrite = 2, kEntryLargePage = 1 << 7;
inline constexpr std::uint64_t kEntryAll = kEntryRead | kEntryWrite;
inline constexpr std::uint64_t kEntryAddress = 0x000F'FFFF'FFFF'F000;
inline constexpr Bytes kPage{4096}, kLargePage{2 << 20}, kHugePage{1 << 30}, kEntrySize{8};

/// Bits of the bus address below an entry of `level`: 12 for the lowest one (0), 21 for level 1 ...
constexpr unsigned shift_of(unsigned level) { return 12 + 9 * level; }
constexpr Bytes page_of(unsigned level) { return Bytes(std::int64_t{1} << shift_of(level)); }

/// An entry of `level` maps a page (else it names a table of the level below).
constexpr bool is_leaf(std::uint64_t entry, unsigned level) { return level == 0 || (entry & kEntryLargePage) != 0; }
/// An entry that gives any permission has zeros where they are reserved: page size above `largest` (the level of the
/// largest page), address bits inside a large page, bits 61..52.
constexpr bool is_reserved(std::uint64_t entry, unsigned level, unsigned largest) {
  if ((entry & kEntryAll) == 0) return false;
  if ((entry >> 52 & 0x3FF) != 0) return true;
  if (level == 0 || (entry & kEntryLargePage) == 0) return false;
  return level > largest || (entry & kEntryAddress & ((std::uint64_t{1} << shift_of(level)) - 1)) != 0;
}

class PageTable {
 public:
  PageTable(MemoryIf& memory, unsigned levels, unsigned node);

  /// Maps the page at `from`, of kPage, kLargePage or kHugePage bytes; `permissions` out of kEntryAll.
  /// Throws std::invalid_argument if an address is not aligned or beyond the width of the tables.
  void map(Iova from, Hpa to, Bytes page, std::uint64_t permissions = kEntryAll);
  /// Clears the entry that maps `from`, if there is one; answers the size of its page, or 0. Who caches translations
  /// must invalidate them.
  Bytes unmap(Iova from);
  /// Where the entry that maps `from` stands, or would: the lowest one that exists.
  Hpa entry_of(Iova from) const;
  Hpa root() const { return root_; }
  unsigned levels() const { return levels_; }
  /// True if the tables have entries for `address`.
  bool covers(Iova address) const { return (address.raw() >> shift_of(levels_)) == 0; }

  /// Where the entry for `address` stands in the table of `level` at `table`.
  static Hpa entry_address(Hpa table, std::uint64_t address, unsigned level) {
    return table + kEntrySize * static_cast<std::int64_t>((address >> shift_of(level)) & 511);
  }

 private:
  struct Place { Hpa at; std::uint64_t entry; unsigned level; };
  Place lowest(Iova from) const;
  MemoryIf& memory_;
  unsigned levels_, node_;
  Hpa root_;
};

}  // namespace viosim::iommu
