// ControlTimer: a Clint on a clock: mtime counts it, and its owner is called when the timer's interrupt becomes pending.
#pragma once
#include "kernel/event.h"
#include "protocols/clint.h"

namespace viosim {

class ControlTimer : public Clint {
 public:
  ControlTimer(Frequency clock, InterruptWiresIf& hart, Timer::Callback wake, void* owner)
      : Clint(hart), clock_(clock), alarm_(wake, owner) {}

  /// Moves mtime up to now: before each look at it.
  void move() {
    const std::uint64_t ticks = ticks_until(now());
    advance(ticks - ticks_);
    ticks_ = ticks;
  }
  /// The first time at which the interrupt is pending; never: it is already, or it is behind the end of time.
  Time due() const {
    const std::uint64_t left = ticks_left();
    if (left == 0 || left >= ticks_until(Time::never()) - ticks_) return Time::never();
    return Time() + Cycles(static_cast<std::int64_t>(ticks_ + left)) / clock_;
  }
  /// The owner is called when it is due. For who sleeps: mtimecmp is written in halves, and what lies between two
  /// stores of an awake program is no deadline.
  void arm() {
    if (due() != Time::never()) alarm_.arm(due());
  }

 private:
  std::uint64_t ticks_until(Time t) const {
    __extension__ using Wide = __int128;
    return static_cast<std::uint64_t>(static_cast<Wide>(t.ps()) * clock_.raw() / kPsPerSecond);
  }

  Frequency clock_;
  Timer alarm_;
  std::uint64_t ticks_ = 0;  // of the clock, up to now
};

}  // namespace viosim
