// A host's memory, contexts and a guest with fixed costs, for tests of drivers and emulated devices: a cycle is a
// nanosecond, memory is free, a register store takes 100 ns, lines 200 ns, an exit 1000 ns and an entry 500 ns.
#pragma once
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "protocols/exec.h"
#include "protocols/trap.h"

namespace viosim::test {

class FlatMemory {
 public:
  explicit FlatMemory(std::size_t size) : bytes_(size) {}
  std::span<std::byte> at(std::uint64_t address, std::size_t size) {
    if (address > bytes_.size() || size > bytes_.size() - address) throw std::out_of_range("flat memory");
    return {bytes_.data() + address, size};
  }
  void write(std::uint64_t address, std::span<const std::byte> from, const Op* op) {
    std::memcpy(at(address, from.size()).data(), from.data(), from.size());
    for (Watch* w : watches_) {
      const bool touches = w->address.raw() < address + from.size() &&
                           address < w->address.raw() + static_cast<std::uint64_t>(w->length.raw());
      if (!touches || w->hit) continue;
      w->hit = true;
      w->hit_at = now();
      w->op = op == nullptr ? Op{} : op->fork();
      w->changed.notify();
    }
  }
  void add(Watch& w) { watches_.push_back(&w); }
  void remove(Watch& w) { std::erase(watches_, &w); }

 private:
  std::vector<std::byte> bytes_;
  std::vector<Watch*> watches_;
};

/// A context whose physical addresses begin at `base` of the memory.
class FixedExec : public Exec {
 public:
  struct Store { Gpa reg; std::uint64_t value; std::int64_t size; };
  struct Lines { Gpa reg; std::vector<std::byte> bytes; };

  FixedExec(const std::string& path, FlatMemory& memory, std::uint64_t base, std::uint64_t size, unsigned core)
      : station_(path, 1), memory_(memory), base_(base), size_(size), next_(4096), core_(core) {}

  std::vector<Store> stores;
  std::vector<Lines> lines;
  TrapIf* device = nullptr;   ///< makes this a guest: ports exit to it, on `monitor`
  FixedExec* monitor = nullptr;
  int exits = 0;

  Op& op() override { return op_; }
  Hold execute(Cycles n, Cause cause = Cause::Execute) override {
    return station_.hold(op_, cause, nanoseconds(n.raw()));
  }
  Hold load(Gpa from, std::span<std::byte> into) override {
    check(from, into.size());
    std::memcpy(into.data(), memory_.at(base_ + from.raw(), into.size()).data(), into.size());
    return execute(Cycles(0));
  }
  Hold store(Gpa to, std::span<const std::byte> from) override {
    check(to, from.size());
    memory_.write(base_ + to.raw(), from, &op_);
    return execute(Cycles(0));
  }
  Task<> copy(Gpa, Gpa, Bytes) override { throw std::logic_error("no copies expected"); }
  Gpa allocate(Bytes size, Bytes alignment) override {
    const auto a = static_cast<std::uint64_t>(alignment.raw());
    next_ = (next_ + a - 1) / a * a;
    const Gpa at(next_);
    next_ += static_cast<std::uint64_t>(size.raw());
    check(at, static_cast<std::size_t>(size.raw()));
    return at;
  }
  Hpa translate(Gpa address, Bytes length) const override {
    check(address, static_cast<std::size_t>(length.raw()));
    return Hpa(base_ + address.raw());
  }
  Hold mmio_store(Gpa reg, std::uint64_t value, Bytes size) override {
    stores.push_back({reg, value, size.raw()});
    return execute(Cycles(100));
  }
  Hold mmio_store_lines(Gpa reg, std::span<const std::byte> bytes) override {
    lines.push_back({reg, {bytes.begin(), bytes.end()}});
    return execute(Cycles(200));
  }
  Task<std::uint64_t> mmio_load(Gpa, Bytes) override { throw std::logic_error("no register loads expected"); }
  Task<> port_write(std::uint16_t port, std::span<const std::byte> data) override {
    co_await leave();
    co_await device->port_write(*monitor, port, data);
    co_await enter();
  }
  Task<std::uint64_t> port_read(std::uint16_t port, Bytes size) override {
    co_await leave();
    const std::uint64_t value = co_await device->port_read(*monitor, port, size);
    co_await enter();
    co_return value;
  }
  bool spin(Poll& poll, std::coroutine_handle<> poller) override {
    return poll.by(looks(poll.watch, poll.look), poller);
  }
  Task<> looks(Watch& watch, Cycles look) {
    if (!watch.hit) {
      while (!watch.hit) co_await viosim::sleep(watch.changed);
      op_ = watch.op.fork();
      if (op_.traced()) station_.charge_past(op_, Cause::PollGap, SpanKind::queued, op_.last());
    }
    co_await execute(look);
  }
  Task<> sleep(Event& wake) override {
    co_await viosim::sleep(wake);
    while (handling_) co_await viosim::sleep(handled_);
    op_ = waker_.fork();
    if (op_.traced()) station_.charge_past(op_, Cause::SchedulerWait, SpanKind::queued, op_.last());
  }
  void wake_with(const Op& cause) override { waker_ = cause.fork(); }
  void add_watch(Watch& w) override { memory_.add(w); }
  void remove_watch(Watch& w) override { memory_.remove(w); }
  void on_interrupt(unsigned vector, InterruptHandler handler) override {
    if (vector >= handlers_.size()) handlers_.resize(vector + 1, {nullptr, nullptr});
    handlers_[vector] = handler;
  }
  unsigned core_index() const override { return core_; }

