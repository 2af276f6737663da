// Parameters of an InfiniBand switch.
#pragma once
#include "kernel/param.h"

namespace viosim::fabric {

struct SwitchParams {
  Param<Count> ports;
  Param<Duration> transit;
  Param<Count> forwarding_entries;

  explicit SwitchParams(ParamReader& in)
      : ports(in.get<Count>("ports", "ports", 1, 254)),
        transit(in.get<Duration>("transit", "from the head at one port to the first bit at another")),
        forwarding_entries(in.get<Count>("forwarding_entries", "LIDs in the linear forwarding table", 1, 49'152)) {}
};

}  // namespace viosim::fabric
