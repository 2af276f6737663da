#include "rtl_bridge/control_processor_rtl.h"

#include <utility>

namespace viosim::rtl_bridge {

ControlProcessorRtl::ControlProcessorRtl(std::string path, const control::ControlProcessorParams& params,
                                         MemoryMap& memory, std::uint32_t timer_base)
    : station_(path, 1), memory_(memory), pins_(std::move(path)),
      timer_(*params.timer_clock, *this,
             [](void* self) { static_cast<ControlProcessorRtl*>(self)->timer_.move(); }, this),
      clock_(*params.frequency, *this) {
  station_.based_on(Cause::Execute, params.frequency);
  memory.add_device(timer_base, Clint::kSize, timer_);
}

/// At the next edge: what asks for it may be an access of the core itself.
void ControlProcessorRtl::restart(std::uint32_t entry) {
  restart_ = entry;
  restart_asked_ = now();
  clock_.wake();
}

void ControlProcessorRtl::set_interrupt(Interrupt line, bool on) {
  Wire& wire = line == Interrupt::software ? software_ : line == Interrupt::timer ? due_ : external_;
  wire.set(on);
  if (wire.changes()) clock_.wake();
}

void ControlProcessorRtl::bus_ready() { device_ready_.set(true); }

void ControlProcessorRtl::begin() {
  pins_.reset(*std::exchange(restart_, std::nullopt));
  in_ = {};
  access_.reset();
  timer_.move();
  timer_.reset();
  timer_due_ = Time::never();
  began_ = true;
}

void ControlProcessorRtl::charge() {
  if (running_ != spending_) settle(since_);
  if (spending_ == kNoCause) return;
  ++cycles_;
  if (work_ == nullptr || !work_->traced() || work_->last() > since_) {
    station_.charge_past(nobody_, spending_, SpanKind::served, since_);
  } else if (running_ == kNoCause) {  // an account takes many cycles in one stretch
    running_ = spending_;
    run_ = since_;
  }
}

/// Charges the cycles up to `end` to whom they are for.
void ControlProcessorRtl::settle(Time end) {
  if (running_ == kNoCause) return;
  const Cause cause = std::exchange(running_, kNoCause);
  Ledger& books = ledger();
  if (work_->last() < run_)
    books.charge(*work_, station_.site(), Cause::Execute, SpanKind::queued, work_->last(), run_);
  books.charge(*work_, station_.site(), cause, SpanKind::served, run_, end);
}

void ControlProcessorRtl::serve(Op* work) {
  settle(since_);
  work_ = work;
}

bool ControlProcessorRtl::edge() {
  charge();
  spending_ = kNoCause;
  if (restart_ && restart_asked_ != now()) begin();
  else if (!began_) return !restart_;
  if (now() > timer_due_) {
    timer_.move();
    timer_due_ = timer_.due();
  }
  in_.software = software_.seen();
  in_.timer = due_.seen();
  in_.external = external_.seen();
  pins_.drive(in_);
  const Request next = pins_.instruction(), data = pins_.data();
  pins_.edge(static_cast<std::uint64_t>(now().ps()));
  const Rv32CorePins::Trace trace = pins_.trace();
  if (trace.valid && !trace.trap) ++retired_;
  in_.instruction = next.valid ? fetch(next) : Answer{};
  if (data.valid) {
    access_ = data;
    in_.data = access();
  } else if (access_ && device_ready_.seen()) {
    in_.data = access();
  } else {
    in_.data = Answer{};
  }
  if (pins_.cause() != Rv32CorePins::kNothing) spending_ = static_cast<Cause>(pins_.cause());
  since_ = now();
  if (!pins_.quiescent()) return false;
  timer_.arm();
  return !software_.changes() && !due_.changes() && !external_.changes() && !restart_;
}

ControlProcessorRtl::Answer ControlProcessorRtl::fetch(const Request& request) {
  const MemoryMap::Ram* const ram = memory_.ram_at(request.address);
  if (ram == nullptr) return {true, true, 0};
  return {true, false, ram->read<std::uint32_t>(request.address)};
}

ControlProcessorRtl::Answer ControlProcessorRtl::access() {
  const Request request = *access_;
  std::uint32_t value = 0;
  const bool device = memory_.device_at(request.address) != nullptr;
  if (device) {
    settle(now());  // the device may take the account away
    device_ready_ = Wire();
    timer_.move();
  }
  const BusAnswer answer = request.write ? memory_.store(request.address, request.size, request.value)
                                         : memory_.load(request.address, request.size, value);
  if (device) timer_due_ = timer_.due();
  if (answer == BusAnswer::stall) return {};
  access_.reset();
  return {true, answer == BusAnswer::error, value};
}

}  // namespace viosim::rtl_bridge
