#pragma once
#include "kernel/param.h"

namespace viosim::pcie {

struct LinkParams {
  Param<Count> generation, lanes;
  Param<BitRate> lane_rate;
  Param<double> skp_share;
  Param<Count> ack_interval;
  Param<Duration> propagation;
  Param<Frequency> core_clock;

  explicit LinkParams(ParamReader& in)
      : generation(in.get<Count>("generation", "generation of PCI Express", 1, 5)),
        lanes(in.one_of<Count>("lanes", "lanes in use", {1, 2, 4, 8, 12, 16, 32})),
        lane_rate(in.get<BitRate>("lane_rate", "rate of one lane after the line code")),
        skp_share(in.get<double>("skp_share", "share of the rate that skip ordered sets take")),
        ack_interval(in.get<Count>("ack_interval", "TLPs that one Ack DLLP acknowledges", 1)),
        propagation(in.get<Duration>("propagation", "one way: trace, physical and link layers of both ends")),
        core_clock(in.get<Frequency>("core_clock", "of the device's controller of the link, where that is RTL")) {}
};

}  // namespace viosim::pcie
