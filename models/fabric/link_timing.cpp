#include "fabric/link_timing.h"

#include <cmath>
#include <stdexcept>

namespace viosim::fabric {
namespace {

constexpr Bytes kHead{1 + 8};                   // start delimiter and LRH
constexpr Bytes kFlowControlPacket{8};          // SLP, 4 bytes, LPCRC 2, end (IBA vol. 1, 7.9.4)

BitRate data_rate_of(const LinkParams& p) {
  const std::int64_t coded = *p.coding == "8b/10b" ? p.signalling->raw() / 10 * 8 : p.signalling->raw() / 66 * 64;
  const std::int64_t skip = p.skip_symbols->raw(), interval = p.skip_interval->raw();
  const std::int64_t lost = scale_up(coded, skip, interval + skip);
  if (coded - lost <= 0) throw std::invalid_argument("link: nothing is left of the signalling rate for data");
  return BitRate(coded - lost);
}

Duration along(double metres, Duration per_metre) {
  if (!(metres >= 0 && metres <= 100'000)) throw std::invalid_argument("link: a length between 0 and 100 km");
  return Duration(std::llround(metres * static_cast<double>(per_metre.raw())));
}

}  // namespace

LinkTiming::LinkTiming(const LinkParams& p)
    : rate_(data_rate_of(p)), head_(kHead / rate_), propagation_(along(*p.length, *p.per_metre) + *p.serdes * 2),
      flow_control_(kFlowControlPacket / rate_ + propagation_), buffer_(*p.receive_buffer / bytes(kBlock)) {
  for (std::size_t size = 0; size <= kTabulated; ++size)
    by_size_.push_back(Bytes(static_cast<std::int64_t>(size)) / rate_);
}

}  // namespace viosim::fabric
