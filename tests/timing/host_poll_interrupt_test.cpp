#include <catch2/catch.hpp>
#include <stdexcept>

#include "support/machine.h"

using namespace viosim;
using namespace viosim::test;

namespace {

/// Does something at a time.
template <class F>
struct At : Wakeable {
  F what;
  At(Time t, F f) : what(f) {
    fire = [](Wakeable* w) { static_cast<At*>(w)->what(); };
    scheduler().wake_at(t, this);
  }
};

struct Frames {
  explicit Frames(int& n) : alive(n) { ++alive; }
  Frames(const Frames&) = delete;
  ~Frames() { --alive; }
  int& alive;
};

/// Core 0 polls `w`, 10 ns a look; a taken interrupt costs 900, its handler 50 and 600 ns, a seen line 80.
struct Poller {
  Machine m;
  Watch w, other;
  std::vector<Time> handled, seen;
  int alive = 0;
  int* frames = &alive;

  Poller() {
    for (Watch* each : {&w, &other}) {
      each->address = m.memory.allocate(Bytes(64), Bytes(64), 0);
      each->length = Bytes(8);
      m.core0.add_watch(*each);
    }
    m.core0.on_interrupt(40, {&Poller::counts, this});
    m.core0.on_interrupt(41, {&Poller::throws, this});
    m.core0.on_interrupt(42, {&Poller::polls_too, this});
  }
  static Task<> counts(void* self, Exec& on) {
    auto* const p = static_cast<Poller*>(self);
    Frames here(*p->frames);
    co_await on.execute(Cycles(50), Cause::Execute);
    p->handled.push_back(now());
  }
  static Task<> throws(void*, Exec& on) {
    co_await on.execute(Cycles(50), Cause::Execute);
    throw std::runtime_error("the handler broke");
  }
  static Task<> polls_too(void* self, Exec& on) {
    auto* const p = static_cast<Poller*>(self);
    co_await on.poll(p->other, Cycles(10));
    p->handled.push_back(now());
  }
  Process polls() {
    Frames here(*frames);
    co_await m.core0.poll(w, Cycles(10));
    seen.push_back(now());
  }
  void write(const Watch& to, const Op* op) {
    const std::byte one{1};
    m.memory.write(to.address, {&one, 1}, op);
  }
};

}  // namespace

TEST_CASE("an interrupt that is pending when polling begins is taken first", "[host][timing]") {
  Simulation sim;
  Poller p;
  p.m.core0.op() = Op::open(Time(0));
  p.write(p.w, nullptr);
  p.m.core0.raise(40, Op::open(Time(0)));
  spawn(p.polls(), "poller");
  run_to(Time(5'000'000));
  CHECK(p.handled == std::vector{Time(950'000)});
  CHECK(p.seen == std::vector{Time(1'640'000)});
  CHECK(spent(p.m.core0.op(), Cause::SchedulerWait) == nanoseconds(1550));  // its own account: it did not wait for it
  CHECK(counted("cpu0", "polls") == 1);
}

TEST_CASE("of a write and an interrupt at the same time the look comes first", "[host][timing]") {
  Simulation sim;
  Poller p;
  At both(Time(100'000), [&] {
    p.m.core0.raise(40, Op::open(now()));
    p.write(p.w, nullptr);
  });
  spawn(p.polls(), "poller");
  run_to(Time(5'000'000));
  CHECK(p.seen == std::vector{Time(190'000)});
  CHECK(p.handled.empty());  // nobody polls any more
}

TEST_CASE("what is written while an interrupt is handled is seen by the first look after it", "[host][timing]") {
  Simulation sim;
  Poller p;
  p.m.core0.op() = Op::open(Time(0));
  Station wire("wire", 0);
  Op op = Op::open(Time(0));
  wire.delay(op, Cause::LinkPropagation, Time(0), nanoseconds(500));
  At interrupt(Time(100'000), [&] { p.m.core0.raise(40, Op::open(now())); });
  At written(Time(500'000), [&] { p.write(p.w, &op); });
  spawn(p.polls(), "poller");
  run_to(Time(5'000'000));
  CHECK(p.seen == std::vector{Time(1'740'000)});
  CHECK(spent(p.m.core0.op(), Cause::PollGap) == nanoseconds(1150));
  CHECK(spent(p.m.core0.op()) == nanoseconds(1740));
  CHECK(counted("cpu0", "polls") == 11);  // ten before it
}

TEST_CASE("a handler that polls is interrupted itself", "[host][timing]") {
  Simulation sim;
  Poller p;
  At outer(Time(100'000), [&] { p.m.core0.raise(42, Op{}); });
  At inner(Time(1'205'000), [&] { p.m.core0.raise(40, Op{}); });
  At for_handler(Time(3'000'000), [&] { p.write(p.other, nullptr); });
  At for_poller(Time(4'000'000), [&] { p.write(p.w, nullptr); });
  spawn(p.polls(), "poller");
  run_to(Time(9'000'000));
  CHECK(p.handled == std::vector{Time(2'155'000), Time(3'095'000)});
  CHECK(p.seen == std::vector{Time(4'095'000)});
}

TEST_CASE("a handler that throws ends the run in the name of who polled", "[host][timing]") {
  using Catch::Contains;
  Simulation sim;
  Poller p;
  At interrupt(Time(100'000), [&] { p.m.core0.raise(41, Op::open(now())); });
  spawn(p.polls(), "poller");
  CHECK_THROWS_WITH(run_to(Time(5'000'000)), Contains("the handler broke") && Contains("in poller at 1050000 ps"));
}

TEST_CASE("a handler that throws before the first look ends the run too", "[host][timing]") {
  using Catch::Contains;
  Simulation sim;
  Poller p;
  p.m.core0.raise(41, Op::open(Time(0)));
  spawn(p.polls(), "poller");
  CHECK_THROWS_WITH(run_to(Time(5'000'000)), Contains("the handler broke") && Contains("in poller at 950000 ps"));
}

TEST_CASE("a run that ends while a poller is interrupted frees both", "[host][timing]") {
  int alive = 0;
  {
    Simulation sim;
    Poller p;
    p.frames = &alive;
    At interrupt(Time(100'000), [&] { p.m.core0.raise(40, Op::open(now())); });
    spawn(p.polls(), "poller");
    run_to(Time(1'020'000));
    CHECK(alive == 2);
  }
  CHECK(alive == 0);
}
