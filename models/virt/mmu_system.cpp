// What the operating system does to its page tables, and what the monitor has to say about it.
#include <stdexcept>

#include "virt/mmu.h"

namespace viosim::virt {

std::unique_ptr<AddressSpace> Mmu::new_space() {
  return std::make_unique<AddressSpace>(AddressSpace{{host_, SystemTables{exec_}}, pcid_ ? ++last_tag_ : SpaceTag{0}});
}

Hold Mmu::switch_to(AddressSpace& space) {
  space_ = &space;
  if (!pcid_) {
    tlb_.flush(space.tag);
    walker_.flush(space.tag);
  }
  if (!shadow_) return until(charge(Cause::Execute, load_root_, now()));
  ++counts_.root_exits;
  shadow_emptied();
  return until(exit(*software_.load_root, false, now()));
}

Time Mmu::put_entry(Gpa at, std::uint64_t entry, Time t) {
  const Hpa place = exec_->translate(at, kEntrySize);
  if (shadow_ && shadow_->is_protected(at)) {
    ++counts_.table_writes;
    t = exit(*software_.table_write, false, t);
    write_entry(host_, place, entry, &core_.op());
    shadow_->written(at);
    return t;
  }
  t = core_.access(MemAccess::store, place, kEntrySize, t);
  write_entry(host_, place, entry, &core_.op());
  return t;
}

Time Mmu::drop_page(Gva address, Time t) {
  tlb_.invalidate_page(space_->tag, address);
  walker_.flush(space_->tag);
  if (!shadow_) return charge(Cause::Execute, invalidate_page_, t);
  ++counts_.page_exits;
  return exit(*software_.invalidate_page, false, t);
}

Hold Mmu::write_table(Gpa at, std::uint64_t entry) { return until(put_entry(at, entry, now())); }
Hold Mmu::invalidate(Gva address) { return until(drop_page(address, now())); }

Hold Mmu::map(Gva from, Gpa to, unsigned level, std::uint64_t bits) {
  Time t = charge(Cause::Execute, *software_.update, now());
  space_->tables.map(from, to, level, bits, [&](Gpa at, std::uint64_t entry) { t = put_entry(at, entry, t); });
  return until(t);
}

Hold Mmu::remap(Gva address) {
  const auto leaf = space_->tables.find(address);
  if (!leaf || (leaf->entry & Bits::kPresent) == 0)
    throw std::invalid_argument("remap: nothing is mapped at " + std::to_string(address.raw()));
  Time t = put_entry(leaf->at, 0, charge(Cause::Execute, *software_.update, now()));
  t = drop_page(address, t);
  return until(put_entry(leaf->at, leaf->entry, charge(Cause::Execute, *software_.update, t)));
}

Gva Mmu::reserve(Bytes size, Bytes page) {
  const unsigned level = level_of(page);
  if (level == kTableLevels)
    throw std::invalid_argument("reserve: expected pages of 4 KB, 2 MB or 1 GB, not " + std::to_string(page.raw()));
  const std::int64_t pages = (size.raw() + page.raw() - 1) / page.raw();
  const Gpa memory = exec_->allocate(page * pages, page);
  const Gva start = (next_ + (page - Bytes(1))).align_down(page);
  next_ = start + page * pages;
  // As an operating system maps what a process has stored to.
  constexpr std::uint64_t kTouched = Bits::kPresent | Bits::kWrite | Bits::kUser | Bits::kAccessed | Bits::kDirty;
  for (std::int64_t i = 0; i < pages; ++i) space_->tables.map(start + page * i, memory + page * i, level, kTouched);
  return start;
}

}  // namespace viosim::virt
