#include <catch2/catch.hpp>

#include "kernel/starving.h"
#include "support/pcie_switch_rig.h"

using namespace viosim;
using namespace viosim::test;

TEST_CASE("nobody starves on an idle link", "[pcie][starving][unit]") {
  Simulation sim;
  PcieRig rig;
  DmaRequest w;
  PcieRig::prepare(w, false, 0x1'0000, 64);
  rig.endpoint.submit(w);
  scheduler().run_until(Time(1'000'000));
  CHECK(Starving::all().empty());
}

TEST_CASE("a link names the credits that it waits for", "[pcie][starving][unit]") {
  Simulation sim;
  PcieRig rig(link_literals(), root_literals().set("posted_headers", "1").set("non_posted_headers", "1")
                                   .set("update_fc_delay", "1 s"));
  DmaRequest w[2], r[3];
  for (DmaRequest& request : r) {
    PcieRig::prepare(request, true, 0x1'0000, 64);
    rig.endpoint.submit(request);
  }
  CHECK(Starving::all() == "link.up: a read of 64 bytes waits for credits (CreditStall; not back are 1 headers and 0 "
                           "units of data), 2 TLPs in all; endpoint: 3 read TLPs without answer (DmaRead)");
  for (DmaRequest& request : w) {
    PcieRig::prepare(request, false, 0x1'0000, 64);
    rig.endpoint.submit(request);
  }
  scheduler().run_until(Time(1'000'000));
  CHECK_THAT(Starving::all(), Catch::Contains("link.up: a write of 64 bytes waits for credits (CreditStall") &&
                                  Catch::Contains("a read of 64 bytes") && Catch::Contains("3 TLPs in all"));
}

TEST_CASE("an endpoint names tags and completion buffer, a root complex its loads", "[pcie][starving][unit]") {
  Simulation sim;
  PcieRig rig(link_literals(), root_literals(),
              endpoint_literals().set("completion_buffer", "512 B"));
  DmaRequest a, b;
  PcieRig::prepare(a, true, 0x1'0000, 4 * 512);
  rig.endpoint.submit(a);
  CHECK_THAT(Starving::all(), Catch::Contains("endpoint: 1 read TLPs without answer (DmaRead), a read waits "
                                              "for room in the completion buffer (CreditStall)"));
  MmioLoad loads[3];
  for (MmioLoad& load : loads) {
    load.address = kBar;
    load.size = Bytes(4);
    load.op = Op::open(now());
    rig.root.load(load);
  }
  CHECK_THAT(Starving::all(),
             Catch::Contains("root: 2 loads without answer, others wait for one of them (TagExhausted)"));
  scheduler().run_until(Time(100'000'000));
  CHECK(Starving::all().empty());
}

TEST_CASE("an endpoint that has no tag says so", "[pcie][starving][unit]") {
  Simulation sim;
  PcieRig rig;  // four tags
  DmaRequest a;
  PcieRig::prepare(a, true, 0x1'0000, 8 * 512);
  rig.endpoint.submit(a);
  CHECK_THAT(Starving::all(), Catch::Contains("endpoint: 4 read TLPs without answer (DmaRead), a read waits "
                                              "for a tag (TagExhausted)"));
}

TEST_CASE("a link with errors names what has no Ack", "[pcie][starving][replay][unit]") {
  Simulation sim;
  PcieRig rig;
  LiteralParams faults = fault_literals().set("replay_buffer", "1").set("replay_timer", "1 s");
  rig.link.inject(pcie::FaultParams(faults), 1);
  rig.link.up.replay()->faults().plan(pcie::Fault::lose, {1});
  DmaRequest w[2];
  for (DmaRequest& request : w) {
    PcieRig::prepare(request, false, 0x1'0000, 64);
    rig.endpoint.submit(request);
  }
  scheduler().run_until(Time(1'000'000));
  CHECK_THAT(Starving::all(), Catch::Contains("link.up: 1 TLPs without Ack and 1 behind them (AckWait)"));
}

TEST_CASE("a switch names the output whose credits are missing", "[pcie][switch][starving][unit]") {
  Simulation sim;
  SwitchRig rig(switch_literals(), root_literals().set("posted_headers", "1").set("update_fc_delay", "1 s"));
  for (unsigned i = 0; i < 3; ++i) rig.submit(0, false, 0x1'0000, 64, 1);
  scheduler().run_until(Time(5'000'000));
  CHECK(Starving::all() == "switch.port0: 2 TLPs wait for credits of the next receiver (CreditStall)");
}
