#include "virt/tlb.h"

namespace viosim::virt {

Tlb::Tlb(const MmuParams& p)
    : first_{TagArray<TlbEntry>("l1_4k", p.l1_4k_entries, p.l1_4k_ways),
             TagArray<TlbEntry>("l1_2m", p.l1_2m_entries, p.l1_2m_ways),
             TagArray<TlbEntry>("l1_1g", p.l1_1g_entries, p.l1_1g_ways)},
      second_("stlb", p.stlb_entries, p.stlb_ways), large_in_second_(*p.stlb_2m) {}

Tlb::Found Tlb::find(SpaceTag tag, Gva address) {
  for (unsigned level = 0; level <= kLargestPageLevel; ++level)
    if (const TlbEntry* entry = first_[level].find(page_key(address.raw(), level, tag))) return {entry, level, false};
  if (!second_.exists()) return {};
  for (unsigned level = 0; level < kLargestPageLevel && second_takes(level); ++level) {
    const std::uint64_t key = page_key(address.raw(), level, tag);
    const TlbEntry* const entry = second_.find(key);
    if (entry == nullptr) continue;
    first_[level].put(key, *entry);
    return {entry, level, true};
  }
  return {};
}

void Tlb::insert(SpaceTag tag, Gva address, unsigned level, Hpa at, bool writable, bool user, bool dirty) {
  while (level > 0 && !first_[level].exists()) --level;  // a piece of it
  const std::uint64_t key = page_key(address.raw(), level, tag);
  const TlbEntry entry{at.align_down(page_of(level)), writable, user, dirty};
  first_[level].put(key, entry);
  if (second_takes(level)) second_.put(key, entry);
}

void Tlb::invalidate_page(SpaceTag tag, Gva address) {
  for (unsigned level = 0; level <= kLargestPageLevel; ++level) {
    const std::uint64_t key = page_key(address.raw(), level, tag);
    first_[level].erase(key);
    second_.erase(key);
  }
}

void Tlb::flush(SpaceTag tag) {
  const auto dead = [tag](std::uint64_t key, const TlbEntry&) { return tag_of_key(key) == tag; };
  for (TagArray<TlbEntry>& array : first_) array.erase_if(dead);
  second_.erase_if(dead);
}

void Tlb::clear() {
  for (TagArray<TlbEntry>& array : first_) array.clear();
  second_.clear();
}

}  // namespace viosim::virt
