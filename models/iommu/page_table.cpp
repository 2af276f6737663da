#include "iommu/page_table.h"

#include <array>
#include <stdexcept>

namespace viosim::iommu {

PageTable::PageTable(MemoryIf& memory, unsigned levels, unsigned node)
    : memory_(memory), levels_(levels), node_(node), root_(memory.allocate(kPage, kPage, node)) {}

std::uint64_t PageTable::read_entry(const MemoryIf& memory, Hpa at) {
  std::array<std::byte, 8> raw{};
  memory.read(at, raw);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < raw.size(); ++i) value |= std::to_integer<std::uint64_t>(raw[i]) << (8 * i);
  return value;
}

void PageTable::write_entry(Hpa at, std::uint64_t value) {
  std::array<std::byte, 8> raw{};
  for (std::size_t i = 0; i < raw.size(); ++i) raw[i] = static_cast<std::byte>(value >> (8 * i));
  memory_.write(at, raw, nullptr);
}

void PageTable::map(Iova from, Hpa to, Bytes page) {
  const unsigned leaf = page == kLargePage ? 1 : 0;
  const bool aligned = from.offset_in(page) == Bytes{} && to.offset_in(page) == Bytes{};
  if ((leaf == 0 && page != kPage) || !aligned || !covers(from))
    throw std::invalid_argument("iommu: a page that its tables cannot map");
  Hpa table = root_;
  for (unsigned level = levels_ - 1; level > leaf; --level) {
    const Hpa at = entry_address(table, from, level);
    std::uint64_t entry = read_entry(memory_, at);
    if ((entry & (kEntryRead | kEntryWrite)) == 0) {
      entry = memory_.allocate(kPage, kPage, node_).raw() | kEntryRead | kEntryWrite;
      write_entry(at, entry);
    }
    table = Hpa(entry & kEntryAddress);
  }
  write_entry(entry_address(table, from, leaf),
              to.raw() | kEntryRead | kEntryWrite | (leaf == 1 ? kEntryLargePage : 0));
}

void PageTable::unmap(Iova from) {
  if (!covers(from)) return;
  Hpa table = root_;
  for (unsigned level = levels_ - 1;; --level) {
    const Hpa at = entry_address(table, from, level);
    const std::uint64_t entry = read_entry(memory_, at);
    if ((entry & (kEntryRead | kEntryWrite)) == 0) return;
    if (level == 0 || (entry & kEntryLargePage) != 0) {
      write_entry(at, 0);
      return;
    }
    table = Hpa(entry & kEntryAddress);
  }
}

}  // namespace viosim::iommu
