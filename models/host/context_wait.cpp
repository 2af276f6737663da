// How a context waits: polling, sleeping, idling, and the interrupts that come meanwhile.
#include <stdexcept>
#include <string>

#include "host/context.h"
#include "host/memory.h"

namespace viosim::host {

void Context::park(std::coroutine_handle<> h, Event& event) {
  wait_.handle = h;
  wait_.fire = [](Wakeable* w) { static_cast<Wait*>(w)->handle.resume(); };
  event.add(wait_);
}

void Context::unpark() {
  if (wait_.next_waiter == nullptr) return;  // does not wait, or is being woken already
  Event::remove(wait_);
  scheduler().wake_now(&wait_);
}

// --- polling ---------------------------------------------------------------------------------------------

inline void Context::spun(std::int64_t looks, Time start, Time end) {
  polls_ += static_cast<std::uint64_t>(looks);
  station_.occupied(Cause::Execute, start, end);
}

inline Hold Context::see(Watch& watch, Time look_begin, Duration step) {
  ++polls_;
  const Time looked = look_begin + step;
  station_.serve(op_, Cause::Execute, look_begin, looked, looked);
  // Who wrote has it now, so that it is not at hand.
  return until(
      memory_.core_access(op_, MemAccess::load, watch.address, watch.length, core_, looked, station_.site()));
}

inline Hold Context::inherit(Watch& watch, Time start, Duration step) {
  const Time begin = CoreTiming::seeing_look(start, step, watch.hit_at);
  spun(CoreTiming::looks_before(start, step, watch.hit_at), start, begin);
  if (watch.op.traced() || !op_.traced()) {
    op_ = watch.op.fork();
    ledger().charge(op_, station_.site(), Cause::PollGap, SpanKind::queued, watch.hit_at, begin);
  } else {  // written by work without an account: the alarm says so
    ledger().charge(op_, station_.site(), Cause::Unattributed, SpanKind::queued, op_.last(), begin);
  }
  return see(watch, begin, step);
}

Task<> Context::poll(Watch& watch, Cycles look) {
  const Duration step = timing_.of(look);
  if (!pending_.empty()) {
    co_await take_interrupts(0);
    station_.charge_past(op_, Cause::SchedulerWait, SpanKind::queued, op_.last());
  }
  Time start = now();
  if (watch.hit && watch.hit_at <= start) {
    co_await see(watch, start, step);
    co_return;
  }
  while (!watch.hit) {
    co_await Parked{this, &watch.changed};
    if (pending_.empty()) continue;
    if (watch.hit) break;  // both at once: the look comes first
    spun(CoreTiming::looks_before(start, step, now()), start, now());
    co_await take_interrupts(0);
    start = now();
  }
  co_await inherit(watch, start, step);
}

// --- interrupts ------------------------------------------------------------------------------------------

void Context::on_interrupt(unsigned vector, InterruptHandler handler) {
  if (vector >= handlers_.size())
    throw std::out_of_range(station_.path() + ": interrupt vector " + std::to_string(vector));
  handlers_[vector] = handler;
}

unsigned Context::free_vector(unsigned preferred) const {
  if (preferred < handlers_.size() && handlers_[preferred].run == nullptr) return preferred;
  unsigned v = static_cast<unsigned>(handlers_.size()) - 1;
  while (v > 0 && handlers_[v].run != nullptr) --v;
  if (v < 32) throw std::length_error(station_.path() + ": no interrupt vector is left");  // 0..31 are exceptions
  return v;
}

void Context::set_gate(GateIf& gate) {
  if (gate_ != nullptr) throw std::invalid_argument(station_.path() + ": the core has a virtual processor already");
  gate_ = &gate;
}

void Context::raise(unsigned vector, Op op) {
  if (vector >= handlers_.size()) return;  // no such vector: the message is dropped
  for (const Pending& p : pending_)
    if (p.vector == vector) return;  // one request bit a vector
  pending_.push_back({vector, std::move(op)});
  unpark();
}

Task<> Context::handle(unsigned vector) {
  ++interrupts_;
  co_await execute(timing_.costs().interrupt_entry, Cause::Execute);
  const InterruptHandler handler = handlers_[vector];
  if (handler.run != nullptr) co_await handler.run(handler.self, *this);
  co_await execute(timing_.costs().interrupt_exit, Cause::Execute);
}

Task<> Context::take_interrupts(int from_idle) {
  Op own = std::move(op_);
  while (!pending_.empty()) {
    const unsigned vector = pending_.front().vector;
    op_ = std::move(pending_.front().op);
    pending_.erase(pending_.begin());
    station_.charge_past(op_, Cause::SchedulerWait, SpanKind::queued, op_.last());
    if (from_idle != 0) co_await station_.hold(op_, Cause::SchedulerWait, timing_.idle_exit());
    from_idle = 0;
    if (gate_ != nullptr) co_await gate_->interrupt(*this, vector);
    else co_await handle(vector);
  }
  op_ = std::move(own);
}

// --- sleeping --------------------------------------------------------------------------------------------

Task<> Context::halt() {
  halt_interrupted_ = true;
  if (!pending_.empty()) {
    co_await take_interrupts(0);
    co_return;
  }
  co_await Parked{this, &activity_};
  if (pending_.empty()) halt_interrupted_ = false;
  else co_await take_interrupts(1);
}

void Context::wake_with(const Op& cause_op) {
  if (woken_with_) return;  // the first one woke
  wake_op_ = cause_op.fork();
  woken_with_ = true;
}

Task<> Context::sleep(Event& wake) {
  WakeWait wait;
  wait.join(wake, [](void* self) { static_cast<Context*>(self)->unpark(); }, this);
  woken_with_ = false;
  halt_interrupted_ = true;
  co_await execute(timing_.costs().block, Cause::Execute);
  while (!wait.notified()) co_await halt();
  co_await WakeFired{&wait};
  if (woken_with_) op_ = std::move(wake_op_);
  else station_.charge_past(op_, Cause::TimerWait, SpanKind::queued, op_.last());
  woken_with_ = false;
  station_.charge_past(op_, Cause::SchedulerWait, SpanKind::queued, op_.last());
  if (!halt_interrupted_)  // woken by another core, out of the idle state
    co_await station_.hold(op_, Cause::SchedulerWait, timing_.costs().ipi + timing_.idle_exit());
  co_await execute(timing_.costs().wake, Cause::Execute);
}

}  // namespace viosim::host
