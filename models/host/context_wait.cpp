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

inline Time Context::see(Watch& watch, Time look_begin, Duration step) {
  ++polls_;
  const Time looked = look_begin + step;
  station_.serve(op_, Cause::Execute, look_begin, looked, looked);
  // Who wrote has it now, so that it is not at hand.
  return memory_.core_access(op_, MemAccess::load, watch.address, watch.length, caches_, looked, site_);
}

Time Context::inherit(Poll& poll, Time start) {
  Watch& watch = poll.watch;
  const Duration step = timing_.of(poll.look);
  const Time begin = CoreTiming::seeing_look(start, step, watch.hit_at);
  spun(CoreTiming::looks_before(start, step, watch.hit_at), start, begin);
  if (watch.op.traced() || !op_.traced()) {
    op_ = std::move(watch.op);
    ledger().charge(op_, site_, Cause::PollGap, SpanKind::queued, watch.hit_at, begin);
  } else {  // written by work without an account: the alarm says so
    ledger().charge(op_, site_, Cause::Unattributed, SpanKind::queued, op_.last(), begin);
  }
  return see(watch, begin, step);
}

bool Context::spin(Poll& poll, std::coroutine_handle<> poller) {
  if (poll.watch.hit || !pending_.empty()) return spin_at_once(poll, poller);
  wait_.context = this;
  wait_.poll = &poll;
  wait_.start = now();
  wait_.handle = poller;
  wait_.fire = [](Wakeable* w) { static_cast<Wait*>(w)->context->spin_woken(); };
  poll.watch.changed.add(wait_);
  return true;
}

bool Context::spin_at_once(Poll& poll, std::coroutine_handle<> poller) {
  if (!pending_.empty()) return poll.by(interrupts_first(poll), poller);
  const Time start = now();
  const bool was_there = poll.watch.hit_at <= start;
  return poll.until(was_there ? see(poll.watch, start, timing_.of(poll.look)) : inherit(poll, start), poller);
}

inline void Context::spin_woken() {
  Poll& poll = *wait_.poll;
  const std::coroutine_handle<> poller = wait_.handle;
  bool later;
  if (poll.watch.hit) {  // if an interrupt came at the same time, the look comes first
    later = poll.until(inherit(poll, wait_.start), poller);
  } else if (!pending_.empty()) {
    later = poll.by(spin_interrupted(poll, wait_.start), poller);
  } else {
    later = true;
    poll.watch.changed.add(wait_);
  }
  if (!later) poller.resume();
}

Task<> Context::interrupts_first(Poll& poll) {
  co_await take_interrupts(0);
  station_.charge_past(op_, Cause::SchedulerWait, SpanKind::queued, op_.last());
  co_await this->poll(poll.watch, poll.look);
}

Task<> Context::spin_interrupted(Poll& poll, Time start) {
  while (!poll.watch.hit) {
    spun(CoreTiming::looks_before(start, timing_.of(poll.look), now()), start, now());
    co_await take_interrupts(0);
    start = now();
    while (!poll.watch.hit && pending_.empty()) co_await Parked{this, &poll.watch.changed};
  }
  co_await until(inherit(poll, start));
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
