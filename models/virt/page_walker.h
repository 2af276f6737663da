// The page walker of a core: reads entries where they stand, level by level.
// Models: walks of ordinary tables (up to 4 references), and of a guest's under extended tables (up to 24: each of its
//   four tables, and the page, is found by up to 4 references, and its entry is one more), with the caches that
//   shorten them; accessed and dirty bits.
// Not modelled: two walks at a time, walks ahead of need, execute permissions, misconfigured extended entries.
// Time: each reference is a load by the core through its caches, walk_hit if they hold the entry. Its caller charges
//   the whole walk; the references are memory's background work, as those of the IOMMU's walks.
#pragma once
#include <optional>

#include "protocols/virtual_memory.h"
#include "virt/page_table.h"
#include "virt/structure_cache.h"

namespace viosim::virt {

/// Why a walk was made.
struct Access {
  MemAccess kind;
  bool user;
};

struct Walked {
  PageFault fault = PageFault::none;
  bool violation = false;   ///< the extended tables do not hold `missing`, or forbid to write it
  Gpa missing;
  Hpa at;                   ///< of the address that was asked for
  unsigned level = 0;       ///< of the largest page that is contiguous in both dimensions
  bool writable = false, user = false, dirty = false;
};

class PageWalker {
 public:
  /// `walk_hit`: time of a reference that costs nothing in the memory.
  PageWalker(const std::string& path, const MmuParams& p, Duration walk_hit, MemoryIf& memory, unsigned core);

  /// Extended tables from here on.
  void nest(Hpa root) { nested_root_ = root; }
  /// Walks `root` from `at` on, which is moved to the end of the walk. Tables at a Gpa are found through the extended
  /// ones, if there are any.
  template <class Table>
  Walked walk(Table root, SpaceTag tag, Gva address, Access access, Time& at);

  /// What was learnt of the tables of `tag`, or of all, is forgotten; what was learnt of extended tables stays.
  void flush(SpaceTag tag) { upper_.flush(tag); }
  void forget(SpaceTag tag, Gva address) { upper_.forget(address.raw(), tag); }
  void clear() { upper_.clear(); }
  void flush_nested();

 private:
  struct Nested { Hpa page; unsigned level; bool writable; };
  struct Reached { Hpa at; unsigned level; bool writable; };

  std::uint64_t read(Hpa entry);
  void mark(Hpa at, std::uint64_t& entry, std::uint64_t bits);
  /// Where the host has `address`; false: it has not.
  bool reach(Hpa address, bool, Reached& reached);
  bool reach(Gpa address, bool to_write, Reached& reached);
  bool walk_nested(Gpa address, bool to_write, Reached& reached);

  MemoryIf& memory_;
  unsigned core_, width_;
  Duration walk_hit_;
  bool mark_nested_;
  std::optional<Hpa> nested_root_;
  StructureCache upper_, nested_upper_;
  TagArray<Nested> nested_tlb_;
  Time at_;
  Op nobody_;
  std::uint64_t &references_, &nested_references_, &marks_;
};

}  // namespace viosim::virt
