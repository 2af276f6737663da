// Models: a PCI Express link of one device: two independent directions, each a serialiser at the rate of all
// lanes, a pipelined delay, and the receiver's credits by class (posted, non-posted, completion; header and
// 16-byte data units), which come back by UpdateFC. Ack and UpdateFC DLLPs take their bytes from the opposite
// direction. TLPs are stored whole at the receiver before they go on.
// Errors and their repair: `inject` (replay.h).
// Not modelled: power states, virtual channels, ID-based ordering; without faults: Ack latency timers.
// Causes:
//   LinkSerialization = (overhead + payload padded to 4) / (lanes x lane_rate x (1 - skp_share)), and the line for it
//   LinkPropagation   = propagation
//   CreditStall       = until the receiver has freed space + update_fc_delay + one DLLP + propagation
//   OrderingStall     = a read or completion stands behind a write that waits for credits
// Ordering (Base Specification 2.4.1, ordering.h): nothing passes a write but writes and completions with relaxed
// ordering; writes and completions pass stalled reads,
// writes pass stalled completions, reads pass stalled completions. Inside a class first in, first out.
#pragma once
#include <systemc>

#include "pcie/link_direction.h"

namespace viosim::pcie {

class Link : public sc_core::sc_module {
 public:
  /// `root_credits`: what the root complex's port advertises; `device_credits`: what the endpoint does.
  /// Throws std::invalid_argument for a share of skip ordered sets outside [0, 1).
  Link(sc_core::sc_module_name name, const LinkParams& params, const CreditParams& root_credits,
       const CreditParams& device_credits);

  /// Both directions suffer errors, and repair them by replay. Before the first TLP, at most once. Throws
  /// std::invalid_argument for probabilities that are none.
  void inject(const FaultParams& params, std::uint64_t seed);

  const LinkTiming& timing() const { return timing_; }
  Count generation() const { return generation_; }
  Count lanes() const { return lanes_; }

  // Up: from the device to the root complex. Down: the other way.
  In<Tlp> up_in;
  Out<Tlp> up_out;
  In<Tlp> down_in;
  Out<Tlp> down_out;

 private:
  LinkTiming timing_;
  Count generation_, lanes_;

 public:
  LinkDirection up, down;
};

}  // namespace viosim::pcie
