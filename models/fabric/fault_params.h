// Parameters of what goes wrong on a wire by chance.
#pragma once
#include "kernel/param.h"

namespace viosim::fabric {

struct FaultParams {
  Param<double> drop, corrupt, reorder;
  Param<Count> reorder_depth;
  Param<Duration> reorder_hold;

  explicit FaultParams(ParamReader& in)
      : drop(in.get<double>("fault_drop", "probability that a packet is lost")),
        corrupt(in.get<double>("fault_corrupt", "probability that a bit of a packet is flipped")),
        reorder(in.get<double>("fault_reorder", "probability that later packets overtake a packet")),
        reorder_depth(in.get<Count>("fault_reorder_depth", "how many packets overtake it", 1)),
        reorder_hold(in.get<Duration>("fault_reorder_hold", "longest time that it is held back for them")) {}
};

}  // namespace viosim::fabric
