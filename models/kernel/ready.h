// Ready: from when something is possible, and which constraint decided it. `latest` keeps the reason with
// the time, where std::max would lose it.
#pragma once
#include "kernel/cause.h"
#include "kernel/quantity.h"

namespace viosim {

struct Ready {
  Time at;
  Cause why = kNoCause;
  bool operator==(const Ready&) const = default;
};

/// The constraint that binds: the later one; of equal ones the first.
constexpr Ready latest(Ready a, Ready b) { return b.at > a.at ? b : a; }

template <class... More>
constexpr Ready latest(Ready a, Ready b, More... more) {
  return latest(latest(a, b), more...);
}

}  // namespace viosim
