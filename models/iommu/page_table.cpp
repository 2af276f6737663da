#include "iommu/page_table.h"

#include <stdexcept>

namespace viosim::iommu {

PageTable::PageTable(MemoryIf& memory, unsigned levels, unsigned node)
    : memory_(memory), levels_(levels), node_(node), root_(memory.allocate(kPage, kPage, node)) {}

void PageTable::map(Iova from, Hpa to, Bytes page, std::uint64_t permissions) {
  const unsigned leaf = page == kHugePage ? 2 : page == kLargePage ? 1 : 0;
  const bool aligned = from.offset_in(page) == Bytes{} && to.offset_in(page) == Bytes{};
  if (page != page_of(leaf) || !aligned || !covers(from) || (permissions & ~kEntryAll) != 0)
    throw std::invalid_argument("iommu: a page that its tables cannot map");
  Hpa table = root_;
  for (unsigned level = levels_ - 1; level > leaf; --level) {
    const Hpa at = entry_address(table, from.raw(), level);
    std::uint64_t entry = read_word(memory_, at);
    if ((entry & kEntryAll) != 0 && is_leaf(entry, level))
      throw std::invalid_argument("iommu: a page inside a larger one that is mapped");
    if ((entry & kEntryAll) == 0) {
      entry = memory_.allocate(kPage, kPage, node_).raw() | kEntryAll;
      write_word(memory_, at, entry);
    }
    table = Hpa(entry & kEntryAddress);
  }
  write_word(memory_, entry_address(table, from.raw(), leaf),
             to.raw() | permissions | (leaf > 0 ? kEntryLargePage : 0));
}

PageTable::Place PageTable::lowest(Iova from) const {
  Hpa table = root_;
  for (unsigned level = levels_ - 1;; --level) {
    const Hpa at = entry_address(table, from.raw(), level);
    const std::uint64_t entry = read_word(memory_, at);
    if ((entry & kEntryAll) == 0 || is_leaf(entry, level)) return {at, entry, level};
    table = Hpa(entry & kEntryAddress);
  }
}

Hpa PageTable::entry_of(Iova from) const { return lowest(from).at; }

Bytes PageTable::unmap(Iova from) {
  if (!covers(from)) return Bytes{};
  const Place place = lowest(from);
  if ((place.entry & kEntryAll) == 0) return Bytes{};
  write_word(memory_, place.at, 0);
  return page_of(place.level);
}

}  // namespace viosim::iommu
