#include <catch2/catch.hpp>

#include <set>

#include "support/machine.h"
#include "virt/virtual_machine.h"

using namespace viosim;
using namespace viosim::test;

TEST_CASE("a guest's pages stand on scattered frames of their own", "[virt][unit]") {
  Simulation sim;
  GuestMachine m;
  std::set<std::uint64_t> frames;
  for (std::uint64_t page = 0; page < 4096; ++page) {
    const Hpa at = m.guest_memory.host_address(Gpa(page * 4096 + 5));
    CHECK(m.memory.contains(at, Bytes(4091)));
    frames.insert(at.raw());
  }
  CHECK(frames.size() == 4096);
  const Gpa a = m.vcpu.allocate(Bytes(8192), Bytes(4096));
  CHECK(m.vcpu.translate(a, Bytes(4096)).raw() != a.raw());
  CHECK_THROWS_AS(m.vcpu.translate(a, Bytes(4097)), std::out_of_range);
}

TEST_CASE("a range outside the guest is refused without overflow", "[virt][unit]") {
  Simulation sim;
  GuestMachine m;
  const auto& g = m.guest_memory;
  CHECK(g.contains(Gpa(0), Bytes(16 << 20)));
  CHECK(g.contains(Gpa(16 << 20), Bytes(0)));
  CHECK_FALSE(g.contains(Gpa(1), Bytes(16 << 20)));
  CHECK_FALSE(g.contains(Gpa(~std::uint64_t{0}), Bytes(2)));
  CHECK_FALSE(g.contains(Gpa(4096), Bytes(INT64_MAX)));
  CHECK_FALSE(g.contains(Gpa(4096), Bytes(-1)));
  CHECK_THROWS_AS(g.host_address(Gpa(16 << 20)), std::out_of_range);
  std::array<std::byte, 8> data{};
  CHECK_THROWS_AS(m.vcpu.load(Gpa((16 << 20) - 4), data), std::out_of_range);
  CHECK_THROWS_AS(m.vcpu.store(Gpa(~std::uint64_t{0} - 3), data), std::out_of_range);
  CHECK_THROWS_AS(m.vcpu.allocate(Bytes(16 << 20), Bytes(4096)), std::length_error);
}

TEST_CASE("a guest's bytes cross its pages", "[virt][unit]") {
  Simulation sim;
  GuestMachine m;
  const Gpa a = m.vcpu.allocate(Bytes(8192), Bytes(4096)) + Bytes(4094);
  const std::array<std::byte, 4> data{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
  m.vcpu.store(a, data);
  std::array<std::byte, 4> back{};
  m.vcpu.load(a, back);
  CHECK(back == data);
  std::array<std::byte, 2> tail{};
  m.memory.read(m.guest_memory.host_address(a + Bytes(2)), tail);
  CHECK(tail[0] == std::byte{3});
}

TEST_CASE("pages of 2 MB keep a page's bytes together", "[virt][unit]") {
  Simulation sim;
  GuestMachine m(exit_literals(), {}, host_literals(), Bytes(2 << 20));
  const Gpa a = m.vcpu.allocate(Bytes(1 << 20), Bytes(1 << 20));
  CHECK_NOTHROW(m.vcpu.translate(a, Bytes(1 << 20)));
}

TEST_CASE("impossible guest memories are refused", "[virt][unit]") {
  Simulation sim;
  Machine m;
  CHECK_THROWS_AS(virt::GuestMemory(m.memory, Bytes(16 << 20), Bytes(8192), 0), std::invalid_argument);
  CHECK_THROWS_AS(virt::GuestMemory(m.memory, Bytes(4096), Bytes(4096), 0), std::invalid_argument);
  CHECK_THROWS_AS(virt::GuestMemory(m.memory, Bytes(1 << 30), Bytes(4096), 0), std::length_error);
  CHECK_THROWS_AS(virt::GuestMemory(m.memory, Bytes(16 << 20), Bytes(4096), 2), std::invalid_argument);
}

TEST_CASE("a capability that the part lacks is an error that names it", "[virt][unit]") {
  Simulation sim;
  Machine m;
  const virt::ExitCosts costs{*std::make_unique<LiteralParams>(exit_literals())};
  virt::GuestMemory memory(m.memory, Bytes(16 << 20), Bytes(4096), 0);
  CHECK_THROWS_WITH(virt::Vcpu("a", costs, {true, false}, m.core0, m.memory, memory), Catch::Contains("apicv"));
  CHECK_THROWS_WITH(virt::Vcpu("b", costs, {false, true}, m.core0, m.memory, memory),
                    Catch::Contains("posted_interrupts"));
}

TEST_CASE("one core runs one virtual processor", "[virt][unit]") {
  Simulation sim;
  GuestMachine m;
  CHECK_THROWS_AS(virt::Vcpu("second", m.costs, {}, m.core0, m.memory, m.guest_memory), std::invalid_argument);
}

TEST_CASE("an assigned device's registers are reached through the map alone", "[virt][unit]") {
  Simulation sim;
  GuestMachine m;
  virt::VirtualMachine vm(m.guest_memory, m.vcpu);
  const Gpa at = vm.map_registers(Hpa(Registers::kBase), Bytes(4096));
  CHECK_NOTHROW(m.vcpu.mmio_store(at + Bytes(4088), 1, Bytes(8)));
  CHECK_THROWS_AS(m.vcpu.mmio_store(at + Bytes(4092), 1, Bytes(8)), std::out_of_range);
  CHECK_THROWS_AS(m.vcpu.mmio_store(Gpa(Registers::kBase), 1, Bytes(8)), std::out_of_range);
  CHECK_THROWS_AS(m.vcpu.map_mmio(at + Bytes(64), Hpa(0), Bytes(64)), std::invalid_argument);
  CHECK(vm.map_registers(Hpa(Registers::kBase + 4096), Bytes(10)).raw() == at.raw() + 4096);
  run_to(Time(1'000'000));
  REQUIRE(m.registers.arrivals.size() == 1);
  CHECK(m.registers.arrivals[0].address.raw() == Registers::kBase + 4088);
  CHECK(counted("vcpu0", "vm_exits") == 0);
  const MsiMessage message = vm.route_interrupt(33);
  CHECK(message.address == 0xFEE00000);
  CHECK(message.data == 33);
  CHECK(vm.route_interrupt(33).data == 33);
}

TEST_CASE("emulated devices do not share ports", "[virt][unit]") {
  struct Nothing : TrapIf {
    Task<> port_write(Exec&, std::uint16_t, std::span<const std::byte>) override { co_return; }
    Task<std::uint64_t> port_read(Exec&, std::uint16_t, Bytes) override { co_return 0; }
  } device;
  Simulation sim;
  GuestMachine m;
  m.vcpu.attach_ports(0x1000, 16, device);
  CHECK_THROWS_AS(m.vcpu.attach_ports(0x100f, 4, device), std::invalid_argument);
  CHECK_NOTHROW(m.vcpu.attach_ports(0x1010, 4, device));
}
