// A data TLB of two levels: an array a page size, and a second level that they share.
// Models: set-associative arrays (LRU), tags of address spaces, pages held in pieces where no array takes their size.
// Not modelled: the instruction side, global pages. State only: who looks up pays.
#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "structures/set_assoc.h"
#include "virt/mmu_params.h"
#include "virt/page_entry.h"

namespace viosim::virt {

using SpaceTag = std::uint16_t;  ///< which address space, as PCID and VPID tell them apart

/// A translation as the TLB keeps it.
struct TlbEntry {
  Hpa page;
  bool writable, user, dirty;
};

/// An optional array: without entries it holds nothing.
template <class T>
class TagArray {
 public:
  /// Throws std::invalid_argument naming `key` unless the ways divide the entries.
  TagArray(const char* key, const Param<Count>& entries, const Param<Count>& ways) {
    if (entries->raw() == 0) return;
    if (entries->raw() % ways->raw() != 0)
      throw std::invalid_argument(std::string(key) + "_entries: expected a multiple of " + key + "_ways");
    array_.emplace(static_cast<std::size_t>(entries->raw() / ways->raw()), static_cast<std::size_t>(ways->raw()));
  }
  /// Fully associative.
  explicit TagArray(const Param<Count>& entries) {
    if (entries->raw() > 0) array_.emplace(std::size_t{1}, static_cast<std::size_t>(entries->raw()));
  }
  bool exists() const { return array_.has_value(); }
  T* find(std::uint64_t key) { return array_ ? array_->find(key) : nullptr; }
  void put(std::uint64_t key, const T& value) {
    if (!array_) return;
    if (T* const held = array_->find(key)) *held = value;
    else array_->insert(key, value);
  }
  void erase(std::uint64_t key) { if (array_) array_->erase(key); }
  template <class Predicate>
  void erase_if(Predicate dead) { if (array_) array_->erase_if(dead); }
  void clear() { if (array_) array_->clear(); }

 private:
  std::optional<SetAssoc<T>> array_;
};

/// Number of the page of `level` that holds `address`, in an address space: what arrays are searched for.
constexpr std::uint64_t page_key(std::uint64_t address, unsigned level, SpaceTag tag) {
  constexpr std::uint64_t kAddressBits = (std::uint64_t{1} << 48) - 1;
  return (address & kAddressBits) >> shift_of(level) | static_cast<std::uint64_t>(level) << 40 |
         static_cast<std::uint64_t>(tag) << 44;
}
constexpr SpaceTag tag_of_key(std::uint64_t key) { return static_cast<SpaceTag>(key >> 44); }

class Tlb {
 public:
  struct Found {
    const TlbEntry* entry = nullptr;  ///< good until the next change; null: a miss
    unsigned level = 0;
    bool second = false;              ///< the second level had it, and the first one has it now
  };

  explicit Tlb(const MmuParams& p);

  Found find(SpaceTag tag, Gva address);
  /// `at`: the host's address of `address`, inside a page of `level` that is contiguous.
  void insert(SpaceTag tag, Gva address, unsigned level, Hpa at, bool writable, bool user, bool dirty);
  void invalidate_page(SpaceTag tag, Gva address);
  void flush(SpaceTag tag);
  void clear();

 private:
  bool second_takes(unsigned level) const { return level == 0 || (level == 1 && large_in_second_); }
  std::array<TagArray<TlbEntry>, kLargestPageLevel + 1> first_;
  TagArray<TlbEntry> second_;
  bool large_in_second_;
};

}  // namespace viosim::virt
