#include "host/dram.h"

#include <algorithm>

namespace viosim::host {

Dram::Dram(const std::string& path, std::size_t channels, Duration latency, Duration line)
    : count_(channels), latency_(latency), line_(line) {
  for (std::size_t i = 0; i < channels; ++i) channels_.push_back({Station(path + std::to_string(i), 1)});
}

Time Dram::spread(Op& op, std::uint64_t first, std::int64_t lines, Time at) {
  const auto count = static_cast<std::int64_t>(count_);
  const std::int64_t used = std::min(lines, count);
  const auto share = [&](std::int64_t i) { return line_ * ((lines + count - 1 - i) / count); };
  Ready last{};
  std::int64_t own = 0;
  for (std::int64_t i = 0; i < used; ++i) {
    const Time free = channel_of(first + static_cast<std::uint64_t>(i)).server.free_at;
    const Ready end{latest({at}, {free}).at + share(i)};
    if (end.at <= last.at) continue;
    last = end;
    own = i;
  }
  for (std::int64_t i = 0; i < used; ++i) {
    Op nobody;
    Channel& c = channel_of(first + static_cast<std::uint64_t>(i));
    c.station.pass_from(i == own ? op : nobody, at, c.server, Cause::DramAccess, share(i));
  }
  return last.at;
}

}  // namespace viosim::host
