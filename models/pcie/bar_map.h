// Which function's BAR a host address belongs to.
#pragma once
#include <cstddef>
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
  const BarRange* find(Hpa address, Bytes length) const;

 private:
  std::vector<BarRange> ranges_;
  mutable std::size_t recent_ = 0;  // most accesses go where the one before went
};

}  // namespace viosim::pcie
