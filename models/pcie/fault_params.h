// What goes wrong on a link, and how the link layer repairs it. A link without these parameters has no errors and
// no replay: it costs nothing there.
#pragma once
#include "kernel/param.h"

namespace viosim::pcie {

/// Kind `pcie-faults`, below a link. The chances hold for each direction on its own.
struct FaultParams {
  Param<double> corrupt, lose, lose_dllp, poison;
  Param<Count> replay_buffer;
  Param<Duration> ack_latency, replay_timer, retrain;
  Param<Count> retrain_limit;

  // Sequence numbers have 12 bits, half of which may be outstanding (PCI Express Base Specification 3.0, 3.5.2.1).
  explicit FaultParams(ParamReader& in)
      : corrupt(in.get<double>("fault_corrupt", "probability that a TLP arrives with a wrong LCRC")),
        lose(in.get<double>("fault_lose", "probability that the receiver does not see a TLP at all")),
        lose_dllp(in.get<double>("fault_lose_dllp", "probability that an Ack or Nak is lost")),
        poison(in.get<double>("fault_poison", "probability that the data of a TLP is poisoned by its sender")),
        replay_buffer(in.get<Count>("replay_buffer", "TLPs that the sender keeps until their Ack", 1, 2047)),
        ack_latency(in.get<Duration>("ack_latency", "longest that a receiver holds an Ack back")),
        replay_timer(in.get<Duration>("replay_timer", "without an Ack for so long all is sent again", 1)),
        retrain(in.get<Duration>("retrain", "both directions are down while the link trains anew")),
        retrain_limit(in.get<Count>("retrain_limit", "trainings in a row without progress after which the link "
                                    "is given up", 0)) {}
};

}  // namespace viosim::pcie
