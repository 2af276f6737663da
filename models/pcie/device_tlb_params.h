#pragma once
#include "kernel/param.h"

namespace viosim::pcie {

struct DeviceTlbParams {
  Param<Count> entries;
  Param<Duration> lookup;

  explicit DeviceTlbParams(ParamReader& in)
      : entries(in.get<Count>("entries", "translations that the device keeps", 1, 1 << 16)),
        lookup(in.get<Duration>("lookup", "look-up in the device's TLB, hit or miss")) {}
};

}  // namespace viosim::pcie
