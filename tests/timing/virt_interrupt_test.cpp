#include <catch2/catch.hpp>

#include "support/machine.h"

using namespace viosim;
using namespace viosim::test;

namespace {

struct Guest {
  GuestMachine& m;
  Event wake;
  std::vector<Time> handled, marks;

  static Task<> handler(void* self, Exec& on) {
    auto* g = static_cast<Guest*>(self);
    co_await on.execute(Cycles(50), Cause::Execute);
    g->handled.push_back(now());
    on.wake_with(on.op());
    g->wake.notify();
  }
  Process polls(Watch& w) {
    co_await m.vcpu.poll(w, Cycles(10));
    marks.push_back(now());
  }
  Process sleeps() {
    co_await m.vcpu.sleep(wake);
    marks.push_back(now());
  }
  Process wakes_it() {
    Op nobody;
    co_await m.core1.station().hold(nobody, Cause::Execute, nanoseconds(20'000));
    m.vcpu.wake_with(Op::open(now()));
    wake.notify();
  }
};

/// Injects, or raises a physical interrupt, at a time.
struct Raiser : Wakeable {
  virt::Vcpu* vcpu;
  unsigned vector;
  bool physical = false;
  void at(Time t) {
    fire = [](Wakeable* w) {
      auto* s = static_cast<Raiser*>(w);
      if (s->physical) s->vcpu->raise(s->vector, Op::open(now()));
      else s->vcpu->inject(s->vector, Op::open(now()));
    };
    scheduler().wake_at(t, this);
  }
};

void watch_something(GuestMachine& m, Watch& w) {
  w.address = m.memory.allocate(Bytes(64), Bytes(64), 0);
  w.length = Bytes(8);
  m.vcpu.add_watch(w);
}

constexpr Time kPosted(20'000'000);

}  // namespace

TEST_CASE("an injection into a running guest costs two exits", "[virt][timing]") {
  Simulation sim;
  GuestMachine m;
  Guest g{m, {}, {}, {}};
  m.vcpu.on_interrupt(33, {&Guest::handler, &g});
  Watch w;
  watch_something(m, w);
  spawn(g.polls(w), "guest");
  Raiser source{{}, &m.vcpu, 33};
  source.at(kPosted);
  run_to(Time(100'000'000));
  // IPI 500; exit 400 + 1700, host's handler 900 + 600, injection 1500, entry 600; guest 900,
  // end of interrupt 400 + 700 + 600, handler 50.
  REQUIRE(g.handled.size() == 1);
  CHECK(g.handled[0] == kPosted + nanoseconds(8850));
  CHECK(counted("vcpu0", "vm_exits") == 2);
  CHECK(counted("vcpu0", "exits_external_interrupt") == 1);
  CHECK(counted("vcpu0", "exits_eoi") == 1);
  CHECK(counted("vcpu0", "injected_interrupts") == 1);
}

TEST_CASE("a physical interrupt of an assigned device exits and is injected", "[virt][timing]") {
  Simulation sim;
  GuestMachine m;
  Guest g{m, {}, {}, {}};
  m.vcpu.on_interrupt(33, {&Guest::handler, &g});
  Watch w;
  watch_something(m, w);
  spawn(g.polls(w), "guest");
  Raiser source{{}, &m.vcpu, 33, true};
  source.at(kPosted);
  run_to(Time(100'000'000));
  REQUIRE(g.handled.size() == 1);
  CHECK(g.handled[0] == kPosted + nanoseconds(8350));  // no IPI
  CHECK(counted("vcpu0", "vm_exits") == 2);
}

TEST_CASE("a posted interrupt reaches a running guest without an exit", "[virt][timing]") {
  Simulation sim;
  GuestMachine m(exit_literals().set("apicv", "true").set("posted_interrupts", "true"), {true, true});
  Guest g{m, {}, {}, {}};
  m.vcpu.on_interrupt(33, {&Guest::handler, &g});
  Watch w;
  watch_something(m, w);
  spawn(g.polls(w), "guest");
  Raiser source{{}, &m.vcpu, 33};
  source.at(kPosted);
  run_to(Time(100'000'000));
  REQUIRE(g.handled.size() == 1);
  CHECK(g.handled[0] == kPosted + nanoseconds(500 + 300 + 900 + 50));
  CHECK(counted("vcpu0", "vm_exits") == 0);
  CHECK(counted("vcpu0", "posted_interrupts") == 1);
}

TEST_CASE("a second interrupt waits for the first one's handler and its window", "[virt][timing]") {
  Simulation sim;
  GuestMachine m;
  Guest g{m, {}, {}, {}};
  m.vcpu.on_interrupt(33, {&Guest::handler, &g});
  m.vcpu.on_interrupt(34, {&Guest::handler, &g});
  Watch w;
  watch_something(m, w);
  spawn(g.polls(w), "guest");
  Raiser first{{}, &m.vcpu, 33}, second{{}, &m.vcpu, 34};
  first.at(kPosted);
  second.at(kPosted);
  run_to(Time(100'000'000));
  REQUIRE(g.handled.size() == 2);
  // After the first: its exit 600, window exit 400 + 800, injection 1500, entry 600, guest 900, end 1700, handler 50.
  CHECK(g.handled[1] == g.handled[0] + nanoseconds(600 + 1200 + 2100 + 900 + 1700 + 50));
  CHECK(counted("vcpu0", "exits_interrupt_window") == 1);
  CHECK(counted("vcpu0", "vm_exits") == 4);
}

TEST_CASE("a halted guest is scheduled, entered and woken", "[virt][timing]") {
  Simulation sim;
  GuestMachine m;
  Guest g{m, {}, {}, {}};
  m.vcpu.on_interrupt(33, {&Guest::handler, &g});
  m.vcpu.op() = Op::open(Time(0));
  spawn(g.sleeps(), "guest");
  Raiser source{{}, &m.vcpu, 33};
  source.at(kPosted);
  run_to(Time(100'000'000));
  // IPI 500, idle exit 1000, host 1500, scheduler 3000, injection 1500, entry 600, guest 900, end 1700, handler 50
  REQUIRE(g.handled.size() == 1);
  CHECK(g.handled[0] == kPosted + nanoseconds(10'750));
  REQUIRE(g.marks.size() == 1);
  CHECK(g.marks[0] == g.handled[0] + nanoseconds(600 + 4000));
  const Op& op = m.vcpu.op();
  CHECK(spent(op) == g.marks[0] - kPosted);
  CHECK(spent(op, Cause::SchedulerWait) == nanoseconds(1000 + 3000 + 600));
  CHECK(spent(op, Cause::Injection) == nanoseconds(500 + 1500));
  CHECK(counted("vcpu0", "exits_hlt") == 1);
  CHECK(counted("vcpu0", "vm_exits") == 2);
}

TEST_CASE("another processor's wake-up brings a halted guest back", "[virt][timing]") {
  Simulation sim;
  GuestMachine m;
  Guest g{m, {}, {}, {}};
  m.vcpu.op() = Op::open(Time(0));
  spawn(g.sleeps(), "guest");
  spawn(g.wakes_it(), "waker");
  run_to(Time(100'000'000));
  REQUIRE(g.marks.size() == 1);
  // IPI 500, idle exit 1000, host 1500, scheduler 3000, entry 600, wake-up 4000
  CHECK(g.marks[0] == kPosted + nanoseconds(10'600));
  CHECK(spent(m.vcpu.op()) == nanoseconds(10'600));
}

TEST_CASE("an interrupt for another vector leaves a halted guest asleep", "[virt][timing]") {
  Simulation sim;
  GuestMachine m;
  Guest g{m, {}, {}, {}};
  m.vcpu.on_interrupt(33, {&Guest::handler, &g});
  m.vcpu.op() = Op::open(Time(0));
  spawn(g.sleeps(), "guest");
  Raiser other{{}, &m.vcpu, 35}, mine{{}, &m.vcpu, 33};
  other.at(kPosted);
  mine.at(Time(60'000'000));
  run_to(Time(100'000'000));
  REQUIRE(g.marks.size() == 1);
  CHECK(g.handled.at(0) == Time(60'000'000) + nanoseconds(10'750));
  CHECK(counted("vcpu0", "exits_hlt") == 2);
  CHECK(counted("vcpu0", "injected_interrupts") == 2);
}
