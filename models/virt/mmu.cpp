#include "virt/mmu.h"

#include <stdexcept>

namespace viosim::virt {
namespace {

constexpr unsigned kNode = 0;  ///< of the monitor's tables
constexpr int kMostRepairs = 16;  ///< of one access: a violation a table, the page, and some; more is an error here

/// Throws unless [address, address + size) is a word inside a page.
void require_word(Gva address, std::size_t size) {
  const Bytes length(static_cast<std::int64_t>(size));
  if (size == 0 || size > 8 || address.offset_in(kTableSize) + length > kTableSize)
    throw std::invalid_argument("virtual memory: expected 1 to 8 bytes inside a page, not " + std::to_string(size) +
                                " at " + std::to_string(address.raw()));
}

bool allows(const TlbEntry& entry, Access access) {
  return (!access.user || entry.user) && (access.kind == MemAccess::load || (entry.writable && entry.dirty));
}

}  // namespace

Mmu::Mmu(std::string path, const MmuParams& p, const PagingParams& software, CoreIf& core, MemoryIf& host,
         std::optional<Guest> guest)
    : core_(core), host_(host), guest_(guest), exec_(guest ? static_cast<Exec*>(&guest->vcpu) : &core),
      software_(software), stlb_lookup_(*p.stlb_lookup), walk_setup_(*p.walk_setup),
      invalidate_page_(*p.invalidate_page), load_root_(*p.load_root), pcid_(*p.pcid), tlb_(p),
      walker_(path, p, core.time_of(*p.walk_hit), host, core.core_index()),
      first_(new_space()), space_(first_.get()), next_(std::uint64_t{1} << 36),
      counts_{counters().add(path, "stlb_hits", "translations out of the second-level TLB"),
              counters().add(path, "tlb_misses", "translations that no TLB held"),
              counters().add(path, "guest_page_faults", "page faults that the operating system took"),
              counters().add(path, "ept_violations", "exits for a guest-physical page without backing"),
              counters().add(path, "shadow_faults", "exits to fill the shadow, or for a guest's own page fault"),
              counters().add(path, "table_write_exits", "exits for a write of a guest's page table"),
              counters().add(path, "cr3_exits", "exits for a switch of the address space"),
              counters().add(path, "invlpg_exits", "exits for the invalidation of a page")} {
  const std::string& mode = *software.mode;
  if ((mode == "native") == guest.has_value())
    throw std::invalid_argument("mode: '" + mode + (guest ? "' has no guest" : "' needs a guest"));
  if (mode == "ept") {
    nested_.emplace(host, guest->memory, kNode);
    if (*software.prefault) nested_->fill_all();
    walker_.nest(nested_->root());
  } else if (mode == "shadow") {
    shadow_.emplace(host, guest->memory, kNode, static_cast<std::size_t>(software.shadow_tables->raw()),
                    static_cast<unsigned>(p.physical_bits->raw()));
    shadow_root_ = shadow_->root(space_->tables.root());
  }
  Station& site = core.station();
  site.based_on(Cause::TlbLookup, p.stlb_lookup);
  for (const auto* cycles : {&p.walk_setup, &p.walk_hit}) site.based_on(Cause::PageWalk, *cycles);
  for (const auto* entries : {&p.l1_4k_entries, &p.l1_2m_entries, &p.stlb_entries, &p.pde_cache, &p.pdpt_cache,
                              &p.pml4_cache, &p.ept_pde_cache, &p.nested_tlb_entries})
    site.based_on(Cause::PageWalk, *entries);
  site.based_on(Cause::Execute, software.page_fault);
  site.based_on(Cause::Execute, software.update);
  if (nested_) site.based_on(Cause::ExitHandling, software.ept_violation);
  if (!shadow_) return;
  for (const auto* cycles : {&software.shadow_fault, &software.table_write, &software.load_root,
                             &software.invalidate_page})
    site.based_on(Cause::ExitHandling, *cycles);
}

Time Mmu::charge(Cause cause, Cycles n, Time at) {
  const Time end = at + core_.time_of(n);
  core_.station().serve(core_.op(), cause, at, end, end);
  return end;
}

/// Without VPID every exit empties what depends on virtual addresses.
void Mmu::forget_after_exits() {
  if (!guest_ || guest_->vcpu.vpid() || guest_->vcpu.exits() == exits_seen_) return;
  exits_seen_ = guest_->vcpu.exits();
  tlb_.clear();
  walker_.clear();
}

void Mmu::shadow_emptied() {
  shadow_root_ = shadow_->root(space_->tables.root());
  if (shadow_->emptied() == emptied_seen_) return;
  emptied_seen_ = shadow_->emptied();
  tlb_.clear();
  walker_.clear();
}

Walked Mmu::walk(Gva address, Access access, Time& t) {
  Time end = t + core_.time_of(walk_setup_);
  const Walked walked = shadow_ ? walker_.walk(shadow_root_, space_->tag, address, access, end)
                                : walker_.walk(space_->tables.root(), space_->tag, address, access, end);
  core_.station().serve(core_.op(), Cause::PageWalk, t, end, end);
  t = end;
  return walked;
}

Mmu::Place Mmu::resolve(Gva address, Access access, PageFault& fault, Time& t) {
  Place place;
  fault = is_canonical(address) ? PageFault::none : PageFault::not_canonical;
  for (int repairs = 0; fault == PageFault::none; ++repairs) {
    if (repairs > kMostRepairs) throw std::logic_error("mmu: nothing helps a walk to " + std::to_string(address.raw()));
    forget_after_exits();
    const Tlb::Found found = tlb_.find(space_->tag, address);
    if (found.entry == nullptr || found.second) t = charge(Cause::TlbLookup, stlb_lookup_, t);
    if (found.entry != nullptr && allows(*found.entry, access)) {
      if (found.second) ++counts_.second;
      place.at = found.entry->page + address.offset_in(page_of(found.level));
      return place;
    }
    ++counts_.misses;
    const Walked walked = walk(address, access, t);
    if (!walked.violation && walked.fault == PageFault::none && host_.contains(walked.at, Bytes(1))) {
      tlb_.insert(space_->tag, address, walked.level, walked.at, walked.writable, walked.user, walked.dirty);
      place.at = walked.at;
      return place;
    }
    if (repair(address, access, walked, place, fault, t)) return place;
  }
  ++counts_.faults;
  t = charge(Cause::Execute, *software_.page_fault, t);
  return place;
}

bool Mmu::repair(Gva address, Access access, const Walked& walked, Place& place, PageFault& fault, Time& t) {
  // A page fault drops what the processor knew of the address (Intel SDM vol. 3, 4.10.4.1): it may have been stale.
  tlb_.invalidate_page(space_->tag, address);
  walker_.forget(space_->tag, address);
  if (nested_ && walked.violation) {
    ++counts_.violations;
    const bool backed = nested_->back(walked.missing);
    if (!backed) fault = PageFault::no_memory;
    t = exit(*software_.ept_violation, !backed, t);
  } else if (shadow_) {
    const Shadow::Filled filled = shadow_->fill(space_->tables.root(), address, access);
    shadow_emptied();
    place.emulate = filled.answer == Shadow::Answer::emulate;
    if (place.emulate) {
      ++counts_.table_writes;
      place.table = filled.target;
      t = exit(*software_.table_write, false, t);
      return true;
    }
    ++counts_.shadow_faults;
    fault = filled.fault;
    t = exit(*software_.shadow_fault, fault != PageFault::none, t);
  } else {
    fault = walked.fault == PageFault::none ? PageFault::no_memory : walked.fault;
  }
  return false;
}

Hold Mmu::load(Gva from, std::span<std::byte> into, PageFault& fault) {
  require_word(from, into.size());
  Time t = now();
  const Place place = resolve(from, {MemAccess::load, true}, fault, t);
  if (fault != PageFault::none) return until(t);
  host_.read(place.at, into);
  return until(core_.access(MemAccess::load, place.at, Bytes(static_cast<std::int64_t>(into.size())), t));
}

Hold Mmu::store(Gva to, std::span<const std::byte> from, PageFault& fault) {
  require_word(to, from.size());
  Time t = now();
  const Place place = resolve(to, {MemAccess::store, true}, fault, t);
  if (fault != PageFault::none) return until(t);
  if (place.emulate) {
    emulate_store(place.table, from);
    return until(t);
  }
  t = core_.access(MemAccess::store, place.at, Bytes(static_cast<std::int64_t>(from.size())), t);
  host_.write(place.at, from, &core_.op());
  return until(t);
}

/// The monitor stores to a guest's table, and carries over each entry that it touched.
void Mmu::emulate_store(Gpa at, std::span<const std::byte> from) {
  host_.write(guest_->memory.host_address(at), from, &core_.op());
  const Gpa last = at + Bytes(static_cast<std::int64_t>(from.size()) - 1);
  for (Gpa entry = at.align_down(kEntrySize); entry <= last; entry = entry + kEntrySize) shadow_->written(entry);
}

}  // namespace viosim::virt
