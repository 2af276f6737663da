// Models: the DRAM of one socket: lines take turns over its channels, each with an equal share of the bandwidth.
// Not modelled: banks and open pages, refresh, turning from reads to writes.
// Causes: DramAccess = latency, then the channel's line for each of an access's lines on it, and those before; the channel
//   that is done last is the access's own, the others work beside it.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/station.h"

namespace viosim::host {

class Dram {
 public:
  /// Sites: <path><i>, one a channel. `latency`: of a read, before its first line moves. `line`: time of one line on one
  /// channel.
  Dram(const std::string& path, std::size_t channels, Duration latency, Duration line);

  /// Reads `lines` lines from number `first` on; answers when the last one is there.
  Time read(Op& op, std::uint64_t first, std::int64_t lines, Time at) {
    Channel& c = channel_of(first);
    return move_from(c, op, first, lines, c.station.delay(op, Cause::DramAccess, at, latency_));
  }
  /// Time that passes at the channel of line `first` without occupying it.
  Time pace(Op& op, std::uint64_t first, Time at, Duration d) {
    return channel_of(first).station.delay(op, Cause::DramAccess, at, d);
  }
  /// Moves lines: a write is done when the channels have it.
  Time move(Op& op, std::uint64_t first, std::int64_t lines, Time at) {
    return move_from(channel_of(first), op, first, lines, at);
  }
  template <class T>
  void based_on(const Param<T>& p) {
    for (Channel& c : channels_) c.station.based_on(Cause::DramAccess, p);
  }

 private:
  struct Channel {
    Station station;
    Server server = {};
  };
  Channel& channel_of(std::uint64_t line) { return channels_[line % count_]; }
  Time move_from(Channel& channel, Op& op, std::uint64_t first, std::int64_t lines, Time at) {
    if (lines == 1) [[likely]] return channel.station.pass_from(op, at, channel.server, Cause::DramAccess, line_);
    return spread(op, first, lines, at);
  }
  Time spread(Op& op, std::uint64_t first, std::int64_t lines, Time at);
  std::vector<Channel> channels_;
  std::uint64_t count_;  // of channels
  Duration latency_, line_;
};

}  // namespace viosim::host
