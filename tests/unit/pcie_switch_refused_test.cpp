#include <catch2/catch.hpp>

#include "support/pcie_switch_rig.h"

using namespace viosim;
using namespace viosim::test;

TEST_CASE("a switch without ports, with too few, or with a later link is refused", "[pcie][switch][unit]") {
  Simulation sim;
  LiteralParams values = switch_literals().set("ports", "1").set("generation", "2");
  const pcie::SwitchParams params(values);
  CHECK_THROWS_WITH(pcie::Switch("none", params, 0), Catch::Contains("none: a switch without downstream ports"));
  CHECK_THROWS_WITH(pcie::Switch("many", params, 2), Catch::Contains("many: 2 links and 1 downstream ports"));
  LiteralParams late = link_literals().set("generation", "3");
  const pcie::LinkParams link_params(late);
  pcie::Link link("link", link_params, params.credits, params.credits);
  pcie::Switch one("one", params, 1);
  CHECK_THROWS_WITH(one.attach(link), Catch::Contains("later generation"));
  CHECK_THROWS_WITH(one.add_function(kDevice, 1), Catch::Contains("without a link"));
  CHECK_THROWS_WITH(one.map_bar(kDevice, 0, kBar, Bytes(64)), Catch::Contains("a BAR of no function"));
}

TEST_CASE("what no port leads to is answered, not lost", "[pcie][switch][unit]") {
  Simulation sim;
  SwitchRig rig;
  constexpr Bdf kNobody{0x0500};
  rig.root.map_bar(kNobody, 0, Hpa(0xD0200000), Bytes(4096), 0);
  MmioLoad load;
  load.address = Hpa(0xD0200000);
  load.size = Bytes(4);
  load.op = Op::open(now());
  rig.root.load(load);
  rig.root.store(Hpa(0xD0200000), std::array<std::byte, 4>{}, false, Op::open(now()));
  auto* stray = new Tlp;  // an answer to nobody
  stray->kind = TlpKind::completion;
  stray->requester = kNobody;
  rig.uplink.down.send(stray);
  scheduler().run_until(Time(5'000'000));
  REQUIRE(load.finished);
  CHECK(load.value == ~std::uint64_t{0});
  CHECK(counter("switch", "switch_unsupported") == 3);
}

TEST_CASE("what a switch refuses gives its buffer back", "[pcie][switch][unit]") {
  Simulation sim;
  SwitchRig rig(switch_literals().set("posted_headers", "1"));
  rig.root.map_bar(Bdf{0x0500}, 0, Hpa(0xD0200000), Bytes(4096), 0);
  for (int i = 0; i < 3; ++i)
    rig.root.store(Hpa(0xD0200000), std::array<std::byte, 4>{}, false, Op::open(now()));
  rig.root.store(kBar, std::array<std::byte, 4>{}, false, Op::open(now()));
  scheduler().run_until(Time(5'000'000));
  CHECK(rig.registers0.writes.size() == 1);
}

TEST_CASE("a TLP that the next receiver can never take is an error by name", "[pcie][switch][unit]") {
  Simulation sim;
  SwitchRig rig(switch_literals(), root_literals().set("posted_data", "2"));
  rig.submit(0, false, 0x1'0000, 64, 1);
  CHECK_THROWS_WITH(scheduler().run_until(Time(5'000'000)), Catch::Contains("uplink.up: a TLP of 64 bytes"));
}
