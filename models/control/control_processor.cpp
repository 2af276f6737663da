#include "control/control_processor.h"

namespace viosim::control {
namespace {

std::uint64_t ticks_until(Time t, Frequency clock) {
  __extension__ using Wide = __int128;
  return static_cast<std::uint64_t>(static_cast<Wide>(t.ps()) * clock.raw() / kPsPerSecond);
}

}  // namespace

ControlProcessor::ControlProcessor(std::string path, const ControlProcessorParams& params, MemoryMap& memory,
                                   std::uint32_t timer_base)
    : station_(std::move(path), 1), clock_(*params.frequency), timer_clock_(*params.timer_clock),
      quantum_(static_cast<std::uint64_t>(params.quantum->raw())), hart_(memory, params.costs()), clint_(hart_),
      alarm_([](void* self) { static_cast<ControlProcessor*>(self)->activity_.notify(); }, this) {
  station_.based_on(Cause::Execute, params.base);
  memory.add_device(timer_base, Clint::kSize, clint_);
  hart_.stop_at_devices();
}

void ControlProcessor::start(std::uint32_t entry) {
  hart_.reset(entry);
  spawn(execute(), station_.path().c_str());
}

void ControlProcessor::set_interrupt(Interrupt line, bool on) {
  hart_.set_interrupt(line, on);
  activity_.notify();
}

void ControlProcessor::move_timer() {
  const std::uint64_t ticks = ticks_until(now(), timer_clock_);
  clint_.advance(ticks - ticks_);
  ticks_ = ticks;
}

/// Wakes at the first time at which the timer's interrupt is pending.
void ControlProcessor::arm_timer() {
  const std::uint64_t left = clint_.ticks_left();
  const std::uint64_t last = ticks_until(Time::never(), timer_clock_);
  if (left == 0 || left >= last - ticks_) return;  // pending, or behind the end of time
  alarm_.arm(Time() + Cycles(static_cast<std::int64_t>(ticks_ + left)) / timer_clock_);
}

Process ControlProcessor::execute() {
  bool at_device = false;  // the next step is an access that its device has not seen yet
  while (!ended_) {
    move_timer();
    const std::uint64_t before = hart_.cycles();
    const Hart::Ran ran = hart_.run(quantum_);
    const Cycles took(static_cast<std::int64_t>(hart_.cycles() - before));
    co_await station_.hold(nobody_, Cause::Execute, took / clock_);
    ended_ = ran.why == Stop::exception;
    const bool stalled = ran.why == Stop::bus && ran.steps == 0 && at_device;
    at_device = ran.why == Stop::bus;
    if (ran.why == Stop::wait) {
      move_timer();
      arm_timer();
    }
    const bool sleeps = stalled || (ran.why == Stop::wait && !hart_.registers().wakes());
    if (sleeps) co_await sleep(activity_);
  }
}

}  // namespace viosim::control
