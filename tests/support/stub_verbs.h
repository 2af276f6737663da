// Verbs and contexts with fixed costs, for tests of workloads: a post takes 100 ns of a core, the data lands
// 1000 ns later, the completion 300 ns after that; a poll takes 50 ns, an access to memory nothing.
#pragma once
#include <cstring>
#include <deque>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernel/parcel.h"
#include "kernel/pool.h"
#include "protocols/verbs.h"

namespace viosim {

class StubExec final : public Exec {
 public:
  explicit StubExec(const std::string& path) : station_(path, 1), memory_(1 << 20) {}
  Op& op() override { return op_; }
  /// A cycle is a nanosecond.
  Hold execute(Cycles n, Cause cause = Cause::Execute) override {
    return station_.hold(op_, cause, nanoseconds(n.raw()));
  }
  Hold load(Gpa from, std::span<std::byte> into) override {
    std::memcpy(into.data(), memory_.data() + from.raw(), into.size());
    return execute(Cycles(0));
  }
  Hold store(Gpa to, std::span<const std::byte> from) override {
    write(to.raw(), from, nullptr);
    return execute(Cycles(0));
  }
  Task<> copy(Gpa, Gpa, Bytes) override { throw std::logic_error("stub"); }
  Gpa allocate(Bytes size, Bytes) override {
    const Gpa at(next_);
    next_ += static_cast<std::uint64_t>(size.raw() + 4095) / 4096 * 4096;
    return at;
  }
  Hpa translate(Gpa address, Bytes) const override { return Hpa(address.raw()); }
  Hold mmio_store(Gpa, std::uint64_t, Bytes) override { throw std::logic_error("stub"); }
  Hold mmio_store_lines(Gpa, std::span<const std::byte>) override { throw std::logic_error("stub"); }
  Task<std::uint64_t> mmio_load(Gpa, Bytes) override { throw std::logic_error("stub"); }
  Task<> port_write(std::uint16_t, std::span<const std::byte>) override { throw std::logic_error("stub"); }
  Task<std::uint64_t> port_read(std::uint16_t, Bytes) override { throw std::logic_error("stub"); }
  bool spin(Poll& poll, std::coroutine_handle<> poller) override {
    return poll.by(looks(poll.watch, poll.look), poller);
  }
  Task<> looks(Watch& watch, Cycles look) {
    if (!watch.hit) {
      const Time since = op_.last();
      while (!watch.hit) co_await viosim::sleep(watch.changed);
      station_.stood(op_, Cause::PollGap, since);
      op_ = watch.op.fork();
      station_.charge_past(op_, Cause::PollGap, SpanKind::queued, op_.last());
    }
    co_await execute(look);
  }
  Task<> sleep(Event& wake) override {
    const Time since = op_.last();
    co_await viosim::sleep(wake);
    station_.stood(op_, Cause::SchedulerWait, since);
    op_ = waker_.fork();
    station_.charge_past(op_, Cause::SchedulerWait, SpanKind::queued, op_.last());
  }
  void wake_with(const Op& cause_op) override { waker_ = cause_op.fork(); }
  void add_watch(Watch& w) override { watch_ = &w; }
  void remove_watch(Watch&) override { watch_ = nullptr; }
  void on_interrupt(unsigned, InterruptHandler) override {}
  unsigned core_index() const override { return 0; }

  void write(std::uint64_t at, std::span<const std::byte> from, const Op* op) {
    std::memcpy(memory_.data() + at, from.data(), from.size());
    if (watch_ == nullptr || op == nullptr) return;
    if (watch_->address.raw() < at || watch_->address.raw() >= at + from.size() || watch_->hit) return;
    watch_->hit = true;
    watch_->hit_at = now();
    watch_->op = op->fork();
    watch_->changed.notify();
  }
  std::span<std::byte> bytes_at(std::uint64_t at, std::size_t n) { return {memory_.data() + at, n}; }

 private:
  Station station_;
  std::vector<std::byte> memory_;
  std::uint64_t next_ = 4096;
  Op op_, waker_;
  Watch* watch_ = nullptr;
};

class StubVerbs final : public Verbs {
 public:
  StubVerbs(const std::string& path, StubExec& home) : wire_(path, 0), home_(home) {}
  StubVerbs* peer = nullptr;
  // What goes wrong, by operation number.
  std::int64_t fail_at = -1, refuse_at = -1, spoil_at = -1;
  int events_taken = 0;
  std::size_t most_under_way = 0;

  Task<> open(Exec&) override { co_return; }
  Task<MrKeys> reg_mr(Exec&, Gva, Bytes, MrAccess, std::span<const Gpa>) override { co_return MrKeys{{7}, {9}}; }
  Task<CqHandle> create_cq(Exec&, std::uint32_t, int) override {
    cqs_.emplace_back();
    co_return CqHandle{static_cast<std::uint32_t>(cqs_.size() - 1)};
  }
  Task<QpHandle> create_qp(Exec&, CqHandle send, CqHandle receive, QpCapabilities wanted) override {
    send_ = send.value;
    receive_ = receive.value;
    inline_ = wanted.max_inline;
    co_return QpHandle{1};
  }
  Qpn qp_number(QpHandle) const override { return Qpn{1}; }
  Lid lid() const override { return Lid{1}; }
  Task<VerbsError> connect(Exec&, QpHandle, const QpConnection&) override { co_return VerbsError::ok; }
  std::uint32_t max_inline(QpHandle) const override { return inline_; }

