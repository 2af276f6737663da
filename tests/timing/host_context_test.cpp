#include <catch2/catch.hpp>

#include "support/machine.h"

using namespace viosim;
using namespace viosim::test;

namespace {

struct Script {
  Machine& m;
  std::vector<Time> marks;
  std::uint64_t value = 0;

  Process lines() {
    std::array<std::byte, 128> data{};
    co_await m.core0.mmio_store_lines(Gpa(Registers::kBase), data);
    marks.push_back(now());
  }
  Process doorbells() {
    co_await m.core0.mmio_store(Gpa(Registers::kBase), 0x11223344, Bytes(4));
    marks.push_back(now());
    co_await m.core0.mmio_store(Gpa(Registers::kBase + 8), 1, Bytes(8));
    marks.push_back(now());
  }
  Process doorbells_then_ask() {
    co_await m.core0.mmio_store(Gpa(Registers::kBase), 1, Bytes(4));
    co_await m.core0.mmio_store(Gpa(Registers::kBase + 8), 1, Bytes(8));
    value = co_await m.core0.mmio_load(Gpa(Registers::kBase), Bytes(4));
    marks.push_back(now());
  }
  Process ask() {
    value = co_await m.core0.mmio_load(Gpa(Registers::kBase), Bytes(4));
    marks.push_back(now());
  }
  Process copy_page(Gpa from, Gpa to) {
    co_await m.core0.copy(from, to, Bytes(256));
    marks.push_back(now());
  }
  Process polls(Watch& w) {
    co_await m.core0.poll(w, Cycles(10));
    marks.push_back(now());
  }
};

/// Writes a line of memory at a time, as a device would.
struct Writer : Wakeable {
  Machine* m;
  Hpa address;
  Op op;
  void at(Time t) {
    fire = [](Wakeable* w) {
      auto* self = static_cast<Writer*>(w);
      const std::byte one{1};
      self->m->memory.write(self->address, {&one, 1}, &self->op);
    };
    scheduler().wake_at(t, this);
  }
};

}  // namespace

