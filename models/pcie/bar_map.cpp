#include "pcie/bar_map.h"

#include <algorithm>
#include <stdexcept>

namespace viosim::pcie {
namespace {

bool before(std::uint64_t address, const BarRange& range) { return address < range.base.raw(); }

}  // namespace

void BarMap::add(const BarRange& range) {
  const std::uint64_t first = range.base.raw(), size = static_cast<std::uint64_t>(range.size.raw());
  if (range.size.raw() <= 0 || first + size < first)
    throw std::invalid_argument("pcie: a BAR is empty or wraps around");
  const auto next = std::upper_bound(ranges_.begin(), ranges_.end(), first, before);
  if (next != ranges_.end() && next->base.raw() - first < size) throw std::invalid_argument("pcie: two BARs overlap");
  if (next != ranges_.begin()) {
    const BarRange& previous = *(next - 1);
    if (first - previous.base.raw() < static_cast<std::uint64_t>(previous.size.raw()))
      throw std::invalid_argument("pcie: two BARs overlap");
  }
  ranges_.insert(next, range);
  recent_ = nullptr;
}

const BarRange* BarMap::search(Hpa address, Bytes length) const {
  const auto next = std::upper_bound(ranges_.begin(), ranges_.end(), address.raw(), before);
  if (next == ranges_.begin() || !holds(*(next - 1), address, length)) return nullptr;
  recent_ = &*(next - 1);
  return recent_;
}

}  // namespace viosim::pcie
