// Which function's BAR a host address belongs to.
#pragma once
#include <cstdint>
#include <vector>

#include "kernel/address.h"
#include "kernel/ids.h"

namespace viosim::pcie {

struct BarRange {
  Hpa base;
  Bytes size;
  Bdf function;
  std::uint8_t bar;
  unsigned port;
};

/// Ranges sorted by address; none overlaps another.
class BarMap {
 public:
  /// Throws std::invalid_argument for an empty, wrapping or overlapping range.
  void add(const BarRange& range);
  /// The range that holds all of [address, address + length); null if there is none.
  const BarRange* find(Hpa address, Bytes length) const {
    return recent_ != nullptr && holds(*recent_, address, length) ? recent_ : search(address, length);
  }

 private:
  static bool holds(const BarRange& range, Hpa address, Bytes length) {
    const std::uint64_t offset = address.raw() - range.base.raw();  // wraps if the address lies before it
    const auto size = static_cast<std::uint64_t>(range.size.raw()), wanted = static_cast<std::uint64_t>(length.raw());
    return offset < size && wanted <= size - offset;
  }
  const BarRange* search(Hpa address, Bytes length) const;
  std::vector<BarRange> ranges_;
  mutable const BarRange* recent_ = nullptr;  // most accesses go where the one before went
};

}  // namespace viosim::pcie
