// Interrupts into the guest, and how the guest halts.
#include <stdexcept>
#include <string>

#include "virt/vcpu.h"

namespace viosim::virt {

/// A request from another core, under way.
struct Vcpu::Kick : Wakeable, Pooled<Kick> {
  Vcpu* vcpu;
  Op op;
};

void Vcpu::check(unsigned vector) const {
  if (vector >= handlers_.size())
    throw std::out_of_range(std::string(name()) + ": interrupt vector " + std::to_string(vector));
}

void Vcpu::on_interrupt(unsigned vector, InterruptHandler handler) {
  check(vector);
  handlers_[vector] = handler;
}

unsigned Vcpu::host_vector(unsigned vector) {
  for (const auto& f : forwards_)
    if (f->vector == vector) return f->host_vector;
  check(vector);
  forwards_.push_back(std::make_unique<Forward>(Forward{this, vector, core_.free_vector(vector)}));
  Forward* const f = forwards_.back().get();
  core_.on_interrupt(f->host_vector, {[](void* self, Exec& on) -> Task<> {
                                        auto* forward = static_cast<Forward*>(self);
                                        forward->vcpu->inject(forward->vector, on.op().fork());
                                        co_return;
                                      }, f});
  return f->host_vector;
}

const Vcpu::Forward* Vcpu::forward_of(unsigned host_vector) const {
  for (const auto& f : forwards_)
    if (f->host_vector == host_vector) return f.get();
  return nullptr;
}

void Vcpu::inject(unsigned vector, Op op) {
  check(vector);
  for (const Injected& p : pending_)
    if (p.vector == vector) return;  // one request bit a vector
  if (kicked_ && kicked_for_ == vector) return;
  if (mode_ == Mode::root || servicing_ || kicked_) {
    pending_.push_back({vector, std::move(op)});
    return;
  }
  kicked_ = true;
  kicked_for_ = vector;
  kick(std::move(op));
}

void Vcpu::kick(Op op) {
  auto* k = new Kick;
  k->vcpu = this;
  k->op = std::move(op);
  const Time begin = k->op.traced() ? latest({now()}, {k->op.last()}).at : now();
  const Time there = core_.station().delay(k->op, Cause::Injection, begin, core_.costs().ipi);
  k->fire = [](Wakeable* w) {
    auto* self = static_cast<Kick*>(w);
    self->vcpu->core_.raise(self->vcpu->kick_vector_, std::move(self->op));
    delete self;
  };
  k->drop = [](Wakeable* w) { delete static_cast<Kick*>(w); };
  scheduler().wake_at(there, k);
}

Task<> Vcpu::interrupt(CoreIf& core, unsigned vector) {
  const bool asked = vector == kick_vector_ && kicked_;
  if (asked) kicked_ = false;
  const Forward* const forward = forward_of(vector);
  if (mode_ == Mode::guest && !masked_ && options_.posted_interrupts && (asked || forward != nullptr)) {
    co_await deliver_posted(asked ? kicked_for_ : forward->vector);
    co_return;
  }
  const std::size_t first = asked ? 0 : pending_.size();
  if (asked) pending_.insert(pending_.begin(), Injected{kicked_for_, Op{}});
  const bool running = mode_ == Mode::guest;
  if (running) co_await leave(ExitReason::external_interrupt);
  const bool nested = servicing_;
  servicing_ = true;
  co_await core.handle(vector);
  servicing_ = nested;
  if (pending_.size() > first) pending_[first].op = core.op().fork();  // all that it took to get here is its own
  if (running) co_await enter();
}

void Vcpu::take_next() {
  core_.op() = std::move(pending_.front().op);
  pending_.erase(pending_.begin());
  core_.station().charge_past(core_.op(), Cause::Injection, SpanKind::queued, core_.op().last());
}

Task<> Vcpu::deliver_posted(unsigned vector) {
  for (;;) {
    ++posted_count_;
    co_await core_.station().hold(core_.op(), Cause::Injection, core_.time_of(posted_delivery_));
    co_await deliver(vector);
    if (pending_.empty()) break;
    vector = pending_.front().vector;
    take_next();
  }
}

Task<> Vcpu::enter() {
  Station& site = core_.station();
  if (pending_.empty() || masked_) {
    co_await site.hold(core_.op(), Cause::VmEntry, core_.time_of(timing_.entry()));
    mode_ = Mode::guest;
    co_return;
  }
  Op own = std::move(core_.op());
  for (bool first = true; !pending_.empty(); first = false) {
    const unsigned vector = pending_.front().vector;
    take_next();
    if (!first && options_.apicv) {  // the processor delivers the next one by itself
      co_await site.hold(core_.op(), Cause::Injection, core_.time_of(posted_delivery_));
    } else {
      if (!first) co_await leave(ExitReason::interrupt_window);
      co_await until(charge(Cause::VmEntry, timing_.entry(), charge(Cause::Injection, injection_, now())));
    }
    mode_ = Mode::guest;
    co_await deliver(vector);
  }
  core_.op() = std::move(own);
  site.charge_past(core_.op(), Cause::SchedulerWait, SpanKind::queued, core_.op().last());
}

Task<> Vcpu::deliver(unsigned vector) {
  ++injections_;
  masked_ = true;
  co_await core_.execute(core_.costs().interrupt_entry, Cause::Execute);
  if (!options_.apicv) co_await round_trip(ExitReason::eoi);  // Linux ends an edge-triggered interrupt first
  const InterruptHandler handler = handlers_[vector];
  if (handler.run != nullptr) co_await handler.run(handler.self, *this);
  co_await core_.execute(core_.costs().interrupt_exit, Cause::Execute);
  masked_ = false;
}

// --- halting ---------------------------------------------------------------------------------------------

void Vcpu::wake_with(const Op& cause_op) {
  if (woken_with_) return;  // the first one woke
  wake_op_ = cause_op.fork();
  woken_with_ = true;
}

void Vcpu::woken() {
  if (mode_ == Mode::halted && !servicing_ && !kicked_) kick(woken_with_ ? wake_op_.fork() : Op{});
}

Task<> Vcpu::sleep(Event& wake) {
  Station& site = core_.station();
  WakeWait wait;
  wait.join(wake, [](void* self) { static_cast<Vcpu*>(self)->woken(); }, this);
  woken_with_ = false;
  co_await core_.execute(core_.costs().block, Cause::Execute);
  Op own;
  bool parked = false;
  while (!wait.notified()) {
    co_await leave(ExitReason::hlt);
    co_await site.hold(core_.op(), Cause::ExitHandling, halt_deschedule_);
    if (!parked) own = std::move(core_.op());
    parked = true;
    mode_ = Mode::halted;
    while (pending_.empty() && !wait.notified()) co_await core_.halt();
    mode_ = Mode::root;
    const bool interrupted = !pending_.empty();
    if (interrupted) core_.op() = std::move(pending_.front().op);
    else if (woken_with_) core_.op() = std::move(wake_op_);
    site.charge_past(core_.op(), Cause::SchedulerWait, SpanKind::queued, core_.op().last());
    co_await site.hold(core_.op(), Cause::SchedulerWait, halt_wake_);
    if (interrupted) pending_.front().op = core_.op().fork();
    co_await enter();
    if (!interrupted && woken_with_) wake_op_ = std::move(core_.op());
    core_.op() = Op{};  // the halted guest works for nobody
  }
  co_await WakeFired{&wait};
  if (woken_with_) {
    core_.op() = std::move(wake_op_);
  } else {
    if (parked) core_.op() = std::move(own);
    site.charge_past(core_.op(), Cause::TimerWait, SpanKind::queued, core_.op().last());
  }
  woken_with_ = false;
  site.charge_past(core_.op(), Cause::SchedulerWait, SpanKind::queued, core_.op().last());
  co_await core_.execute(core_.costs().wake, Cause::Execute);
}

}  // namespace viosim::virt