  Task<VerbsError> post_send(Exec& on, QpHandle, const SendWr& wr) override {
    co_await on.execute(Cycles(100));
    if (static_cast<std::int64_t>(wr.wr_id) == refuse_at) co_return VerbsError::no_memory;
    auto* f = new Flight;
    f->op = on.op().fork();
    f->wr = wr;
    f->owner = this;
    wire_.delay(f->op, Cause::LinkPropagation, now(), nanoseconds(1000));
    f->fire = [](Wakeable* w) { auto* x = static_cast<Flight*>(w); x->owner->land(x); };
    f->drop = [](Wakeable* w) { delete static_cast<Flight*>(w); };
    scheduler().wake_at(f->op.last(), f);
    most_under_way = ++under_way_ > most_under_way ? under_way_ : most_under_way;
    co_return VerbsError::ok;
  }
  Task<VerbsError> post_recv(Exec&, QpHandle, const RecvWr& wr) override {
    receives_.push_back(wr);
    co_return VerbsError::ok;
  }
  Task<int> poll_cq(Exec& on, CqHandle cq, std::span<Wc> into) override {
    co_await on.execute(Cycles(50));
    int n = 0;
    std::deque<Entry>& q = cqs_[cq.value].entries;
    for (; !q.empty() && n < static_cast<int>(into.size()); ++n) {
      into[static_cast<std::size_t>(n)] = q.front().wc;
      q.pop_front();
    }
    co_return n;
  }
  Task<int> spin_cq(Exec& on, CqHandle cq, std::span<Wc> into) override {
    if (cqs_[cq.value].entries.empty()) {
      Watch& watch = cqs_[cq.value].watch;
      watch.rearm();
      co_await on.poll(watch, Cycles(0));
    }
    const int n = co_await poll_cq(on, cq, into);
    co_return n;
  }
  Task<> req_notify(Exec&, CqHandle cq) override {
    Cq& c = cqs_[cq.value];
    c.armed = true;
    if (!c.entries.empty()) raise(c);
    co_return;
  }
  Task<> get_event(Exec& on, CqHandle cq) override {
    Cq& c = cqs_[cq.value];
    if (!c.raised) co_await on.sleep(c.event);
    c.raised = false;
    ++events_taken;
  }

 private:
  struct Flight : Parcel, Pooled<Flight> { SendWr wr; StubVerbs* owner; };
  struct Entry { Wc wc; Op op; };
  struct Cq {
    std::deque<Entry> entries;
    Watch watch;
    bool armed = false, raised = false;
    Event event;
  };
  void raise(Cq& c) {
    c.armed = false;
    c.raised = true;
    if (c.event.awaited()) home_.wake_with(c.entries.back().op);
    c.event.notify();
  }
  void complete(std::uint32_t cq, Wc wc, const Op& op) {
    Cq& c = cqs_[cq];
    c.entries.push_back({wc, op.fork()});
    if (!c.watch.hit) {
      c.watch.hit = true;
      c.watch.op = op.fork();
      c.watch.changed.notify();
    }
    if (c.armed) raise(c);
  }
  void land(Flight* f) {
    const SendWr& wr = f->wr;
    StubExec& far = peer->home_;
    std::uint64_t to = wr.remote_address.raw();
    if (wr.opcode == WrOpcode::send) {
      if (peer->receives_.empty()) throw std::logic_error("stub: no receive");
      to = peer->receives_.front().sge.address.raw();
    }
    if (wr.opcode == WrOpcode::rdma_read) home_.write(wr.sge.address.raw(), far.bytes_at(to, wr.sge.length), &f->op);
    else far.write(to, home_.bytes_at(wr.sge.address.raw(), wr.sge.length), &f->op);
    if (static_cast<std::int64_t>(wr.wr_id) == spoil_at) far.bytes_at(to, 1)[0] ^= std::byte{64};
    if (wr.opcode == WrOpcode::send) {
      const Wc wc{peer->receives_.front().wr_id, WcStatus::success, true, wr.sge.length, Qpn{1}};
      peer->complete(peer->receive_, wc, f->op);
      peer->receives_.pop_front();
    }
    wire_.delay(f->op, Cause::AckWait, now(), nanoseconds(300));
    f->fire = [](Wakeable* w) { auto* x = static_cast<Flight*>(w); x->owner->acked(x); };
    scheduler().wake_at(f->op.last(), f);
  }
  void acked(Flight* f) {
    --under_way_;
    const bool bad = static_cast<std::int64_t>(f->wr.wr_id) == fail_at;
    if (f->wr.signaled || bad)
      complete(send_, {f->wr.wr_id, bad ? WcStatus::remote_access_error : WcStatus::success, false, 0, Qpn{1}},
               f->op);
    delete f;
  }
  Station wire_;
  StubExec& home_;
  std::deque<Cq> cqs_;
  std::uint32_t send_ = 0, receive_ = 0, inline_ = 0;
  std::deque<RecvWr> receives_;
  std::size_t under_way_ = 0;
};

}  // namespace viosim
