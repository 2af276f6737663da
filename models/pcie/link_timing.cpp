#include "pcie/link_timing.h"

#include <cmath>
#include <stdexcept>

namespace viosim::pcie {
namespace {

BitRate usable_rate(const LinkParams& params) {
  const double share = *params.skp_share;
  if (!(share >= 0.0 && share < 1.0)) throw std::invalid_argument("pcie link: skp_share must be in [0, 1)");
  const auto raw = static_cast<double>(params.lane_rate->raw()) * static_cast<double>(params.lanes->raw());
  if (raw > 1e15) throw std::invalid_argument("pcie link: lane_rate times lanes is beyond 10^15 bit/s");
  return BitRate(std::llround(raw * (1.0 - share)));
}

}  // namespace

LinkTiming::LinkTiming(const LinkParams& params) : rate_(usable_rate(params)), dllp_(kDllpSize / rate_) {
  for (std::size_t words = 0; words < by_words_.size(); ++words)
    by_words_[words] = Bytes(static_cast<std::int64_t>(words * 4)) / rate_;
}

}  // namespace viosim::pcie
