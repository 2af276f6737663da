// Pieces of a memory range that are contiguous on the bus.
#pragma once
#include <vector>

#include "kernel/address.h"

namespace viosim::hca {

struct Segment {
  Iova address;
  Bytes length;
};
using Segments = std::vector<Segment>;

}  // namespace viosim::hca
