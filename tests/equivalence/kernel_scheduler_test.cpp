#include <catch2/catch.hpp>

#include "kernel/queue.h"
#include "kernel/random.h"
#include "support/child.h"

using namespace viosim;

namespace {
struct Job : Parcel, Pooled<Job> { int number = 0; };

/// Sources, two servers in a row, an interrupted worker, timers: all times are small, so that ties abound.
struct Model {
  explicit Model(std::string& text) : log(text) {}
  std::string& log;
  Station feed{"feed", 0}, one{"one", 1}, two{"two", 2};
  Queue<Job> first{one}, second{two};
  Event credit, interrupt;
  int credits = 2;
  Account account;
  Stream dice{5, "model"};
  Timer tick{[](void* m) { static_cast<Model*>(m)->ticked(); }, this};

  void note(const char* what, int n) { log += std::to_string(now().ps()) + what + std::to_string(n) + "\n"; }
  Duration some() { return Duration(dice.between(0, 4)); }
  void ticked() {
    note(" tick ", credits);
    interrupt.notify();
    tick.arm(now() + Duration(dice.between(0, 9) + 1));
    if (dice.chance(0.1)) tick.cancel();
  }
};
Process source(Model& m, int number) {
  Op nobody;
  for (int i = 0; i < 300; ++i) {
    co_await m.feed.hold(nobody, Cause::Execute, m.some());
    auto* j = new Job;
    j->op = Op::open(now());
    j->number = number * 1000 + i;
    m.first.put(j);
  }
}
Process stage(Model& m) {
  auto query = [&m] { return m.credits > 0 ? kNoCause : Cause::CreditStall; };
  for (;;) {
    Job* j = co_await m.first.take();
    co_await m.one.ready(j->op, query, m.credit);
    --m.credits;
    co_await m.one.hold(j->op, Cause::Execute, m.some());
    m.first.release(j->op);
    m.note(" one ", j->number);
    m.second.put(j);
  }
}
Process sink(Model& m) {
  for (;;) {
    Job* j = co_await m.second.take();
    Duration left = m.some();
    while (left > kZeroTime) left = co_await m.two.hold_until(j->op, Cause::Copy, left, m.interrupt);
    m.second.release(j->op);
    ++m.credits;
    m.credit.notify();
    m.note(" two ", j->number);
    ledger().close(j->op, j->op.last(), m.account);
    if (!m.tick.armed()) m.tick.arm(now() + m.some());
    delete j;
  }
}

/// The log of a run in slices of `slice` ps.
std::string run(Scheduler::Mode mode, std::int64_t slice) {
  return in_child([&] {
    std::string log;
    Simulation sim(mode);
    Model m(log);
    for (int i = 0; i < 3; ++i) spawn(source(m, i), "source");
    spawn(stage(m), "stage");
    spawn(sink(m), "sink1");
    spawn(sink(m), "sink2");
    for (std::int64_t t = slice; t <= 6'000; t += slice) scheduler().run_until(Time(t));
    return log + "residual " + std::to_string(m.account.residual().raw());
  });
}
}  // namespace

TEST_CASE("fast and systemc scheduling give the same events, in any slices", "[kernel][equivalence]") {
  const std::string whole = run(Scheduler::Mode::fast, 6'000);
  CHECK(whole.size() > 20'000);
  CHECK(whole.substr(whole.size() - 10) == "residual 0");
  for (const std::int64_t slice : {6'000, 100, 7, 1}) {
    INFO(slice);
    CHECK((run(Scheduler::Mode::fast, slice) == whole));
    CHECK((run(Scheduler::Mode::systemc, slice) == whole));
  }
}
