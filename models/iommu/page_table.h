// Second-level page tables of one domain, as real entries in host memory (Intel VT-d specification, 9.8):
// 512 entries of 8 bytes a table; bit 0 read, bit 1 write, bit 7 page size, bits 51..12 address.
#pragma once
#include <cstdint>

#include "protocols/mem.h"

namespace viosim::iommu {

inline constexpr std::uint64_t kEntryRead = 1, kEntryWrite = 2, kEntryLargePage = 1 << 7;
inline constexpr std::uint64_t kEntryAddress = 0x000F'FFFF'FFFF'F000;
inline constexpr Bytes kPage{4096}, kLargePage{2 << 20}, kEntrySize{8};

/// Bits of the bus address below an entry of `level`: 12 for the lowest one (0), 21 for level 1 ...
constexpr unsigned shift_of(unsigned level) { return 12 + 9 * level; }

class PageTable {
 public:
  PageTable(MemoryIf& memory, unsigned levels, unsigned node);

  /// Maps the page at `from`, of kPage or kLargePage bytes, for reads and writes.
  /// Throws std::invalid_argument if an address is not aligned or beyond the width of the tables.
  void map(Iova from, Hpa to, Bytes page);
  /// Clears the entry that maps `from`, if there is one. Who caches translations must invalidate them.
  void unmap(Iova from);
  Hpa root() const { return root_; }
  unsigned levels() const { return levels_; }
  /// True if the tables have entries for `address`.
  bool covers(Iova address) const { return (address.raw() >> shift_of(levels_)) == 0; }

  /// Where the entry for `address` stands in the table of `level` at `table`.
  static Hpa entry_address(Hpa table, Iova address, unsigned level) {
    return table + kEntrySize * static_cast<std::int64_t>((address.raw() >> shift_of(level)) & 511);
  }
  static std::uint64_t read_entry(const MemoryIf& memory, Hpa at);

 private:
  void write_entry(Hpa at, std::uint64_t value);
  MemoryIf& memory_;
  unsigned levels_, node_;
  Hpa root_;
};

}  // namespace viosim::iommu