TEST_CASE("write-combined lines leave one by one as they are flushed", "[host][timing]") {
  Simulation sim;
  Machine m;
  Script s{m, {}};
  m.core0.op() = Op::open(Time(0));
  spawn(s.lines(), "script");
  run_to(Time(1'000'000));
  REQUIRE(m.registers.arrivals.size() == 2);
  CHECK(m.registers.arrivals[0].at == Time(90'000));
  CHECK(m.registers.arrivals[1].at == Time(115'000));
  CHECK(m.registers.arrivals[1].write_combined);
  CHECK(s.marks.at(0) == Time(115'000));
}

TEST_CASE("uncached stores keep their distance while the core goes on", "[host][timing]") {
  Simulation sim;
  Machine m;
  Script s{m, {}};
  m.core0.op() = Op::open(Time(0));
  spawn(s.doorbells(), "script");
  run_to(Time(1'000'000));
  REQUIRE(m.registers.arrivals.size() == 2);
  CHECK(s.marks == std::vector{Time(20'000), Time(40'000)});
  CHECK(m.registers.arrivals[0].at == Time(20'000));
  CHECK(m.registers.arrivals[0].data ==
        std::vector{std::byte{0x44}, std::byte{0x33}, std::byte{0x22}, std::byte{0x11}});
  CHECK(m.registers.arrivals[1].at == Time(120'000));
}

TEST_CASE("a load from a device blocks the core until it is answered", "[host][timing]") {
  Simulation sim;
  Machine m;
  Script s{m, {}};
  m.core0.op() = Op::open(Time(0));
  spawn(s.ask(), "script");
  run_to(Time(1'000'000));
  CHECK(s.value == 0x1234);
  CHECK(s.marks.at(0) == Time(700'000));
  CHECK(spent(m.core0.op(), Cause::LinkPropagation) == nanoseconds(700));
}

TEST_CASE("a load from a device leaves behind the stores before it", "[host][timing]") {
  Simulation sim;
  Machine m;
  Script s{m, {}};
  m.core0.op() = Op::open(Time(0));
  spawn(s.doorbells_then_ask(), "script");
  run_to(Time(1'000'000));
  REQUIRE(m.registers.arrivals.size() == 2);
  CHECK(m.registers.arrivals[1].at == Time(120'000));
  CHECK(s.marks.at(0) == Time(820'000));
  CHECK(spent(m.core0.op(), Cause::Execute) == nanoseconds(120));
}

TEST_CASE("a copy is cycles and both sides through the caches", "[host][timing]") {
  Simulation sim;
  Machine m;
  const Gpa from = m.core0.allocate(Bytes(4096), Bytes(4096)), to = m.core0.allocate(Bytes(4096), Bytes(4096));
  const std::array<std::byte, 3> data{std::byte{1}, std::byte{2}, std::byte{3}};
  m.memory.write(Hpa(from.raw()), data, nullptr);
  Script s{m, {}};
  m.core0.op() = Op::open(Time(0));
  spawn(s.copy_page(from, to), "script");
  run_to(Time(10'000'000));
  // Four lines from DRAM: 80 ns and three more 8 ns apart (ten fill buffers); 30 + 4 x 8 cycles; stores are buffered.
  CHECK(s.marks.at(0) == Time(166'000));
  CHECK(spent(m.core0.op(), Cause::Copy) == nanoseconds(62));
  std::array<std::byte, 3> out{};
  m.memory.read(Hpa(to.raw()), out);
  CHECK(out == data);
}

TEST_CASE("a poller inherits the write and sees it at its next look", "[host][timing]") {
  Simulation sim;
  Machine m;
  Watch w;
  w.address = m.memory.allocate(Bytes(64), Bytes(64), 0);
  w.length = Bytes(8);
  m.core0.add_watch(w);
  Script s{m, {}};
  m.core0.op() = Op::open(Time(0));
  Station wire("wire", 0);
  Writer writer{{}, &m, w.address, Op::open(Time(0))};
  wire.delay(writer.op, Cause::LinkPropagation, Time(0), nanoseconds(233));
  writer.at(Time(233'000));
  spawn(s.polls(w), "script");
  run_to(Time(1'000'000));
  const Op& op = m.core0.op();
  CHECK(s.marks.at(0) == Time(330'000));  // look from 240 to 250, then the line from DRAM
  CHECK(spent(op, Cause::LinkPropagation) == nanoseconds(233));
  CHECK(spent(op, Cause::PollGap) == nanoseconds(7));
  CHECK(spent(op, Cause::Execute) == nanoseconds(10));
  CHECK(spent(op) == nanoseconds(330));
  CHECK(counted("cpu0", "polls") == 25);
}

TEST_CASE("a write on a look's boundary is seen by that look", "[host][timing]") {
  CHECK(host::CoreTiming::seeing_look(Time(100), Duration(10), Time(130)) == Time(130));
  CHECK(host::CoreTiming::seeing_look(Time(100), Duration(10), Time(129)) == Time(130));
  CHECK(host::CoreTiming::seeing_look(Time(100), Duration(10), Time(131)) == Time(140));
  CHECK(host::CoreTiming::looks_before(Time(100), Duration(10), Time(130)) == 3);
  CHECK(host::CoreTiming::looks_before(Time(100), Duration(10), Time(131)) == 4);
}

TEST_CASE("what was written before costs one look and keeps the poller's account", "[host][timing]") {
  Simulation sim;
  Machine m;
  Watch w;
  w.address = m.memory.allocate(Bytes(64), Bytes(64), 0);
  w.length = Bytes(8);
  m.core0.add_watch(w);
  const std::byte one{1};
  m.memory.write(w.address, {&one, 1}, nullptr);
  REQUIRE(w.hit);
  Script s{m, {}};
  m.core0.op() = Op::open(Time(0));
  spawn(s.polls(w), "script");
  run_to(Time(1'000'000));
  CHECK(s.marks.at(0) == Time(90'000));
  CHECK(m.core0.op().traced());
  CHECK(spent(m.core0.op()) == nanoseconds(90));
  CHECK(counted("cpu0", "polls") == 1);
}
