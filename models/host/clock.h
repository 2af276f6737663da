// The clock of a core: cycles as time.
#pragma once
#include <cstdint>
#include <numeric>

#include "kernel/quantity.h"

namespace viosim::host {

class Clock {
 public:
  explicit Clock(Frequency frequency)
      : frequency_(frequency), ps_(lowest(kPsPerSecond)), cycles_(lowest(frequency.raw())) {}

  /// n / frequency, rounded up; without the care for overflow where there can be none.
  Duration of(Cycles n) const {
    const auto count = static_cast<std::uint64_t>(n.raw());
    if (count >= kMany) [[unlikely]] return n / frequency_;
    return Duration(static_cast<std::int64_t>((count * ps_ + cycles_ - 1) / cycles_));
  }

 private:
  static constexpr std::uint64_t kMany = std::uint64_t{1} << 20;
  std::uint64_t lowest(std::int64_t n) const {
    return static_cast<std::uint64_t>(n / std::gcd(kPsPerSecond, frequency_.raw()));
  }

  Frequency frequency_;
  std::uint64_t ps_, cycles_;  ///< `ps_` picoseconds are `cycles_` cycles, in lowest terms
};

}  // namespace viosim::host
