// Cycles of exits and entries that follow from the parameters alone.
#pragma once
#include <cmath>
#include <stdexcept>

#include "virt/exit_costs.h"

namespace viosim::virt {

class ExitTiming {
 public:
  /// Throws std::invalid_argument for a share outside 0..1 and for a translation array of no whole sets.
  explicit ExitTiming(const ExitCosts& c) : chunk_(*c.string_io_chunk) {
    if (!(*c.exit_share >= 0.0 && *c.exit_share <= 1.0))
      throw std::invalid_argument("exit_share: expected a ratio between 0 and 1");
    if (c.tlb_entries->raw() % c.tlb_ways->raw() != 0)
      throw std::invalid_argument("tlb_entries: expected a multiple of tlb_ways");
    const auto whole = c.hardware_round_trip->raw();
    exit_ = Cycles(std::llround(static_cast<double>(whole) * *c.exit_share));
    entry_ = Cycles(whole) - exit_;
    for (std::size_t r = 0; r < kExitReasonCount; ++r) handlers_[r] = *c.handler(static_cast<ExitReason>(r));
  }

  Cycles exit() const { return exit_; }
  Cycles entry() const { return entry_; }
  Cycles handler(ExitReason r) const { return handlers_[static_cast<std::size_t>(r)]; }
  /// Exits of a string access of `length` bytes, at least one.
  std::int64_t string_exits(Bytes length) const {
    return length <= chunk_ ? 1 : (length.raw() + chunk_.raw() - 1) / chunk_.raw();
  }

 private:
  Bytes chunk_;
  Cycles exit_, entry_, handlers_[kExitReasonCount];
};

}  // namespace viosim::virt
