#include "control/control_processor.h"

#include <utility>

namespace viosim::control {

ControlProcessor::ControlProcessor(std::string path, const ControlProcessorParams& params, MemoryMap& memory,
                                   std::uint32_t timer_base)
    : station_(std::move(path), 1), memory_(memory), clock_(*params.frequency),
      quantum_(static_cast<std::uint64_t>(params.quantum->raw())), hart_(memory, params.costs()),
      timer_(*params.timer_clock, hart_, [](void* self) { static_cast<ControlProcessor*>(self)->activity_.notify(); },
             this) {
  station_.based_on(Cause::Execute, params.base);
  memory.add_device(timer_base, Clint::kSize, timer_);
  hart_.stop_at_devices();
}

void ControlProcessor::start(std::uint32_t entry) {
  hart_.reset(entry);
  ended_ = false;
  spawn(execute(), station_.path().c_str());
}

/// Not at once: what asks for it may be an access of the hart itself.
void ControlProcessor::restart(std::uint32_t entry) {
  restart_ = entry;
  if (std::exchange(ended_, false)) spawn(execute(), station_.path().c_str());
  else activity_.notify();
}

void ControlProcessor::begin_again() {
  hart_.reset(*std::exchange(restart_, std::nullopt));
  timer_.reset();
}

void ControlProcessor::set_interrupt(Interrupt line, bool on) {
  hart_.set_interrupt(line, on);
  activity_.notify();
}

/// Whose account the next stretch is charged to, up to date.
Op& ControlProcessor::payer() {
  if (work_ == nullptr || work_->last() > now()) return nobody_;
  if (work_->traced() && work_->last() < now())
    station_.charge_past(*work_, Cause::Execute, SpanKind::queued, work_->last());
  return *work_;
}

Process ControlProcessor::execute() {
  bool at_device = false;  // the next step is an access that its device has not seen yet
  do {
    if (restart_) {
      begin_again();
      at_device = false;
    }
    timer_.move();
    const std::uint64_t before = hart_.cycles();
    const Hart::Ran ran = hart_.run(quantum_);
    const Cycles took(static_cast<std::int64_t>(hart_.cycles() - before));
    co_await station_.hold(payer(), Cause::Execute, took / clock_);
    if (restart_) continue;
    ended_ = ran.why == Stop::exception;
    const bool stalled = ran.why == Stop::bus && ran.steps == 0 && at_device;
    at_device = ran.why == Stop::bus;
    if (ran.why == Stop::wait) {
      timer_.move();
      timer_.arm();
    }
    const bool sleeps = stalled || (ran.why == Stop::wait && !hart_.registers().wakes());
    if (sleeps) co_await sleep(activity_);
  } while (!ended_);
}

}  // namespace viosim::control
