// The monitor's shadow of a guest's page tables: what the processor walks instead.
// Models: one shadow table for each guest table and level that is used (as KVM keys them), filled a fault at a time;
//   guest tables in use are write-protected, and a write that the monitor emulates is carried over; dirty bits by
//   write protection until the first store; 2 MB shadow pages where guest and host have them and no table is inside.
// Not modelled: shadow pages of 1 GB (they are kept as 2 MB), unprotecting tables that are used no more. A table that
//   turns up where the guest could write already, or one too many, empties the shadow: slow, and safe.
// Causes: none here; the memory management unit charges the exits.
#pragma once
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "virt/guest_memory.h"
#include "virt/page_table.h"
#include "virt/page_walker.h"

namespace viosim::virt {

class Shadow {
 public:
  enum class Answer : std::uint8_t {
    filled,    ///< the processor may try again
    faulted,   ///< the guest's own tables do not allow it: its operating system gets the fault
    emulate,   ///< a store to a guest's table: the monitor makes it
  };
  struct Filled {
    Answer answer;
    PageFault fault = PageFault::none;
    Gpa target;  ///< where an emulated store goes
  };

  Shadow(MemoryIf& host, GuestMemory& guest, unsigned node, std::size_t most_tables, unsigned width);

  /// The shadow of the address space at `root`, empty if it was not used before.
  Hpa root(Gpa root);
  /// The processor found no way to `address` in the shadow of `root`.
  Filled fill(Gpa root, Gva address, Access access);
  /// True if the guest's table or page at `at` is write-protected.
  bool is_protected(Gpa at) const { return protected_[at.raw() >> 12] != 0; }
  /// The guest's entry at `at` was written by an emulated store.
  void written(Gpa at);
  /// How often the shadow was emptied: all translations made from it are void then.
  std::uint64_t emptied() const { return emptied_; }
  std::size_t tables() const { return used_; }

 private:
  enum class Role : std::uint8_t { mirror, piece };  ///< of a guest's table; of a large page of its

  Hpa table_of(Gpa page, unsigned level, Role role);
  Hpa fresh_table();
  void protect(Gpa table);
  void empty();
  bool fits(Gpa page, unsigned level) const;
  std::uint64_t leaf_for(std::uint64_t guest_entry, Gpa page, unsigned level);
  void fill_leaf(Hpa table, Gva address, unsigned level, std::uint64_t guest_entry);
  static std::uint64_t key(Gpa page, unsigned level, Role role) {
    return page.raw() | level << 1 | static_cast<std::uint64_t>(role);
  }

  MemoryIf& host_;
  GuestMemory& guest_;
  unsigned node_, width_, host_level_;
  std::size_t most_tables_, used_ = 0;
  std::vector<Hpa> store_;  ///< tables, the first `used_` of them in use
  std::unordered_map<std::uint64_t, Hpa> tables_;
  std::vector<std::uint8_t> protected_, writable_;  ///< by guest page of 4 KB
  std::vector<std::uint16_t> protected_in_;         ///< by guest page of 2 MB
  std::uint64_t emptied_ = 0;
};

}  // namespace viosim::virt
