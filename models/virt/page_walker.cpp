#include "virt/page_walker.h"

#include <algorithm>

namespace viosim::virt {

PageWalker::PageWalker(const std::string& path, const MmuParams& p, Duration walk_hit, MemoryIf& memory,
                       unsigned core)
    : memory_(memory), core_(core), width_(static_cast<unsigned>(p.physical_bits->raw())), walk_hit_(walk_hit),
      mark_nested_(*p.ept_accessed_dirty), upper_(p.pde_cache, p.pdpt_cache, p.pml4_cache),
      nested_upper_(p.ept_pde_cache, p.ept_pdpt_cache, p.ept_pml4_cache),
      nested_tlb_("nested_tlb", p.nested_tlb_entries, p.nested_tlb_ways),
      references_(counters().add(path, "walk_references", "page-table entries that walks read")),
      nested_references_(counters().add(path, "nested_references", "of them entries of extended tables")),
      marks_(counters().add(path, "walk_marks", "accessed and dirty bits that walks wrote back")) {}

void PageWalker::flush_nested() {
  nested_upper_.clear();
  nested_tlb_.clear();
  upper_.clear();  // its tables were found through the extended ones
}

std::uint64_t PageWalker::read(Hpa entry) {
  ++references_;
  const Time done = memory_.core_access(nobody_, MemAccess::load, entry, kEntrySize, core_, at_);
  at_ = done == at_ ? at_ + walk_hit_ : done;
  return read_entry(memory_, entry);
}

void PageWalker::mark(Hpa at, std::uint64_t& entry, std::uint64_t bits) {
  if ((entry & bits) == bits) return;
  entry |= bits;
  ++marks_;
  at_ = memory_.core_access(nobody_, MemAccess::store, at, kEntrySize, core_, at_);
  write_entry(memory_, at, entry);
}

bool PageWalker::reach(Hpa address, bool, Reached& reached) {
  reached = {address, kLargestPageLevel, true};
  return true;  // where there is no memory an entry reads as ones, and ones are reserved
}

bool PageWalker::reach(Gpa address, bool to_write, Reached& reached) {
  if (nested_root_) return walk_nested(address, to_write, reached);
  return reach(Hpa(address.raw()), to_write, reached);  // no second translation
}

bool PageWalker::walk_nested(Gpa address, bool to_write, Reached& reached) {
  using Bits = EntryBits<Gpa>;
  if (address.raw() >> shift_of(kTableLevels) != 0) return false;
  for (unsigned level = 0; level <= kLargestPageLevel; ++level) {
    const Nested* const known = nested_tlb_.find(page_key(address.raw(), level, 0));
    if (known == nullptr || (to_write && !known->writable)) continue;
    reached = {known->page + address.offset_in(page_of(level)), level, known->writable};
    return true;
  }
  unsigned level = kTableLevels - 1;
  const KnownTable* const known = nested_upper_.find(address.raw(), 0, level);
  Hpa table = known != nullptr ? known->table : *nested_root_;
  std::uint64_t permissions = known != nullptr ? known->permissions : Bits::kAll;
  for (;; --level) {
    const Hpa place = entry_address(table, address, level);
    ++nested_references_;
    std::uint64_t entry = read(place);
    permissions &= entry;
    if ((permissions & Bits::kRead) == 0) return false;
    const bool leaf = is_leaf(entry, level);
    if (leaf && to_write && (permissions & Bits::kWrite) == 0) return false;
    if (mark_nested_) mark(place, entry, Bits::kAccessed | (leaf && to_write ? Bits::kDirty : 0));
    table = Hpa(entry & kEntryAddress);
    if (leaf) break;
    nested_upper_.put(address.raw(), 0, level, {table, permissions});
  }
  const Hpa page = table.align_down(page_of(level));
  const bool writable = (permissions & Bits::kWrite) != 0;
  nested_tlb_.put(page_key(address.raw(), level, 0), {page, level, writable});
  reached = {page + address.offset_in(page_of(level)), level, writable};
  return true;
}

template <class Table>
Walked PageWalker::walk(Table root, SpaceTag tag, Gva address, Access access, Time& at) {
  using Bits = EntryBits<Gva>;
  Walked w;
  at_ = at;
  const auto end = [&](PageFault fault) {
    w.fault = fault;
    at = at_;
    return w;
  };
  const auto violated = [&](Table where) {
    w.violation = true;
    w.missing = Gpa(where.raw());
    return end(PageFault::none);
  };
  Reached table;
  unsigned level = kTableLevels - 1;
  std::uint64_t permissions = Bits::kAll;
  if (const KnownTable* const known = upper_.find(address.raw(), tag, level)) {
    table.at = known->table;
    permissions = known->permissions;
  } else if (!reach(root, false, table)) {
    return violated(root);
  }
  const bool store = access.kind == MemAccess::store;
  for (;; --level) {
    const Hpa place = entry_address(table.at, address, level);
    std::uint64_t entry = read(place);
    if ((entry & Bits::kPresent) == 0) return end(PageFault::not_present);
    if ((entry & reserved_bits(entry, level, width_)) != 0) return end(PageFault::reserved_bit);
    permissions &= entry;
    const bool leaf = is_leaf(entry, level);
    if (leaf && access.user && (permissions & Bits::kUser) == 0) return end(PageFault::not_user);
    if (leaf && store && (permissions & Bits::kWrite) == 0) return end(PageFault::write_protected);
    mark(place, entry, Bits::kAccessed | (leaf && store ? Bits::kDirty : 0));
    const Table next = Table(entry & kEntryAddress);
    if (!leaf) {
      if (!reach(next, false, table)) return violated(next);
      upper_.put(address.raw(), tag, level, {table.at, permissions});
      continue;
    }
    const Table target = next.align_down(page_of(level)) + address.offset_in(page_of(level));
    if (!reach(target, store, table)) return violated(target);
    w.at = table.at;
    w.level = std::min(level, table.level);
    w.writable = (permissions & Bits::kWrite) != 0 && table.writable;
    w.user = (permissions & Bits::kUser) != 0;
    w.dirty = (entry & Bits::kDirty) != 0;
    return end(PageFault::none);
  }
}

template Walked PageWalker::walk<Gpa>(Gpa, SpaceTag, Gva, Access, Time&);
template Walked PageWalker::walk<Hpa>(Hpa, SpaceTag, Gva, Access, Time&);

}  // namespace viosim::virt
