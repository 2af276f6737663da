// Models: an InfiniBand cable (4x QDR by its part) between two ports, both directions: serialisation with line
//   code and skip sets, propagation along the cable and through the SerDes, link-level credits in blocks of 64
//   bytes for each virtual lane with flow control packets that bring them back, faults.
// Not modelled: the wire time of flow control packets (8 bytes an interval: below 1 %), their wait for the end
//   of a packet; arbitration between lanes (first come, first served); retraining.
// Causes, by direction: LinkSerialization = wire size / data rate (to a cut-through receiver on the op: start
//   delimiter and LRH only), and the line for the wire; LinkPropagation = 2 SerDes + length x per metre;
//   PauseStall = until the receiver has freed its buffer and a flow control packet has come.
#pragma once
#include <cstdint>

#include "fabric/link_direction.h"

namespace viosim::fabric {

class Link : public sc_core::sc_module {
 public:
  enum class End : std::uint8_t { a, b };
  static constexpr End other(End e) { return e == End::a ? End::b : End::a; }

  Link(sc_core::sc_module_name name, const LinkParams& params, std::uint64_t seed);

  /// Sockets of an end: bind the block's Out to `in`, and `out` to the block's In.
  In<IbPacket>& in(End e) { return e == End::a ? a_in : b_in; }
  Out<IbPacket>& out(End e) { return e == End::a ? a_out : b_out; }
  /// The direction that starts at `from`.
  LinkDirection& direction(End from) { return from == End::a ? a_to_b_ : b_to_a_; }

  In<IbPacket> a_in{"a_in"}, b_in{"b_in"};
  Out<IbPacket> a_out{"a_out"}, b_out{"b_out"};

 private:
  LinkDirection a_to_b_, b_to_a_;
};

}  // namespace viosim::fabric
