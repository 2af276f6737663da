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
  /// `latency`: of a read, before its first line moves. `line`: time of one line on one channel.
  Dram(std::string path, std::size_t channels, Duration latency, Duration line)
      : station_(std::move(path), static_cast<std::int64_t>(channels)), channels_(channels), latency_(latency),
        line_(line) {}

  Station& station() { return station_; }
  /// Reads `lines` lines from number `first` on; answers when the last one is there.
  Time read(Op& op, std::uint64_t first, std::int64_t lines, Time at) {
    return move(op, first, lines, station_.delay(op, Cause::DramAccess, at, latency_));
  }
  /// Moves lines: a write is done when the channels have it.
  Time move(Op& op, std::uint64_t first, std::int64_t lines, Time at);

 private:
  Server& channel_of(std::uint64_t line) { return channels_[line % channels_.size()]; }
  Station station_;
  std::vector<Server> channels_;
  Duration latency_, line_;
};

}  // namespace viosim::host
