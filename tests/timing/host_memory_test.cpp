#include <catch2/catch.hpp>

#include "support/machine.h"

using namespace viosim;
using namespace viosim::test;

TEST_CASE("a core's line costs cache and DRAM once and nothing when it is near", "[host][timing]") {
  Simulation sim;
  Machine m;
  const Hpa a = m.memory.allocate(Bytes(4096), Bytes(4096), 0);
  Op op = Op::open(Time(0));
  CHECK(m.memory.core_access(op, MemAccess::load, a, Bytes(64), 0, Time(0)) == Time(80'000));
  CHECK(spent(op, Cause::CacheAccess) == nanoseconds(20));
  CHECK(spent(op, Cause::DramAccess) == nanoseconds(60));
  CHECK(m.memory.core_access(op, MemAccess::load, a, Bytes(64), 0, Time(80'000)) == Time(80'000));
  // The socket's other core finds it in the last-level cache, the other socket across the interconnect.
  CHECK(m.memory.core_access(op, MemAccess::load, a, Bytes(8), 1, Time(80'000)) == Time(100'000));
  CHECK(m.memory.core_access(op, MemAccess::load, a, Bytes(8), 2, Time(100'000)) == Time(160'000));
  CHECK(spent(op, Cause::RemoteNode) == nanoseconds(40));
  CHECK(spent(op) == nanoseconds(160));
}

TEST_CASE("another socket's DRAM adds the interconnect", "[host][timing]") {
  Simulation sim;
  Machine m;
  const Hpa a = m.memory.allocate(Bytes(64), Bytes(64), 1);
  Op op = Op::open(Time(0));
  CHECK(m.memory.core_access(op, MemAccess::load, a, Bytes(64), 0, Time(0)) == Time(120'000));
  CHECK(spent(op, Cause::RemoteNode) == nanoseconds(40));
}

TEST_CASE("a line that another core has modified costs a snoop", "[host][timing]") {
  Simulation sim;
  Machine m;
  const Hpa a = m.memory.allocate(Bytes(64), Bytes(64), 0);
  Op op = Op::open(Time(0));
  CHECK(m.memory.core_access(op, MemAccess::store, a, Bytes(8), 0, Time(0)) == Time(0));  // the store buffer takes it
  CHECK(m.memory.core_access(op, MemAccess::load, a, Bytes(8), 1, Time(0)) == Time(30'000));
  CHECK(m.memory.core_access(op, MemAccess::load, a, Bytes(8), 0, Time(30'000)) == Time(30'000));
  m.memory.core_access(op, MemAccess::store, a, Bytes(8), 1, Time(30'000));  // takes it away from core 0
  CHECK(m.memory.core_access(op, MemAccess::load, a, Bytes(8), 0, Time(30'000)) == Time(60'000));
}

TEST_CASE("a device write without DDIO sends the next load to DRAM", "[host][timing]") {
  Simulation sim;
  Machine m;
  const Hpa a = m.memory.allocate(Bytes(64), Bytes(64), 0);
  Op core = Op::open(Time(0)), device = Op::open(Time(0));
  m.memory.core_access(core, MemAccess::load, a, Bytes(64), 0, Time(0));
  // The snoop, then 64 B on a channel of 128 Gb/s: 4 ns, behind the core's own 4 ns that end at 80.
  CHECK(m.memory.device_write(device, a, Bytes(64), Time(0)) == Time(84'000));
  CHECK(spent(device, Cause::CacheAccess) == nanoseconds(20));
  CHECK(m.memory.core_access(core, MemAccess::load, a, Bytes(64), 0, Time(80'000)) > Time(159'999));
}

TEST_CASE("a device write with DDIO stays in the cache", "[host][timing]") {
  Simulation sim;
  Machine m(host_literals().set("ddio", "true"));
  const Hpa a = m.memory.allocate(Bytes(64), Bytes(64), 0);
  Op op = Op::open(Time(0));
  CHECK(m.memory.device_write(op, a, Bytes(64), Time(0)) == Time(20'000));
  CHECK(spent(op, Cause::DramAccess) == kZeroTime);
  CHECK(m.memory.core_access(op, MemAccess::load, a, Bytes(64), 0, Time(20'000)) == Time(40'000));
  // A second write takes the line away from the core: its next load goes to the last-level cache again.
  m.memory.device_write(op, a, Bytes(64), Time(40'000));
  CHECK(m.memory.core_access(op, MemAccess::load, a, Bytes(64), 0, Time(60'000)) == Time(80'000));
}

TEST_CASE("a device read snoops the caches and does not allocate", "[host][timing]") {
  Simulation sim;
  Machine m;
  const Hpa a = m.memory.allocate(Bytes(128), Bytes(64), 0);
  Op op = Op::open(Time(0));
  CHECK(m.memory.device_read(op, a, Bytes(64), Time(0)) == Time(80'000));
  CHECK(m.memory.device_read(op, a, Bytes(64), Time(80'000)) == Time(160'000));
  m.memory.core_access(op, MemAccess::load, a, Bytes(64), 0, Time(160'000));
  CHECK(m.memory.device_read(op, a, Bytes(64), Time(240'000)) == Time(260'000));
  CHECK(counted("memory", "device_llc_misses") == 2);
}

TEST_CASE("a device on a socket crosses the interconnect to the other node", "[host][timing]") {
  Simulation sim;
  Machine m(host_literals().set("io_attachment", "socket"));
  const Hpa near = m.memory.allocate(Bytes(64), Bytes(64), 0), far = m.memory.allocate(Bytes(64), Bytes(64), 1);
  Op op = Op::open(Time(0));
  CHECK(m.memory.device_read(op, near, Bytes(64), Time(0)) == Time(80'000));
  CHECK(m.memory.device_read(op, far, Bytes(64), Time(80'000)) == Time(200'000));
  CHECK(spent(op, Cause::RemoteNode) == nanoseconds(40));
}

TEST_CASE("a line that a page walker has read stays in the last-level cache, one that a device has read does not",
          "[host][timing]") {
  Simulation sim;
  Machine m;
  const Hpa a = m.memory.allocate(Bytes(4096), Bytes(4096), 0);
  Op op = Op::open(Time(0));
  CHECK(m.memory.device_read(op, a, Bytes(8), Time(0)) == Time(80'000));
  CHECK(m.memory.walker_read(op, a, Bytes(8), Time(80'000)) == Time(160'000));
  CHECK(m.memory.walker_read(op, a + Bytes(8), Bytes(8), Time(160'000)) == Time(180'000));
  CHECK(m.memory.walker_read(op, a + Bytes(64), Bytes(8), Time(180'000)) == Time(260'000));
}
