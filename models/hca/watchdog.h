// Watchdog: expires when firmware does not kick it within so many ticks of the control processor's timer.
#pragma once
#include <cstdint>

#include "kernel/event.h"
#include "regs/hca_mgmt.hpp"

namespace viosim::hca {

class Watchdog {
 public:
  Watchdog(Timer::Callback expired, void* owner) : timer_(expired, owner) {}
  void set_clock(Frequency clock) { clock_ = clock; }

  std::uint32_t timeout = 0;  ///< register
  std::uint32_t control() const { return timer_.armed() ? 1 : 0; }
  void set_control(std::uint32_t value) {
    if (regs::hca_mgmt::watchdog_control::kEnable.of(value) == 0) timer_.cancel();
    else start();
  }
  void kick(std::uint32_t value) {
    using Value = regs::hca_mgmt::watchdog_kick::Value;
    if (timer_.armed() && value == static_cast<std::uint32_t>(Value::magic)) start();
  }

 private:
  void start() { timer_.arm(now() + Cycles(timeout) / clock_); }
  Frequency clock_{1};
  Timer timer_;
};

}  // namespace viosim::hca
