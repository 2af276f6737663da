// Page tables as their software keeps them: real entries in memory, four levels, pages of 4 KB, 2 MB and 1 GB.
// Models: a process's or guest's tables (Gva to Gpa), extended tables (Gpa to Hpa), shadow tables are Shadow's.
// Not modelled: tables that become empty are not freed. Causes: none: whoever writes or walks them pays.
#pragma once
#include <array>
#include <bit>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "protocols/exec.h"
#include "protocols/mem.h"
#include "virt/page_entry.h"

namespace viosim::virt {

inline std::uint64_t read_entry(const MemoryIf& memory, Hpa at) {
  static_assert(std::endian::native == std::endian::little, "entries are little-endian, as the processor's");
  std::array<std::byte, 8> raw;
  memory.read(at, raw);
  return std::bit_cast<std::uint64_t>(raw);
}
inline void write_entry(MemoryIf& memory, Hpa at, std::uint64_t value, const Op* op = nullptr) {
  memory.write(at, std::bit_cast<std::array<std::byte, 8>>(value), op);
}

/// Tables in what an operating system believes to be physical memory.
struct SystemTables {
  Exec* system;
  Gpa allocate() const { return system->allocate(kTableSize, kTableSize); }
  Hpa host(Gpa at) const { return system->translate(at, kEntrySize); }
};
/// Tables in the host's memory.
struct HostTables {
  MemoryIf* memory;
  unsigned node;
  Hpa allocate() const { return memory->allocate(kTableSize, kTableSize, node); }
  Hpa host(Hpa at) const { return at; }
};

template <class From, class Tables>
class PageTable {
 public:
  using To = decltype(std::declval<Tables>().allocate());
  using Bits = EntryBits<From>;
  struct Leaf { To at; std::uint64_t entry; unsigned level; };

  PageTable(MemoryIf& memory, Tables tables) : memory_(memory), tables_(tables), root_(tables.allocate()) {}
  To root() const { return root_; }

  /// Maps the page of `level` at `from` by a leaf with `bits`; each entry is written by `write(To at, value)`.
  /// Throws std::invalid_argument if an address is not aligned, or a larger page stands there.
  template <class Write>
  void map(From from, To to, unsigned level, std::uint64_t bits, Write&& write) {
    const Bytes page = page_of(level);
    if (level > kLargestPageLevel || from.offset_in(page) != Bytes{} || to.offset_in(page) != Bytes{})
      throw std::invalid_argument("page table: a page that is not aligned to its size, at " +
                                  std::to_string(from.raw()));
    To table = root_;
    for (unsigned at = kTableLevels - 1; at > level; --at) {
      const To place = entry_address(table, from, at);
      std::uint64_t entry = read(place);
      if ((entry & Bits::kPresent) == 0) {
        entry = tables_.allocate().raw() | Bits::kInner;
        write(place, entry);
      } else if (is_leaf(entry, at)) {
        throw std::invalid_argument("page table: a larger page is mapped at " + std::to_string(from.raw()));
      }
      table = To(entry & kEntryAddress);
    }
    write(entry_address(table, from, level), to.raw() | bits | (level > 0 ? kEntryLarge : 0));
  }
  /// The same without anybody who looks on: set-up.
  void map(From from, To to, unsigned level, std::uint64_t bits) {
    map(from, to, level, bits, [this](To at, std::uint64_t value) { write(at, value); });
  }
  /// The leaf that maps `from`, present or the place for a 4 KB page; none where no table is.
  std::optional<Leaf> find(From from) const {
    To table = root_;
    for (unsigned level = kTableLevels - 1;; --level) {
      const To place = entry_address(table, from, level);
      const std::uint64_t entry = read(place);
      if (is_leaf(entry, level)) return Leaf{place, entry, level};
      if ((entry & Bits::kPresent) == 0) return {};
      table = To(entry & kEntryAddress);
    }
  }
  std::uint64_t read(To at) const { return read_entry(memory_, tables_.host(at)); }
  void write(To at, std::uint64_t value) { write_entry(memory_, tables_.host(at), value); }

 private:
  MemoryIf& memory_;
  Tables tables_;
  To root_;
};

}  // namespace viosim::virt
