// Times of a host's memory that follow from its parameters alone.
#pragma once
#include "host/cache_state.h"
#include "host/memory_params.h"

namespace viosim::host {

/// Lines of one access, by where they were found.
struct Found {
  std::int64_t by_place[kPlaces] = {};
  std::int64_t operator[](Place p) const { return by_place[static_cast<std::size_t>(p)]; }
  void count(Place p) { ++by_place[static_cast<std::size_t>(p)]; }
  std::int64_t beyond_core() const {
    return by_place[1] + by_place[2] + by_place[3] + by_place[4];
  }
};

class MemoryTiming {
 public:
  explicit MemoryTiming(const MemoryParams& p)
      : llc_latency_(*p.llc_latency), llc_line_(*p.llc_line), llc_snoop_(*p.llc_snoop),
        dram_latency_(*p.dram_latency), remote_latency_(*p.remote_latency), remote_bandwidth_(*p.remote_bandwidth),
        dram_line_(Bytes(p.dram_channels->raw() * kLine) / *p.dram_bandwidth), remote_line_(remote_transfer_of(1)),
        fill_buffers_(p.line_fill_buffers->raw()), store_lines_(p.store_buffer_lines->raw()) {}

  /// Looking up the last-level cache and moving `hits` lines out of it (or into it).
  Duration llc(std::int64_t hits, bool snooped) const {
    Duration time = llc_latency_;
    if (snooped) time += llc_snoop_;
    if (hits > 1) time += llc_line_ * (hits - 1);
    return time;
  }
  /// One line on one channel.
  Duration dram_line() const { return dram_line_; }
  Duration remote_transfer(std::int64_t lines) const { return lines == 1 ? remote_line_ : remote_transfer_of(lines); }
  /// The measured latencies contain the transfer of the first line: what is left before it.
  Duration dram_access() const { return before(dram_latency_, dram_line_); }
  Duration remote_access() const { return before(remote_latency_, remote_line_); }

  /// Least time of a core's load of `misses` lines from DRAM: line k leaves when line k - fill buffers is here.
  Duration paced_load(std::int64_t misses, bool remote) const {
    const Duration one = miss(remote);
    return one + Duration(one.raw() * (misses - 1) / fill_buffers_);
  }
  /// What a core waits for its stores: nothing as long as the store buffer takes them.
  Duration paced_store(const Found& found, bool remote) const {
    const std::int64_t waits = found.beyond_core() - store_lines_;
    if (waits <= 0) return kZeroTime;
    const std::int64_t far = found[Place::memory] < waits ? found[Place::memory] : waits;
    return Duration((miss(remote).raw() * far + llc_latency_.raw() * (waits - far)) / fill_buffers_);
  }

 private:
  Duration remote_transfer_of(std::int64_t lines) const { return Bytes(lines * kLine) / remote_bandwidth_; }
  Duration miss(bool remote) const { return llc_latency_ + dram_latency_ + (remote ? remote_latency_ : kZeroTime); }
  static Duration before(Duration whole, Duration part) { return part < whole ? whole - part : kZeroTime; }

  Duration llc_latency_, llc_line_, llc_snoop_, dram_latency_, remote_latency_;
  BitRate remote_bandwidth_;
  Duration dram_line_, remote_line_;  // one line: what most accesses move
  std::int64_t fill_buffers_, store_lines_;
};

}  // namespace viosim::host
