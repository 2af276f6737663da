// The times of one direction of an InfiniBand link: no clock, no state.
#pragma once
#include "fabric/link_params.h"
#include "kernel/ready.h"

namespace viosim::fabric {

class LinkTiming {
 public:
  explicit LinkTiming(const LinkParams& p);

  /// Bits of data a second: the signalling rate less the line code and the skip ordered sets.
  BitRate data_rate() const { return rate_; }
  /// Time that a packet of `wire_size` (delimiters included) occupies the wire.
  Duration on_wire(Bytes wire_size) const { return wire_size / rate_; }
  /// From the first bit until the start delimiter and the LRH are over: a switch can route.
  Duration head() const { return head_; }
  /// From leaving one port's logic to entering the other's.
  Duration propagation() const { return propagation_; }
  /// Time from the sending of a flow control packet until its credits can be used.
  Duration flow_control() const { return flow_control_; }
  /// Credits that a packet takes: blocks of 64 bytes, LRH to VCRC.
  Count blocks(Bytes wire_size) const;
  /// Credits of a lane when its buffer is empty.
  Count buffer() const { return buffer_; }
  /// When a packet that arrived at `arrival` starts: not before the wire is free; and not before the end of
  /// the packet, which is here at `tail`, can follow without a gap.
  Ready start(Time arrival, Time wire_free, Time tail, Bytes wire_size) const;

 private:
  BitRate rate_;
  Duration head_, propagation_, flow_control_;
  Count buffer_;
};

}  // namespace viosim::fabric
