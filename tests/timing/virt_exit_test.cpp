#include <catch2/catch.hpp>

#include "support/machine.h"

using namespace viosim;
using namespace viosim::test;

namespace {

/// An emulated device: 100 cycles of the monitor an access.
struct Device : TrapIf {
  std::vector<std::size_t> writes;
  std::uint16_t offset = 0;
  Task<> port_write(Exec& vmm, std::uint16_t at, std::span<const std::byte> data) override {
    co_await vmm.execute(Cycles(100), Cause::Execute);
    offset = at;
    writes.push_back(data.size());
  }
  Task<std::uint64_t> port_read(Exec& vmm, std::uint16_t at, Bytes) override {
    co_await vmm.execute(Cycles(100), Cause::Execute);
    offset = at;
    co_return 0x1122334455667788;
  }
};

struct Script {
  virt::Vcpu& vcpu;
  std::vector<Time> marks;
  std::uint64_t value = 0;
  std::vector<std::byte> data = {};

  Process writes() {
    co_await vcpu.port_write(0x1004, data);
    marks.push_back(now());
  }
  Process reads(std::uint16_t port, Bytes size) {
    value = co_await vcpu.port_read(port, size);
    marks.push_back(now());
  }
  Process loads(Gpa from, std::size_t n) {
    data.resize(n);
    co_await vcpu.load(from, data);
    marks.push_back(now());
  }
  Process calls() {
    co_await vcpu.hypercall();
    marks.push_back(now());
  }
};

}  // namespace

TEST_CASE("a port write is exit, handling, device and entry", "[virt][timing]") {
  Simulation sim;
  GuestMachine m;
  Device device;
  m.vcpu.attach_ports(0x1000, 16, device);
  Script s{m.vcpu, {}};
  s.data.resize(4);
  m.vcpu.op() = Op::open(Time(0));
  spawn(s.writes(), "guest");
  run_to(Time(100'000'000));
  REQUIRE(s.marks.size() == 1);
  CHECK(s.marks[0] == Time(3'100'000));
  CHECK(device.offset == 4);
  const Op& op = m.vcpu.op();
  CHECK(spent(op, Cause::VmExit) == nanoseconds(400));
  CHECK(spent(op, Cause::ExitHandling) == nanoseconds(2000));
  CHECK(spent(op, Cause::Execute) == nanoseconds(100));
  CHECK(spent(op, Cause::VmEntry) == nanoseconds(600));
  CHECK(counted("vcpu0", "vm_exits") == 1);
  CHECK(counted("vcpu0", "exits_port_io") == 1);
}

TEST_CASE("a string write exits once a chunk and reaches the device whole", "[virt][timing]") {
  Simulation sim;
  GuestMachine m;
  Device device;
  m.vcpu.attach_ports(0x1000, 16, device);
  Script s{m.vcpu, {}};
  s.data.resize(4097);
  spawn(s.writes(), "guest");
  run_to(Time(100'000'000));
  CHECK(s.marks.at(0) == Time(8'100'000));  // twice 400 + 3000 + 600, once 100
  CHECK(device.writes == std::vector<std::size_t>{4097});
  CHECK(counted("vcpu0", "exits_string_io") == 2);
}

TEST_CASE("a port read answers as many bytes as were asked for", "[virt][timing]") {
  Simulation sim;
  GuestMachine m;
  Device device;
  m.vcpu.attach_ports(0x1000, 16, device);
  Script s{m.vcpu, {}};
  spawn(s.reads(0x1008, Bytes(4)), "guest");
  run_to(Time(100'000'000));
  CHECK(s.value == 0x55667788);
  CHECK(s.marks.at(0) == Time(3'100'000));
}

TEST_CASE("a port without a device reads as ones and exits all the same", "[virt][timing]") {
  Simulation sim;
  GuestMachine m;
  Script s{m.vcpu, {}};
  spawn(s.reads(0x3f8, Bytes(1)), "guest");
  run_to(Time(100'000'000));
  CHECK(s.value == 0xff);
  CHECK(s.marks.at(0) == Time(3'000'000));
}

TEST_CASE("a hypercall costs its own handling", "[virt][timing]") {
  Simulation sim;
  GuestMachine m;
  Script s{m.vcpu, {}};
  spawn(s.calls(), "guest");
  run_to(Time(100'000'000));
  CHECK(s.marks.at(0) == Time(1'500'000));
  CHECK(counted("vcpu0", "exits_hypercall") == 1);
}

TEST_CASE("a load across two pages walks twice and then not again", "[virt][timing]") {
  Simulation sim;
  GuestMachine m;
  const Gpa a = m.vcpu.allocate(Bytes(8192), Bytes(4096));
  Script s{m.vcpu, {}};
  m.vcpu.op() = Op::open(Time(0));
  spawn(s.loads(a + Bytes(4092), 8), "guest");
  run_to(Time(1'000'000));
  CHECK(s.marks.at(0) == Time(340'000));  // each page: walk 90, then its line by 20 + 60 ns
  CHECK(spent(m.vcpu.op(), Cause::PageWalk) == nanoseconds(180));
  CHECK(spent(m.vcpu.op()) == nanoseconds(340));
  m.vcpu.op() = Op{};
  spawn(s.loads(a + Bytes(4092), 8), "guest");
  run_to(Time(2'000'000));
  CHECK(s.marks.at(1) == Time(1'000'000));
  CHECK(counted("vcpu0", "ept_walks") == 2);
}

TEST_CASE("without VPID an exit empties the TLB", "[virt][timing]") {
  Simulation sim;
  GuestMachine m(exit_literals().set("vpid", "false"));
  const Gpa a = m.vcpu.allocate(Bytes(64), Bytes(64));
  Script s{m.vcpu, {}};
  spawn(s.loads(a, 8), "guest");
  run_to(Time(1'000'000));
  spawn(s.calls(), "guest");
  run_to(Time(10'000'000));
  spawn(s.loads(a, 8), "guest");
  run_to(Time(20'000'000));
  CHECK(s.marks.at(2) == Time(10'090'000));
  CHECK(counted("vcpu0", "ept_walks") == 2);
}
