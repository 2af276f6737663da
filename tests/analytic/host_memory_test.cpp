#include <catch2/catch.hpp>

#include "support/machine.h"

using namespace viosim;
using namespace viosim::test;

TEST_CASE("the card's formula of a device read from DRAM", "[host][analytic]") {
  Simulation sim;
  Machine m;
  Time at(0);
  for (const std::int64_t lines : {1, 2, 4, 32, 64}) {
    const Hpa a = m.memory.allocate(Bytes(lines * 64), Bytes(4096), 0);
    Op op = Op::open(at);
    const Time end = m.memory.device_read(op, a, Bytes(lines * 64), at);
    CHECK(end - at == nanoseconds(20 + 60 + 4 * (lines - 1)));  // 64 B at 128 Gb/s: 4 ns
    at = end;
  }
}

TEST_CASE("the card's formula of a device read from the cache", "[host][analytic]") {
  Simulation sim;
  Machine m(host_literals().set("ddio", "true").set("ddio_ways", "16"));
  Time at(0);
  for (const std::int64_t lines : {1, 2, 4, 32}) {
    const Hpa a = m.memory.allocate(Bytes(lines * 64), Bytes(4096), 0);
    Op op = Op::open(at);
    at = m.memory.device_write(op, a, Bytes(lines * 64), at);
    CHECK(spent(op) == nanoseconds(20 + 2 * (lines - 1)));
    const Time end = m.memory.device_read(op, a, Bytes(lines * 64), at);
    CHECK(end - at == nanoseconds(20 + 2 * (lines - 1)));
    at = end;
  }
}

TEST_CASE("a core streams at the pace of its fill buffers", "[host][analytic]") {
  Simulation sim;
  Machine m;
  const Hpa a = m.memory.allocate(Bytes(4096), Bytes(4096), 0);
  Op op = Op::open(Time(0));
  // Ten lines every 80 ns: line k no earlier than 80 + 8 x k.
  CHECK(m.memory.core_access(op, MemAccess::load, a, Bytes(4096), 0, Time(0)) == Time(80'000 + 63 * 8'000));
  CHECK(spent(op) == nanoseconds(80 + 63 * 8));
}

TEST_CASE("a core stores as far as its store buffer reaches", "[host][analytic]") {
  Simulation sim;
  Machine m;
  const Hpa a = m.memory.allocate(Bytes(8192), Bytes(4096), 0);
  Op op = Op::open(Time(0));
  CHECK(m.memory.core_access(op, MemAccess::store, a, Bytes(8 * 64), 0, Time(0)) == Time(0));
  CHECK(m.memory.core_access(op, MemAccess::store, a + Bytes(4096), Bytes(18 * 64), 0, Time(0)) == Time(80'000));
}

TEST_CASE("data direct I/O turns over within its ways", "[host][analytic]") {
  Simulation sim;
  Machine m(host_literals().set("ddio", "true").set("llc_size", "64 KB").set("llc_ways", "16"));
  // 64 sets: lines 4 KB apart share one. Two ways for devices, so the third write displaces the first.
  const Hpa a = m.memory.allocate(Bytes(3 * 4096), Bytes(4096), 0);
  Op op = Op::open(Time(0));
  Time at(0);
  for (std::int64_t i = 0; i < 3; ++i) at = m.memory.device_write(op, a + Bytes(i * 4096), Bytes(64), at);
  CHECK(spent(op, Cause::DramAccess) == kZeroTime);
  m.memory.device_read(op, a + Bytes(2 * 4096), Bytes(64), at);
  CHECK(spent(op, Cause::DramAccess) == kZeroTime);
  m.memory.device_read(op, a, Bytes(64), op.last());
  CHECK(spent(op, Cause::DramAccess) > nanoseconds(59));
}
