// The memory management unit of a core, with the software that stands behind it: accesses by virtual address.
// Models: TLB, page walks of one and of two dimensions, page faults; EPT violations; shadow paging with the exits
//   that keep the shadow true (hidden faults, writes of guest tables, CR3, INVLPG); several address spaces.
// Not modelled: instruction fetches, global pages, accesses across a page, translations of the operating system's own
//   accesses to its tables (it is said to have them in large pages), permissions to execute; 5 levels.
// Causes, all at the core's site:
//   TlbLookup = stlb_lookup a miss of the first level
//   PageWalk = walk_setup + a load through the caches a reference, walk_hit if the core's own hold it
//   VmExit, VmEntry: of the part of kind "exits"; ExitHandling = ept_violation, shadow_fault, table_write, load_root
//   or invalidate_page; Injection = its injection, for a guest's own page fault under shadow paging
//   Execute = page_fault a fault that the operating system takes; update, invalidate_page, load_root
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "protocols/core.h"
#include "protocols/virtual_memory.h"
#include "virt/nested_tables.h"
#include "virt/paging_params.h"
#include "virt/shadow.h"
#include "virt/vcpu.h"

namespace viosim::virt {

/// A process: tables that its operating system keeps, and the tag of its translations.
struct AddressSpace {
  PageTable<Gva, SystemTables> tables;
  SpaceTag tag;
};

class Mmu : public VirtualMemoryIf {
 public:
  /// The guest on the core; none natively.
  struct Guest { Vcpu& vcpu; GuestMemory& memory; };
  /// Throws std::invalid_argument for a mode that does not go with `guest`, and for arrays of no whole sets.
  Mmu(std::string path, const MmuParams& hardware, const PagingParams& software, CoreIf& core, MemoryIf& host,
      std::optional<Guest> guest);

  Exec& exec() override { return *exec_; }
  Hold load(Gva from, std::span<std::byte> into, PageFault& fault) override;
  Hold store(Gva to, std::span<const std::byte> from, PageFault& fault) override;
  Gva reserve(Bytes size, Bytes page) override;
  Hold remap(Gva address) override;

  // What the operating system does. The first address space is there from the start.
  AddressSpace& space() { return *space_; }
  std::unique_ptr<AddressSpace> new_space();
  Hold switch_to(AddressSpace& space);
  /// Writes the entry at `at` of a table; no translation is told.
  Hold write_table(Gpa at, std::uint64_t entry);
  /// INVLPG.
  Hold invalidate(Gva address);
  /// Maps a page in the current space by a leaf with `bits`, table by table.
  Hold map(Gva from, Gpa to, unsigned level, std::uint64_t bits);

  /// What the monitor keeps; null in other modes.
  Shadow* shadow() { return shadow_ ? &*shadow_ : nullptr; }
  NestedTables* nested() { return nested_ ? &*nested_ : nullptr; }

 private:
  using Bits = EntryBits<Gva>;
  struct Place {
    Hpa at;
    bool emulate = false;  ///< the monitor makes the store, at `table`
    Gpa table;
  };
  struct Counts {
    std::uint64_t &second, &misses, &faults, &violations, &shadow_faults, &table_writes, &root_exits, &page_exits;
  };

  Place resolve(Gva address, Access access, PageFault& fault, Time& t);
  Walked walk(Gva address, Access access, Time& t);
  /// The monitor's answer to a walk that found no way; false: the guest gets `fault`.
  bool repair(Gva address, Access access, const Walked& walked, Place& place, PageFault& fault, Time& t);
  void emulate_store(Gpa at, std::span<const std::byte> from);
  Time put_entry(Gpa at, std::uint64_t entry, Time t);
  Time drop_page(Gva address, Time t);
  void forget_after_exits();
  void shadow_emptied();
  Time charge(Cause cause, Cycles n, Time at);
  Time exit(Cycles handling, bool faulted, Time at) { return guest_->vcpu.exit_for_paging(handling, faulted, at); }
  static Hold until(Time t) { Hold h; h.until = t; return h; }

  CoreIf& core_;
  MemoryIf& host_;
  std::optional<Guest> guest_;
  Exec* exec_;
  PagingParams software_;
  Cycles stlb_lookup_, walk_setup_, invalidate_page_, load_root_;
  bool pcid_;
  Tlb tlb_;
  PageWalker walker_;
  std::optional<NestedTables> nested_;
  std::optional<Shadow> shadow_;
  SpaceTag last_tag_ = 0;
  std::unique_ptr<AddressSpace> first_;
  AddressSpace* space_;
  Hpa shadow_root_;
  std::uint64_t exits_seen_ = 0, emptied_seen_ = 0;
  Gva next_;  ///< where nothing is reserved yet
  Counts counts_;
};

}  // namespace viosim::virt
