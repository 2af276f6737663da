#include <catch2/catch.hpp>

#include "host/interrupt_controller.h"
#include "support/machine.h"

using namespace viosim;
using namespace viosim::test;

namespace {

struct Sleeper {
  Machine& m;
  Event wake;
  bool ready = false;
  std::vector<Time> marks;

  static Task<> wakes(void* self, Exec& on) {
    auto* s = static_cast<Sleeper*>(self);
    co_await on.execute(Cycles(50), Cause::Execute);
    s->ready = true;
    on.wake_with(on.op());
    s->wake.notify();
  }
  static Task<> counts(void* self, Exec& on) {
    co_await on.execute(Cycles(50), Cause::Execute);
    static_cast<Sleeper*>(self)->marks.push_back(now());
  }
  Process sleeps() {
    while (!ready) co_await m.core0.sleep(wake);
    marks.push_back(now());
  }
  Process polls(Watch& w) {
    co_await m.core0.poll(w, Cycles(10));
    marks.push_back(now());
  }
  Process wakes_it(Time at) {
    Op nobody;
    co_await m.core1.station().hold(nobody, Cause::Execute, at - now());
    m.core0.wake_with(Op::open(now()));
    ready = true;
    wake.notify();
  }
};

struct Message : Wakeable {
  IrqRouterIf* to;
  Op op;
  void at(Time t) {
    fire = [](Wakeable* w) {
      auto* self = static_cast<Message*>(w);
      self->to->deliver(0, 40, std::move(self->op));
    };
    scheduler().wake_at(t, this);
  }
};

}  // namespace

TEST_CASE("an interrupt wakes a sleeping thread, which inherits its account", "[host][timing]") {
  Simulation sim;
  Machine m;
  host::InterruptController irqs;
  irqs.attach(0, m.core0);
  Sleeper s{m, {}, false, {}};
  m.core0.on_interrupt(40, {&Sleeper::wakes, &s});
  m.core0.op() = Op::open(Time(0));
  Station wire("wire", 0);
  Message message{{}, &irqs, Op::open(Time(0))};
  wire.delay(message.op, Cause::LinkPropagation, Time(0), nanoseconds(10'000));
  message.at(Time(10'000'000));
  spawn(s.sleeps(), "sleeper");
  run_to(Time(100'000'000));
  const Op& op = m.core0.op();
  // 10 us, idle exit 1, entry 0.9, handler 0.05, exit 0.6 (the thread waits for the core), wake-up 4.
  REQUIRE(s.marks.size() == 1);
  CHECK(s.marks[0] == Time(16'550'000));
  CHECK(spent(op, Cause::SchedulerWait) == nanoseconds(1600));
  CHECK(spent(op, Cause::Execute) == nanoseconds(4950));
  CHECK(spent(op) == nanoseconds(16'550));
}

TEST_CASE("an interrupt before the core idles needs no idle exit", "[host][timing]") {
  Simulation sim;
  Machine m;
  Sleeper s{m, {}, false, {}};
  m.core0.on_interrupt(40, {&Sleeper::wakes, &s});
  m.core0.op() = Op::open(Time(0));
  m.core0.raise(40, Op::open(Time(0)));
  spawn(s.sleeps(), "sleeper");
  run_to(Time(100'000'000));
  REQUIRE(s.marks.size() == 1);
  CHECK(s.marks[0] == Time(7'550'000));  // 2 into the wait, 0.9 + 0.05 + 0.6, 4
}

TEST_CASE("another core wakes by an interprocessor interrupt", "[host][timing]") {
  Simulation sim;
  Machine m;
  Sleeper s{m, {}, false, {}};
  m.core0.op() = Op::open(Time(0));
  spawn(s.sleeps(), "sleeper");
  spawn(s.wakes_it(Time(10'000'000)), "waker");
  run_to(Time(100'000'000));
  REQUIRE(s.marks.size() == 1);
  CHECK(s.marks[0] == Time(15'500'000));
  CHECK(spent(m.core0.op(), Cause::SchedulerWait) == nanoseconds(1500));
}

TEST_CASE("interrupts are taken between looks and polling goes on", "[host][timing]") {
  Simulation sim;
  Machine m;
  host::InterruptController irqs;
  irqs.attach(0, m.core0);
  Sleeper s{m, {}, false, {}};
  m.core0.on_interrupt(40, {&Sleeper::counts, &s});
  Watch w;
  w.address = m.memory.allocate(Bytes(64), Bytes(64), 0);
  w.length = Bytes(8);
  m.core0.add_watch(w);
  Message message{{}, &irqs, Op::open(Time(100'000))};
  message.at(Time(100'000));
  spawn(s.polls(w), "poller");
  run_to(Time(5'000'000));
  REQUIRE(s.marks.size() == 1);
  CHECK(s.marks[0] == Time(1'050'000));
  const std::byte one{1};
  m.memory.write(w.address, {&one, 1}, nullptr);
  run_to(Time(6'000'000));
  REQUIRE(s.marks.size() == 2);
  CHECK(s.marks[1] == Time(5'090'000));
  CHECK(counted("cpu0", "interrupts") == 1);
}

TEST_CASE("a message for a core or vector that does not exist is dropped", "[host][unit]") {
  Simulation sim;
  Machine m;
  host::InterruptController irqs;
  irqs.attach(0, m.core0);
  irqs.deliver(17, 40, Op{});
  irqs.deliver(0, 4000, Op{});
  CHECK(counted("cpu0", "interrupts") == 0);
}
