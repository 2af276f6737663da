#include "rtl_bridge/rtl_clock.h"

namespace viosim::rtl_bridge {
namespace {

__extension__ using Wide = __int128;

std::int64_t edges_until(Time t, Frequency f) {
  return static_cast<std::int64_t>(static_cast<Wide>(t.ps()) * f.raw() / kPsPerSecond);
}

}  // namespace

RtlClock::RtlClock(Frequency frequency, BlockIf& block)
    : frequency_(frequency), block_(block), whole_(kPsPerSecond / frequency.raw()), rest_(kPsPerSecond % frequency.raw()) {
  fire = [](Wakeable* w) { static_cast<RtlClock*>(w)->run(); };
  if (!gated_) start();
}

Time RtlClock::next_edge() const { return Time() + Cycles(edges_until(now(), frequency_) + 1) / frequency_; }

void RtlClock::start() {
  running_ = true;
  number_ = edges_until(now(), frequency_) + 1;
  const Wide at = static_cast<Wide>(number_) * kPsPerSecond;
  floor_ = static_cast<std::int64_t>(at / frequency_.raw());
  part_ = static_cast<std::int64_t>(at % frequency_.raw());
  scheduler().wake_at(Time(floor_ + (part_ > 0)), this);
}

void RtlClock::step() {
  ++number_;
  floor_ += whole_;
  part_ += rest_;
  if (part_ < frequency_.raw()) return;
  part_ -= frequency_.raw();
  ++floor_;
}

void RtlClock::run() {
  for (;;) {
    ++edges_;
    const bool quiescent = block_.edge();
    if (quiescent && gated_) {
      running_ = false;
      return;
    }
    step();
    const Time next(floor_ + (part_ > 0));
    if (!scheduler().skip_to(next)) {
      scheduler().wake_at(next, this);
      return;
    }
  }
}

}  // namespace viosim::rtl_bridge
