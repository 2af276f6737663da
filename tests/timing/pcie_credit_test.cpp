#include <catch2/catch.hpp>

#include "support/pcie_rig.h"

using namespace viosim;
using namespace viosim::test;

TEST_CASE("a write waits until the credit of the one before is back", "[pcie][timing]") {
  Simulation sim;
  PcieRig rig(link_literals(), root_literals().set("posted_headers", "1"));
  DmaRequest a, b;
  PcieRig::prepare(a, false, 0x1'0000, 64);
  PcieRig::prepare(b, false, 0x1'0040, 64);
  rig.endpoint.submit(a);
  rig.endpoint.submit(b);
  CHECK(a.finished);
  CHECK_FALSE(b.finished);  // it has not left the device
  scheduler().run_until(Time(2'000'000));
  REQUIRE(b.finished);
  // Freed at 211 ns, UpdateFC 30 ns later, 8 bytes 2 ns, 100 ns of wire.
  CHECK(spent(rig.memory.last_write, Cause::CreditStall) == 343'000 - 21'000);  // the wire was busy with a
  CHECK(rig.memory.writes[1].at == Time(343'000 + 211'000));
  CHECK(b.op.last() == Time(343'000));
  CHECK(counter("link.up", "credit_stalls") == 1);
}

TEST_CASE("data credits count sixteen bytes each", "[pcie][timing]") {
  Simulation sim;
  PcieRig rig(link_literals(), root_literals().set("posted_data", "20"));
  DmaRequest a, b, c;
  PcieRig::prepare(a, false, 0x1'0000, 256);  // 16 units
  PcieRig::prepare(b, false, 0x1'0100, 64);   // 4
  PcieRig::prepare(c, false, 0x1'0140, 1);    // 1: none is left
  rig.endpoint.submit(a);
  rig.endpoint.submit(b);
  CHECK(rig.link.up.credits(TlpClass::posted).data_used() == 20);
  rig.endpoint.submit(c);
  scheduler().run_until(Time(2'000'000));
  CHECK(counter("link.up", "credit_stalls") == 1);
  CHECK(rig.memory.writes.size() == 3);
  CHECK(c.finished);
}

TEST_CASE("writes pass reads without credits, reads do not pass writes without credits", "[pcie][timing]") {
  Simulation sim;
  PcieRig rig(link_literals(), root_literals().set("posted_headers", "1").set("non_posted_headers", "1"));
  DmaRequest r1, r2, w1, w2, r3;
  PcieRig::prepare(r1, true, 0x1'0000, 64);
  PcieRig::prepare(r2, true, 0x1'0040, 64);
  PcieRig::prepare(w1, false, 0x2'0000, 64, 1);
  PcieRig::prepare(w2, false, 0x2'0040, 64, 2);
  PcieRig::prepare(r3, true, 0x2'0040, 64);
  rig.endpoint.submit(r1);
  rig.endpoint.submit(r2);  // no credit
  rig.endpoint.submit(w1);  // passes r2
  CHECK(counter("link.up", "tlps_write") == 1);
  rig.endpoint.submit(w2);  // no credit
  rig.endpoint.submit(r3);  // may not pass w2
  scheduler().run_until(Time(5'000'000));
  REQUIRE(r3.finished);
  CHECK(spent(r2.op, Cause::CreditStall) > 0);
  CHECK(spent(r2.op, Cause::OrderingStall) == 0);
  CHECK(spent(r3.op, Cause::OrderingStall) > 0);
  CHECK(r3.data.bytes()[0] == std::byte{2});
}

TEST_CASE("an acknowledgement takes eight bytes of the other direction", "[pcie][timing]") {
  Simulation sim;
  PcieRig rig(link_literals().set("ack_interval", "1"));
  DmaRequest w;
  PcieRig::prepare(w, false, 0x1'0000, 64);
  rig.endpoint.submit(w);
  ledger().open_window(Time{});
  scheduler().run_until(Time(1'000'000));
  ledger().close_window(now());
  for (const SiteReport& site : ledger().sites())
    if (ledger().path(site.site) == "link.down") CHECK(site.background == nanoseconds(2));
  CHECK(counter("link.down", "dllps") == 1);
}

TEST_CASE("a TLP larger than the receiver's buffer is an error, not a hang", "[pcie][unit]") {
  Simulation sim;
  PcieRig rig(link_literals(), root_literals().set("posted_data", "8"));
  DmaRequest w;
  PcieRig::prepare(w, false, 0x1'0000, 256);
  CHECK_THROWS_WITH(rig.endpoint.submit(w), Catch::Contains("link.up") && Catch::Contains("larger"));
}

TEST_CASE("a read with credits waits behind a write without, a small write behind a large one", "[pcie][timing]") {
  Simulation sim;
  PcieRig rig(link_literals(), root_literals().set("posted_data", "20"));
  DmaRequest first, large, small, read;
  PcieRig::prepare(first, false, 0x1'0000, 256, 1);  // 16 units of 20
  PcieRig::prepare(large, false, 0x2'0000, 128, 2);  // 8: not there
  PcieRig::prepare(small, false, 0x2'0000, 16, 3);   // 1 would be
  PcieRig::prepare(read, true, 0x2'0000, 64);
  rig.endpoint.submit(first);
  rig.endpoint.submit(large);
  rig.endpoint.submit(small);
  rig.endpoint.submit(read);
  CHECK(counter("link.up", "tlps_write") == 1);
  CHECK(counter("link.up", "tlps_read") == 0);
  scheduler().run_until(Time(5'000'000));
  REQUIRE(rig.memory.writes.size() == 3);
  CHECK(rig.memory.writes[2].address == Hpa(0x2'0000));
  // The first is done at 69 + 100 + 50 + 40 ns; its credits are back 30 + 2 + 100 ns later.
  CHECK(spent(rig.memory.last_write, Cause::CreditStall) == 391'000 - 69'000);  // the wire's time for the first
  REQUIRE(read.finished);
  CHECK(spans(read.op, Cause::OrderingStall) >= 1);
  CHECK(spent(read.op, Cause::CreditStall) == 0);
  CHECK(read.data.bytes()[0] == std::byte{3});
  CHECK(read.data.bytes()[16] == std::byte{2});
}
