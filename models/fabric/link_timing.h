// The times of one direction of an InfiniBand link: no clock, no state.
#pragma once
#include <cstddef>
#include <vector>

#include "fabric/link_params.h"
#include "kernel/ready.h"

namespace viosim::fabric {

class LinkTiming {
 public:
  explicit LinkTiming(const LinkParams& p);

  /// Bits of data a second: the signalling rate less the line code and the skip ordered sets.
  BitRate data_rate() const { return rate_; }
  /// Time that a packet of `wire_size` (delimiters included) occupies the wire.
  Duration on_wire(Bytes wire_size) const {
    const auto index = static_cast<std::size_t>(wire_size.raw());
    return index <= kTabulated ? by_size_[index] : wire_size / rate_;
  }
  /// From the first bit until the start delimiter and the LRH are over: a switch can route.
  Duration head() const { return head_; }
  /// From leaving one port's logic to entering the other's.
  Duration propagation() const { return propagation_; }
  /// Time from the sending of a flow control packet until its credits can be used.
  Duration flow_control() const { return flow_control_; }
  /// Credits that a packet takes: blocks of 64 bytes, LRH to VCRC.
  static Count blocks(Bytes wire_size) {
    const auto to_vcrc = static_cast<std::uint64_t>((wire_size - kDelimiters).raw());
    return Count(static_cast<std::int64_t>((to_vcrc + kBlock - 1) / kBlock));
  }
  /// The least receive_buffer that such a packet fits.
  static Bytes buffer_for(Bytes wire_size) {
    return Bytes(blocks(wire_size).raw() * static_cast<std::int64_t>(kBlock));
  }
  /// Credits of a lane when its buffer is empty.
  Count buffer() const { return buffer_; }
  /// When a packet that arrived at `arrival` and takes `service` starts: not before the wire is free; and not
  /// before the end of the packet, which is here at `tail`, can follow without a gap.
  static Ready start(Time arrival, Time wire_free, Time tail, Duration service) {
    return latest(Ready{arrival}, Ready{wire_free, Cause::LinkSerialization},
                  Ready{tail - service, Cause::LinkSerialization});
  }

 private:
  static constexpr std::uint64_t kBlock = 64;  // credit unit (IBA vol. 1, 7.9.4)
  static constexpr Bytes kDelimiters{2};       // start and end of packet, a symbol each (IBA vol. 2, 5)
  static constexpr std::size_t kTabulated = 4096 + 128;  // the largest MTU, more than all headers (IBA vol. 1, 5.2)
  BitRate rate_;
  Duration head_, propagation_, flow_control_;
  Count buffer_;
  std::vector<Duration> by_size_;  // of a packet: dividing costs more than most of the rest of sending one
};

}  // namespace viosim::fabric
