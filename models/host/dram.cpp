#include "host/dram.h"

#include <algorithm>

namespace viosim::host {

Time Dram::move(Op& op, std::uint64_t first, std::int64_t lines, Time at) {
  if (lines == 1) [[likely]] return station_.pass_from(op, at, channel_of(first), Cause::DramAccess, line_);
  const auto count = static_cast<std::int64_t>(channels_.size());
  const std::int64_t used = std::min(lines, count);
  const auto share = [&](std::int64_t i) { return line_ * ((lines + count - 1 - i) / count); };
  Ready last{};
  std::int64_t own = 0;
  for (std::int64_t i = 0; i < used; ++i) {
    const Time free = channel_of(first + static_cast<std::uint64_t>(i)).free_at;
    const Ready end{latest({at}, {free}).at + share(i)};
    if (end.at <= last.at) continue;
    last = end;
    own = i;
  }
  for (std::int64_t i = 0; i < used; ++i) {
    Op nobody;
    station_.pass_from(i == own ? op : nobody, at, channel_of(first + static_cast<std::uint64_t>(i)),
                       Cause::DramAccess, share(i));
  }
  return last.at;
}

}  // namespace viosim::host
