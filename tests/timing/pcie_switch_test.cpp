#include <catch2/catch.hpp>

#include "support/pcie_switch_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

/// ps of `cause` at `site` in the account.
std::int64_t spent_at(const Op& op, const std::string& site, Cause cause) {
  std::int64_t total = 0;
  for (const SpanView& s : op.history())
    if (s.cause == cause && ledger().path(s.site) == site) total += (s.end - s.begin).raw();
  return total;
}

}  // namespace

TEST_CASE("a write crosses a switch that stores it whole", "[pcie][switch][timing]") {
  Simulation sim;
  SwitchRig rig;
  rig.submit(0, false, 0x1'0000, 64, 1);
  scheduler().run_until(Time(2'000'000));
  REQUIRE(rig.memory.writes.size() == 1);
  // Twice 84 bytes 21 ns and 100 ns of wire, transit 100, root complex 50, memory 40.
  CHECK(rig.memory.writes[0].at == Time(2 * 121'000 + 100'000 + 90'000));
  CHECK(spent(rig.memory.last_write, Cause::SwitchTransit) == 100'000);
  CHECK(spent(rig.memory.last_write, Cause::LinkSerialization) == 42'000);
}

TEST_CASE("a write cuts through a switch behind its header", "[pcie][switch][timing]") {
  Simulation sim;
  SwitchRig rig(switch_literals().set("cut_through", "true"));
  rig.submit(0, false, 0x1'0000, 64, 1);
  scheduler().run_until(Time(2'000'000));
  REQUIRE(rig.memory.writes.size() == 1);
  // 20 bytes of header 5 ns instead of 21.
  CHECK(rig.memory.writes[0].at == Time(5'000 + 100'000 + 100'000 + 121'000 + 90'000));
  CHECK(spent(rig.memory.last_write, Cause::LinkSerialization) == 26'000);
}

TEST_CASE("a faster output waits for the bits of a slower input", "[pcie][switch][timing]") {
  Simulation sim;
  SwitchRig rig(switch_literals().set("cut_through", "true"), root_literals(), endpoint_literals(), link_literals(),
                link_literals().set("lanes", "4"));
  rig.submit(0, false, 0x1'0000, 64, 1);
  scheduler().run_until(Time(2'000'000));
  REQUIRE(rig.memory.writes.size() == 1);
  // The tail comes at 42 + 100 ns; it leaves 100 ns of transit later.
  CHECK(rig.memory.writes[0].at == Time(42'000 + 100'000 + 100'000 + 100'000 + 90'000));
}

TEST_CASE("a slower output needs no more than the header", "[pcie][switch][timing]") {
  Simulation sim;
  SwitchRig rig(switch_literals().set("cut_through", "true"), root_literals(), endpoint_literals(),
                link_literals().set("lanes", "4"));
  rig.submit(0, false, 0x1'0000, 64, 1);
  scheduler().run_until(Time(2'000'000));
  REQUIRE(rig.memory.writes.size() == 1);
  CHECK(rig.memory.writes[0].at == Time(5'000 + 100'000 + 100'000 + 42'000 + 100'000 + 90'000));
}

TEST_CASE("reads and register accesses find their way down and back", "[pcie][switch][timing]") {
  Simulation sim;
  SwitchRig rig;
  std::array<std::byte, 64> bytes;
  bytes.fill(std::byte{0x3C});
  rig.memory.write(Hpa(0x1'0000), bytes, nullptr);
  DmaRequest& r = rig.submit(1, true, 0x1'0000, 64);
  rig.root.store(kNeighbourBar + Bytes(16), std::array<std::byte, 8>{std::byte{7}}, false, Op::open(now()));
  MmioLoad load;
  load.address = kBar + Bytes(8);
  load.size = Bytes(4);
  load.op = Op::open(now());
  rig.root.load(load);
  scheduler().run_until(Time(5'000'000));
  REQUIRE(r.finished);
  CHECK(r.status == CplStatus::successful);
  CHECK(r.data.bytes()[63] == std::byte{0x3C});
  CHECK(rig.registers0.writes.empty());
  REQUIRE(rig.registers1.writes.size() == 1);
  CHECK(rig.registers1.writes[0].offset == 16);
  REQUIRE(load.finished);
  CHECK(load.value == 0x1008);
}

TEST_CASE("a device writes to its neighbour without the root complex", "[pcie][switch][timing]") {
  Simulation sim;
  SwitchRig rig;
  rig.submit(0, false, kNeighbourBar.raw() + 8, 8, 9);
  DmaRequest& r = rig.submit(0, true, kNeighbourBar.raw() + 32, 8);
  scheduler().run_until(Time(5'000'000));
  REQUIRE(rig.registers1.writes.size() == 1);
  CHECK(rig.registers1.writes[0].offset == 8);
  // 28 bytes 7 ns on the first wire, 32 bytes 8 ns on the second.
  CHECK(rig.registers1.writes[0].at == Time(7'000 + 100'000 + 100'000 + 8'000 + 100'000));
  REQUIRE(r.finished);
  CHECK(r.status == CplStatus::successful);
  CHECK(r.data.bytes()[0] == std::byte{0x20});
  CHECK(counter("switch", "peer_to_peer") == 3);
  CHECK(counter("uplink.up", "tlps_write") == 0);
}

TEST_CASE("with ACS a neighbour is out of reach: the root complex refuses", "[pcie][switch][timing]") {
  Simulation sim;
  SwitchRig rig(switch_literals().set("acs_redirect", "true"));
  rig.submit(0, false, kNeighbourBar.raw() + 8, 8, 9);
  DmaRequest& r = rig.submit(0, true, kNeighbourBar.raw() + 32, 8);
  scheduler().run_until(Time(5'000'000));
  CHECK(rig.registers1.writes.empty());
  CHECK(counter("root", "dropped_writes") == 1);
  REQUIRE(r.finished);
  CHECK(r.status == CplStatus::unsupported_request);
}

TEST_CASE("a TLP whose turn it is not waits for arbitration, one behind its own kind for the wire",
          "[pcie][switch][timing]") {
  Simulation sim;
  SwitchRig rig;
  rig.submit(0, false, 0x1'0000, 64, 1);
  rig.submit(1, false, 0x2'0000, 64, 2);
  scheduler().run_until(Time(2'000'000));
  REQUIRE(rig.memory.writes.size() == 2);
  CHECK(rig.memory.writes[1].at - rig.memory.writes[0].at == Duration(21'000));
  CHECK(spent(rig.memory.last_write, Cause::Arbitration) == 21'000);
}

TEST_CASE("a TLP behind one of its own input waits for the wire, not for arbitration", "[pcie][switch][timing]") {
  Simulation sim;
  SwitchRig rig(switch_literals(), root_literals(), endpoint_literals(), link_literals().set("lanes", "4"));
  rig.submit(0, false, 0x1'0000, 64, 1);
  rig.submit(0, false, 0x1'0040, 64, 2);
  scheduler().run_until(Time(2'000'000));
  REQUIRE(rig.memory.writes.size() == 2);
  // It comes 21 ns after the first one, which takes 42 ns on the slower wire.
  CHECK(spent_at(rig.memory.last_write, "switch.port0", Cause::LinkSerialization) == 21'000);
  CHECK(spent_at(rig.memory.last_write, "switch.port0", Cause::Arbitration) == 0);
}

TEST_CASE("a switch's buffer is free when the last bit has left it", "[pcie][switch][timing]") {
  Simulation sim;
  SwitchRig rig(switch_literals().set("posted_headers", "1"));
  rig.submit(0, false, 0x1'0000, 64, 1);
  rig.submit(0, false, 0x1'0040, 64, 2);
  scheduler().run_until(Time(5'000'000));
  REQUIRE(rig.memory.writes.size() == 2);
  // It leaves from 221 to 242 ns; UpdateFC 30 ns later, 2 ns of it and 100 of wire.
  CHECK(rig.memory.writes[1].at - rig.memory.writes[0].at == Duration(242'000 + 132'000));
}

TEST_CASE("missing credits above hold the sender below back", "[pcie][switch][timing]") {
  Simulation sim;
  SwitchRig rig(switch_literals().set("posted_headers", "1"), root_literals().set("posted_headers", "1"));
  for (unsigned i = 0; i < 4; ++i) rig.submit(0, false, 0x1'0000 + 64 * i, 64, i + 1);
  CHECK_FALSE(rig.requests[1]->finished);  // the switch has room for one
  scheduler().run_until(Time(200'000));
  CHECK(rig.link0.up.credits(TlpClass::posted).headers_used() == 1);
  scheduler().run_until(Time(10'000'000));
  REQUIRE(rig.memory.writes.size() == 4);
  for (unsigned i = 0; i < 4; ++i) CHECK(rig.memory.writes[i].address == Hpa(0x1'0000 + 64 * i));
  CHECK(spent(rig.memory.last_write, Cause::CreditStall) > 0);
  CHECK(counter("link0.up", "credit_stalls") == 3);
}

TEST_CASE("a read does not pass a write that waits inside the switch", "[pcie][switch][timing]") {
  Simulation sim;
  SwitchRig rig(switch_literals(), root_literals().set("posted_headers", "1"));
  rig.submit(0, false, 0x1'0000, 64, 1);
  rig.submit(0, false, 0x1'0000, 64, 2);
  DmaRequest& r = rig.submit(0, true, 0x1'0000, 64);
  scheduler().run_until(Time(5'000'000));
  REQUIRE(r.finished);
  CHECK(r.data.bytes()[0] == std::byte{2});
  CHECK(spent_at(r.op, "switch.port0", Cause::OrderingStall) > 100'000);
  CHECK(spent_at(r.op, "switch.port0", Cause::CreditStall) == 0);
}

TEST_CASE("a switch with errors on its links repairs them and keeps the bytes", "[pcie][switch][replay]") {
  Simulation sim;
  SwitchRig rig(switch_literals().set("cut_through", "true").set("posted_headers", "4"));
  LiteralParams faults = fault_literals().set("fault_corrupt", "0.2").set("retrain_limit", "50");
  const pcie::FaultParams params(faults);
  rig.link0.inject(params, 5);
  rig.uplink.inject(params, 6);
  DmaRequest& w = rig.submit(0, false, 0x1'0000, 4000, 0xA7);
  DmaRequest& r = rig.submit(0, true, 0x1'0000, 4000);
  scheduler().run_until(Time(500'000'000));
  REQUIRE(w.finished);
  REQUIRE(r.finished);
  CHECK(r.status == CplStatus::successful);
  CHECK(r.data.bytes()[3999] == std::byte{0xA7});
  CHECK(counter("link0.up", "naks") + counter("uplink.up", "naks") > 0);
}
