#include <catch2/catch.hpp>

#include <algorithm>
#include <array>

#include "support/pcie_rig.h"

using namespace viosim;
using namespace viosim::test;

TEST_CASE("a poisoned write is dropped at the root complex and counted", "[pcie][poison][unit]") {
  Simulation sim;
  PcieRig rig;
  DmaRequest bad, good;
  PcieRig::prepare(bad, false, 0x1'0000, 300, 1);
  bad.poisoned = true;
  PcieRig::prepare(good, false, 0x2'0000, 64, 2);
  rig.endpoint.submit(bad);
  rig.endpoint.submit(good);
  scheduler().run_until(Time(2'000'000));
  REQUIRE(rig.memory.writes.size() == 1);
  CHECK(rig.memory.writes[0].address == Hpa(0x2'0000));
  CHECK(counter("root", "poisoned") == 2);  // two TLPs
  CHECK(counter("root", "dropped_writes") == 2);
}

TEST_CASE("a read whose answer is poisoned in part tells its engine, without a byte of it", "[pcie][poison][unit]") {
  Simulation sim;
  PcieRig rig;
  LiteralParams faults = fault_literals();
  rig.link.inject(pcie::FaultParams(faults), 1);
  rig.link.down.replay()->faults().plan_poison({2});
  std::array<std::byte, 512> bytes;
  bytes.fill(std::byte{0x5A});
  rig.memory.write(Hpa(0x1'0000), bytes, nullptr);
  DmaRequest bad, good;
  PcieRig::prepare(bad, true, 0x1'0000, 512);  // eight completions
  PcieRig::prepare(good, true, 0x1'0000, 512);
  rig.endpoint.submit(bad);
  rig.endpoint.submit(good);
  scheduler().run_until(Time(5'000'000));
  REQUIRE(bad.finished);
  REQUIRE(good.finished);
  CHECK(bad.status == CplStatus::poisoned);
  CHECK(std::all_of(bad.data.bytes().begin(), bad.data.bytes().end(), [](std::byte b) { return b == std::byte{}; }));
  CHECK(good.status == CplStatus::successful);
  CHECK(good.data.bytes()[511] == std::byte{0x5A});
  CHECK(counter("endpoint", "poisoned") == 1);
}

TEST_CASE("a poisoned store does not reach the device, a poisoned answer reads as ones", "[pcie][poison][unit]") {
  Simulation sim;
  PcieRig rig;
  LiteralParams faults = fault_literals().set("fault_poison", "1");
  rig.link.inject(pcie::FaultParams(faults), 1);
  rig.root.store(kBar, std::array<std::byte, 8>{}, false, Op::open(now()));
  MmioLoad load;
  load.address = kBar;
  load.size = Bytes(4);
  load.op = Op::open(now());
  rig.root.load(load);
  scheduler().run_until(Time(5'000'000));
  CHECK(rig.registers.writes.empty());
  CHECK(counter("endpoint", "poisoned") == 1);
  REQUIRE(load.finished);
  CHECK(load.value == ~std::uint64_t{0});
  CHECK(counter("root", "poisoned") == 1);
}

TEST_CASE("a poisoned interrupt message is not delivered", "[pcie][poison][unit]") {
  Simulation sim;
  PcieRig rig;
  LiteralParams faults = fault_literals();
  rig.link.inject(pcie::FaultParams(faults), 1);
  rig.link.up.replay()->faults().plan_poison({1});
  rig.endpoint.raise_msix(kDevice, kMsiWindow, 0x40, Op::open(now()));
  rig.endpoint.raise_msix(kDevice, kMsiWindow, 0x41, Op::open(now()));
  scheduler().run_until(Time(5'000'000));
  REQUIRE(rig.interrupts.taken.size() == 1);
  CHECK(rig.interrupts.taken[0].vector == 0x41);
}
