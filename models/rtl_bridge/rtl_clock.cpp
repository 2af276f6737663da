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
  tick_->clock = this;
  tick_->fire = [](Wakeable* w) {
    auto* const tick = static_cast<Tick*>(w);
    if (tick->clock != nullptr) tick->clock->run();
    else delete tick;
  };
  tick_->drop = [](Wakeable* w) {
    auto* const tick = static_cast<Tick*>(w);
    if (tick->clock != nullptr) tick->clock->running_ = false;
    else delete tick;
  };
  if (!gated_) start();
}

RtlClock::~RtlClock() {
  if (running_) tick_->clock = nullptr;  // the queue still has it
  else delete tick_;
}

Time RtlClock::next_edge() const { return Time() + Cycles(edges_until(now(), frequency_) + 1) / frequency_; }

void RtlClock::start() {
  running_ = true;
  number_ = edges_until(now(), frequency_) + 1;
  const Wide at = static_cast<Wide>(number_) * kPsPerSecond;
  floor_ = static_cast<std::int64_t>(at / frequency_.raw());
  part_ = static_cast<std::int64_t>(at % frequency_.raw());
  scheduler().wake_at(Time(floor_ + (part_ > 0)), tick_);
}

void RtlClock::step() {
  ++number_;
  floor_ += whole_;
  part_ += rest_;
  if (part_ < frequency_.raw()) return;
  part_ -= frequency_.raw();
  ++floor_;
}

bool RtlClock::edge() {
  ++edges_;
  try {
    return block_.edge();
  } catch (...) {
    running_ = false;  // the tick is not in the queue
    throw;
  }
}

void RtlClock::run() {
  for (;;) {
    const bool quiescent = edge();
    if (quiescent && gated_) {
      running_ = false;
      return;
    }
    step();
    const Time next(floor_ + (part_ > 0));
    if (!scheduler().skip_to(next)) {
      scheduler().wake_at(next, tick_);
      return;
    }
  }
}

}  // namespace viosim::rtl_bridge
