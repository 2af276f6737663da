#include "virt/shadow.h"

#include <algorithm>
#include <array>

namespace viosim::virt {
namespace {

using Bits = EntryBits<Gva>;

/// What a guest's leaf lets the shadow allow. Without its dirty bit the first store has to come to us, to set it.
std::uint64_t allowed_by(std::uint64_t guest_entry) {
  constexpr std::uint64_t kStored = Bits::kWrite | Bits::kDirty;
  return Bits::kPresent | Bits::kAccessed | (guest_entry & Bits::kUser) |
         ((guest_entry & kStored) == kStored ? kStored : 0);
}

}  // namespace

Shadow::Shadow(MemoryIf& host, GuestMemory& guest, unsigned node, std::size_t most_tables, unsigned width)
    : host_(host), guest_(guest), node_(node), width_(width), host_level_(std::min(level_of(guest.page()), 1u)),
      most_tables_(most_tables), protected_(static_cast<std::size_t>(guest.size() / kTableSize)),
      writable_(protected_.size()), protected_in_(static_cast<std::size_t>(guest.size() / page_of(1))) {}

Hpa Shadow::fresh_table() {
  if (used_ == store_.size()) store_.push_back(host_.allocate(kTableSize, kTableSize, node_));
  return store_[used_++];
}

void Shadow::empty() {
  static constexpr std::array<std::byte, 4096> kZeros{};
  for (std::size_t i = 0; i < used_; ++i) host_.write(store_[i], kZeros, nullptr);
  used_ = 0;
  tables_.clear();
  std::fill(protected_.begin(), protected_.end(), std::uint8_t{0});
  std::fill(writable_.begin(), writable_.end(), std::uint8_t{0});
  std::fill(protected_in_.begin(), protected_in_.end(), std::uint16_t{0});
  ++emptied_;
}

void Shadow::protect(Gpa table) {
  std::uint8_t& here = protected_[table.raw() >> 12];
  if (here == 0) ++protected_in_[table.raw() >> 21];
  here = 1;
}

Hpa Shadow::table_of(Gpa page, unsigned level, Role role) {
  const auto [it, is_new] = tables_.try_emplace(key(page, level, role));
  if (is_new) {
    it->second = fresh_table();
    if (role == Role::mirror) protect(page);
  }
  return it->second;
}

Hpa Shadow::root(Gpa root) {
  if (!guest_.contains(root, kTableSize)) throw std::out_of_range("shadow: the root lies outside the guest's memory");
  if (const auto known = tables_.find(key(root, kTableLevels - 1, Role::mirror)); known != tables_.end())
    return known->second;
  if (used_ + 1 > most_tables_ || writable_[root.raw() >> 12] != 0) empty();
  return table_of(root, kTableLevels - 1, Role::mirror);
}

/// A shadow page of `level` may stand for the guest's memory at `page`.
bool Shadow::fits(Gpa page, unsigned level) const {
  return level == 0 || (level <= host_level_ && protected_in_[page.raw() >> 21] == 0);
}

/// The shadow's leaf of `level` for the guest's memory at `page`, as the guest's entry allows.
std::uint64_t Shadow::leaf_for(std::uint64_t guest_entry, Gpa page, unsigned level) {
  std::uint64_t leaf = guest_.host_address(page).raw() | (level > 0 ? kEntryLarge : 0) | allowed_by(guest_entry);
  if ((leaf & Bits::kWrite) == 0 || is_protected(page)) return leaf & ~Bits::kWrite;
  const auto first = static_cast<std::ptrdiff_t>(page.raw() >> 12);
  std::fill_n(writable_.begin() + first, std::size_t{1} << 9 * level, std::uint8_t{1});
  return leaf;
}

void Shadow::fill_leaf(Hpa table, Gva address, unsigned level, std::uint64_t guest_entry) {
  const Gpa target = Gpa(guest_entry & kEntryAddress).align_down(page_of(level)) + address.offset_in(page_of(level));
  const auto page = [target](unsigned l) { return target.align_down(page_of(l)); };
  while (!fits(page(level), level)) {  // pieces of the guest's page, and not the whole
    const Hpa below = table_of(page(level), level - 1, Role::piece);
    // The pieces are shared by all that map this page: what each of them may do stands in its way there.
    write_entry(host_, entry_address(table, address, level), below.raw() | allowed_by(guest_entry));
    table = below;
    --level;
  }
  write_entry(host_, entry_address(table, address, level), leaf_for(guest_entry, page(level), level));
}

Shadow::Filled Shadow::fill(Gpa root, Gva address, Access access) {
  if (used_ + 2 * kTableLevels > most_tables_) empty();
  const bool store = access.kind == MemAccess::store;
  const auto fault = [](PageFault why) { return Filled{Answer::faulted, why, {}}; };
  std::uint64_t permissions = Bits::kAll;
  Gpa guest_table = root;
  for (unsigned level = kTableLevels - 1;; --level) {
    if (!guest_.contains(guest_table, kTableSize)) return fault(PageFault::no_memory);
    if (writable_[guest_table.raw() >> 12] != 0) {  // somewhere the guest may store to it behind our back
      empty();
      return fill(root, address, access);
    }
    const Hpa table = table_of(guest_table, level, Role::mirror);
    const Hpa place = guest_.host_address(entry_address(guest_table, address, level));
    std::uint64_t entry = read_entry(host_, place);
    if ((entry & Bits::kPresent) == 0) return fault(PageFault::not_present);
    if ((entry & reserved_bits(entry, level, width_)) != 0) return fault(PageFault::reserved_bit);
    permissions &= entry;
    const bool leaf = is_leaf(entry, level);
    if (leaf && access.user && (permissions & Bits::kUser) == 0) return fault(PageFault::not_user);
    if (leaf && store && (permissions & Bits::kWrite) == 0) return fault(PageFault::write_protected);
    entry |= Bits::kAccessed | (leaf && store ? Bits::kDirty : 0);
    write_entry(host_, place, entry);
    const Gpa next(entry & kEntryAddress);
    if (leaf) {
      const Gpa target = next.align_down(page_of(level)) + address.offset_in(page_of(level));
      if (!guest_.contains(target.align_down(kTableSize), kTableSize)) return fault(PageFault::no_memory);
      if (store && is_protected(target)) return {Answer::emulate, PageFault::none, target};
      fill_leaf(table, address, level, entry);
      return {Answer::filled, PageFault::none, target};
    }
    if (guest_.contains(next, kTableSize) && writable_[next.raw() >> 12] == 0) {
      const Hpa below = table_of(next, level - 1, Role::mirror);
      write_entry(host_, entry_address(table, address, level),
                  below.raw() | Bits::kPresent | Bits::kAccessed | (entry & Bits::kAll));
    }
    guest_table = next;
  }
}

void Shadow::written(Gpa at) {
  const Gpa page = at.align_down(kTableSize);
  const std::uint64_t entry = read_entry(host_, guest_.host_address(at));
  for (unsigned level = 0; level < kTableLevels; ++level) {
    const auto it = tables_.find(key(page, level, Role::mirror));
    if (it == tables_.end()) continue;
    const Gpa target(entry & kEntryAddress);
    // A small page that the guest has marked as used needs no fault to come back.
    const bool known = level == 0 && (entry & Bits::kPresent) != 0 && (entry & Bits::kAccessed) != 0 &&
                       (entry & reserved_bits(entry, level, width_)) == 0 && guest_.contains(target, kTableSize);
    write_entry(host_, it->second + at.offset_in(kTableSize), known ? leaf_for(entry, target, level) : 0);
  }
}

}  // namespace viosim::virt
