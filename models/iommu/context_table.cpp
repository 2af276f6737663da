#include "iommu/context_table.h"

namespace viosim::iommu {
namespace {

constexpr Bytes kTableSize{4096}, kWord{8};

}  // namespace

void ContextTable::set(Bdf device, const Context& c) {
  if (!exists()) root_ = memory_.allocate(kTableSize, kTableSize, node_);
  const Hpa root_at = root_entry(device);
  std::uint64_t root = read_word(memory_, root_at);
  if ((root & kPresent) == 0) {
    root = memory_.allocate(kTableSize, kTableSize, node_).raw() | kPresent;
    write_word(memory_, root_at, root);
  }
  const Hpa at = context_entry(root, device);
  // AW: 1, 2, 3 for tables of 3, 4, 5 levels.
  write_word(memory_, at + kWord, static_cast<std::uint64_t>(c.levels - 2) | std::uint64_t{c.domain} << 8 |
                                      (c.nested ? c.first_level.raw() >> 12 << 24 : 0));
  write_word(memory_, at,
             c.root.raw() | static_cast<std::uint64_t>(c.type) << 2 | (c.nested ? kNested : 0) | kPresent);
}

void ContextTable::clear(Bdf device) {
  if (!exists()) return;
  const std::uint64_t root = read_word(memory_, root_entry(device));
  if ((root & kPresent) != 0) write_word(memory_, context_entry(root, device), 0);
}

IommuFault ContextTable::decode(std::uint64_t low, std::uint64_t high, unsigned most_levels, Context& into) {
  if ((low & kPresent) == 0) return IommuFault::context_not_present;
  const bool nested = (low & kNested) != 0;
  if ((low & 0xBF0) != 0 || (high & 0x80) != 0 || (!nested && high >> 24 != 0)) return IommuFault::context_reserved;
  const auto levels = static_cast<unsigned>(high & 7) + 2;
  if ((low >> 2 & 3) == 3 || levels < 3 || levels > most_levels) return IommuFault::context_invalid;
  into.root = Hpa(low & kTable);
  into.domain = static_cast<std::uint16_t>(high >> 8);
  into.levels = static_cast<std::uint8_t>(levels);
  into.type = static_cast<ContextType>(low >> 2 & 3);
  into.nested = nested;
  into.first_level = Gpa(nested ? high >> 24 << 12 : 0);
  return IommuFault::none;
}

IommuFault ContextTable::look(Bdf device, unsigned most_levels, Context& into) const {
  if (!exists()) return IommuFault::root_not_present;
  const Hpa root_at = root_entry(device);
  const std::uint64_t root = read_word(memory_, root_at);
  if (const IommuFault f = check_root(root, read_word(memory_, root_at + kWord)); f != IommuFault::none) return f;
  const Hpa at = context_entry(root, device);
  return decode(read_word(memory_, at), read_word(memory_, at + kWord), most_levels, into);
}

}  // namespace viosim::iommu