  /// Runs the handler now; this context sleeps or has nothing to do.
  void raise(unsigned vector, Op op) {
    raised_ = std::move(op);
    spawn(handle(vector), "interrupt");
  }

 private:
  void check(Gpa at, std::size_t size) const {
    if (at.raw() > size_ || size > size_ - at.raw()) throw std::out_of_range(station_.path());
  }
  Hold leave() {
    ++exits;
    monitor->op_ = std::move(op_);
    return monitor->execute(Cycles(1000), Cause::VmExit);
  }
  Hold enter() {
    op_ = std::move(monitor->op_);
    return execute(Cycles(500), Cause::VmEntry);
  }
  Process handle(unsigned vector) {
    handling_ = true;
    Op own = std::move(op_);
    op_ = std::move(raised_);
    const InterruptHandler handler = handlers_[vector];
    if (handler.run != nullptr) co_await handler.run(handler.self, *this);
    op_ = std::move(own);
    handling_ = false;
    handled_.notify();
  }

  Station station_;
  FlatMemory& memory_;
  std::uint64_t base_, size_, next_;
  unsigned core_;
  Op op_, waker_, raised_;
  Event handled_;
  bool handling_ = false;
  std::vector<InterruptHandler> handlers_;
};

class FlatGuestMemory : public GuestMemoryIf {
 public:
  FlatGuestMemory(std::uint64_t base, std::uint64_t size) : base_(base), size_(size) {}
  bool contains(Gpa a, Bytes n) const override {
    return n.raw() >= 0 && a.raw() <= size_ && static_cast<std::uint64_t>(n.raw()) <= size_ - a.raw();
  }
  Hpa host_address(Gpa a) const override {
    if (a.raw() >= size_) throw std::out_of_range("guest memory");
    return Hpa(base_ + a.raw());
  }

 private:
  std::uint64_t base_, size_;
};

/// Injects at once.
class FixedVcpu : public VcpuIf {
 public:
  explicit FixedVcpu(FixedExec& guest) : guest_(guest) {}
  int injected = 0;
  void inject(unsigned vector, Op op) override {
    ++injected;
    guest_.raise(vector, std::move(op));
  }
  void attach_ports(std::uint16_t, std::uint16_t, TrapIf& device) override { guest_.device = &device; }

 private:
  FixedExec& guest_;
};

/// Runs `task` until it is done. One call a test: time does not go on after it. A task that hangs fails the test,
/// else the checks behind the place where it hangs would be skipped in silence.
inline void run(Task<> task) {
  bool done = false;
  auto finish = [&]() -> Process {
    co_await std::move(task);
    done = true;
  };
  spawn(finish(), "test");
  scheduler().run_until(Time(1'000'000'000'000));
  if (!done) throw std::runtime_error("the test's task did not come to its end");
}

}  // namespace viosim::test
