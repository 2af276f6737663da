#include <catch2/catch.hpp>

#include "support/pcie_switch_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

/// When a write whose first TLP is lost, or corrupted, is in memory.
Time repaired(pcie::Fault fault, LiteralParams faults = fault_literals()) {
  PcieRig rig(link_literals().set("ack_interval", "1"));
  rig.link.inject(pcie::FaultParams(faults), 1);
  rig.link.up.replay()->faults().plan(fault, {1});
  DmaRequest w;
  PcieRig::prepare(w, false, 0x1'0000, 64);
  rig.endpoint.submit(w);
  scheduler().run_until(Time(100'000'000));
  REQUIRE(rig.memory.writes.size() == 1);
  return rig.memory.writes[0].at;
}
constexpr Time kLost(732'000), kCorrupted(434'000);  // tests/timing/pcie_replay_test.cpp has their sums

/// When a read through a switch is done.
Time read_through(LiteralParams switch_values) {
  SwitchRig rig(switch_values);
  DmaRequest& r = rig.submit(0, true, 0x1'0000, 64);
  scheduler().run_until(Time(100'000'000));
  REQUIRE(r.finished);
  return r.op.last();
}
// Up twice 5 + 100 ns and the switch's 100, 50 + 80 + 50 at the host, down twice 21 + 100 and 100.
constexpr Time kThrough(832'000);

}  // namespace

TEST_CASE("a replay timer twice as long shifts a lost TLP alone", "[pcie][replay][perturbation]") {
  Simulation sim;
  CHECK(repaired(pcie::Fault::lose, fault_literals().set("replay_timer", "1 us")) == kLost + nanoseconds(500));
}
TEST_CASE("a corrupted TLP does not know the replay timer, nor training, nor the Ack's latency",
          "[pcie][replay][perturbation]") {
  Simulation sim;
  CHECK(repaired(pcie::Fault::corrupt, fault_literals().set("replay_timer", "1 us").set("retrain", "20 us")
                                           .set("ack_latency", "40 ns")) == kCorrupted);
}
TEST_CASE("the read through a switch that is perturbed takes its known time", "[pcie][switch][perturbation]") {
  Simulation sim;
  CHECK(read_through(switch_literals()) == kThrough);
}
TEST_CASE("a switch's transit doubled shifts a read by its two crossings", "[pcie][switch][perturbation]") {
  Simulation sim;
  CHECK(read_through(switch_literals().set("transit", "200 ns")) == kThrough + nanoseconds(200));
}
TEST_CASE("cut-through takes a read's serialisation once each way, and each header twice",
          "[pcie][switch][perturbation]") {
  Simulation sim;
  // The answer's 16 ns of data, once less; a request is all header.
  CHECK(read_through(switch_literals().set("cut_through", "true")) == kThrough - nanoseconds(16));
}
TEST_CASE("a read alone does not know the arbiter, ACS and credits in plenty", "[pcie][switch][perturbation]") {
  Simulation sim;
  CHECK(read_through(switch_literals().set("arbitration", "by-lanes").set("acs_redirect", "true")
                         .set("posted_headers", "100").set("non_posted_headers", "100")) == kThrough);
}
