// Entries of page tables of four levels, 512 entries of 8 bytes a table (Intel SDM vol. 3, 4.5 and 28.3.2).
#pragma once
#include <cstdint>

#include "kernel/address.h"

namespace viosim::virt {

inline constexpr unsigned kTableLevels = 4;      ///< level 3: PML4, 2: PDPT, 1: page directory, 0: page table
inline constexpr unsigned kLargestPageLevel = 2;  ///< pages of 4 KB (0), 2 MB (1), 1 GB (2)
inline constexpr Bytes kTableSize{4096}, kEntrySize{8};
inline constexpr std::uint64_t kEntryAddress = 0x000F'FFFF'FFFF'F000, kEntryLarge = 1 << 7;

/// Bits of an address below an entry of `level`.
constexpr unsigned shift_of(unsigned level) { return 12 + 9 * level; }
constexpr Bytes page_of(unsigned level) { return Bytes(std::int64_t{1} << shift_of(level)); }
/// The level of a page size; kTableLevels if there is no such page.
constexpr unsigned level_of(Bytes page) {
  for (unsigned level = 0; level <= kLargestPageLevel; ++level)
    if (page == page_of(level)) return level;
  return kTableLevels;
}

/// What the bits of an entry mean in tables that translate `From`.
template <class From>
struct EntryBits;

/// Ordinary paging: of a process, of a guest, and shadow tables.
template <>
struct EntryBits<Gva> {
  static constexpr std::uint64_t kPresent = 1, kWrite = 2, kUser = 4, kAccessed = 1 << 5, kDirty = 1 << 6;
  static constexpr std::uint64_t kAll = kWrite | kUser;         ///< permissions that add up over the levels
  /// An entry that names a table restricts nothing, and is marked from the start, as Linux writes it.
  static constexpr std::uint64_t kInner = kPresent | kAll | kAccessed;
  static constexpr std::uint64_t kNoExecute = std::uint64_t{1} << 63;
};
/// Extended page tables: present is what may be read, written or executed; leaves are write-back memory.
template <>
struct EntryBits<Gpa> {
  static constexpr std::uint64_t kRead = 1, kWrite = 2, kExecute = 4, kAccessed = 1 << 8, kDirty = 1 << 9;
  static constexpr std::uint64_t kPresent = kRead | kWrite | kExecute, kAll = kPresent, kInner = kPresent;
  static constexpr std::uint64_t kWriteBack = 6 << 3;
};

constexpr bool is_leaf(std::uint64_t entry, unsigned level) {
  return level == 0 || (level <= kLargestPageLevel && (entry & kEntryLarge) != 0);
}

/// Bits that an ordinary entry of `level` must not have, on a processor with `width` bits of physical address.
constexpr std::uint64_t reserved_bits(std::uint64_t entry, unsigned level, unsigned width) {
  const std::uint64_t beyond = kEntryAddress & ~((std::uint64_t{1} << width) - 1);
  if (level > kLargestPageLevel) return beyond | kEntryLarge;
  // Below a large page's address lies its PAT bit (12), and nothing else.
  if (level > 0 && is_leaf(entry, level)) return beyond | (((std::uint64_t{1} << shift_of(level)) - 1) & ~0x1FFFULL);
  return beyond;
}

/// Where the entry for `address` stands in the table at `table`.
template <class Table, class From>
constexpr Table entry_address(Table table, From address, unsigned level) {
  return table + kEntrySize * static_cast<std::int64_t>((address.raw() >> shift_of(level)) & 511);
}

/// Addresses of 48 bits, sign-extended.
constexpr bool is_canonical(Gva address) {
  const std::uint64_t top = address.raw() >> 47;
  return top == 0 || top == 0x1FFFF;
}

}  // namespace viosim::virt
