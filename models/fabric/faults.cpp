#include "fabric/faults.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace viosim::fabric {

Faults::Faults(const FaultParams& params, std::uint64_t seed, std::string_view path)
    : drop_(*params.drop), corrupt_(*params.corrupt), reorder_(*params.reorder),
      depth_(params.reorder_depth->raw()), hold_(*params.reorder_hold), stream_(seed, path) {
  const bool each = drop_ >= 0 && corrupt_ >= 0 && reorder_ >= 0;
  silent_ = drop_ + corrupt_ + reorder_ <= 0;
  if (!each || !(drop_ + corrupt_ + reorder_ <= 1))
    throw std::invalid_argument(std::string(path) + ": probabilities of faults are at least 0, their sum at most 1");
}

void Faults::plan(Fault fault, std::initializer_list<std::uint64_t> ordinals) {
  silent_ = false;
  for (const std::uint64_t o : ordinals) planned_.push_back({o, fault});
  std::stable_sort(planned_.begin() + static_cast<std::ptrdiff_t>(upcoming_), planned_.end(),
                   [](const Planned& a, const Planned& b) { return a.ordinal < b.ordinal; });
}

Fault Faults::draw() {
  Fault fault = Fault::none;
  if (drop_ + corrupt_ + reorder_ > 0) {
    const double x = stream_.uniform();
    fault = x < drop_ ? Fault::drop
            : x < drop_ + corrupt_ ? Fault::corrupt
            : x < drop_ + corrupt_ + reorder_ ? Fault::reorder : Fault::none;
  }
  while (upcoming_ < planned_.size() && planned_[upcoming_].ordinal <= ordinal_) {
    if (planned_[upcoming_].ordinal == ordinal_) fault = planned_[upcoming_].fault;
    ++upcoming_;
  }
  return fault;
}

}  // namespace viosim::fabric
