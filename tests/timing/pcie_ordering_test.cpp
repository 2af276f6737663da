#include <catch2/catch.hpp>

#include <array>
#include <utility>

#include "support/pcie_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

/// Room for one large write at a time: 256 bytes are 16 units.
LiteralParams tight() { return root_literals().set("posted_data", "20"); }

struct Three {
  explicit Three(PcieRig& rig, bool relaxed) {
    PcieRig::prepare(a, false, 0x1'0000, 256, 1);
    PcieRig::prepare(b, false, 0x2'0000, 256, 2);
    PcieRig::prepare(c, false, 0x3'0000, 64, 3);
    c.relaxed_ordering = relaxed;
    for (DmaRequest* r : {&a, &b, &c}) rig.endpoint.submit(*r);
  }
  DmaRequest a, b, c;
};

}  // namespace

TEST_CASE("a relaxed write passes one that waits for credits", "[pcie][ordering][timing]") {
  Simulation sim;
  PcieRig rig(link_literals(), tight());
  Three three(rig, true);
  scheduler().run_until(Time(2'000'000));
  REQUIRE(rig.memory.writes.size() == 3);
  CHECK(rig.memory.writes[1].address == Hpa(0x3'0000));
  // Behind the first one's 69 ns on the wire; memory takes it at once.
  CHECK(rig.memory.writes[1].at == Time(69'000 + 21'000 + 100'000 + 50'000 + 40'000));
  CHECK(three.a.finished);
  CHECK(three.b.finished);
  CHECK(three.c.finished);
}

TEST_CASE("a write that is not relaxed stays behind", "[pcie][ordering][timing]") {
  Simulation sim;
  PcieRig rig(link_literals(), tight());
  Three three(rig, false);
  scheduler().run_until(Time(2'000'000));
  REQUIRE(rig.memory.writes.size() == 3);
  CHECK(rig.memory.writes[2].address == Hpa(0x3'0000));
  CHECK(spent(rig.memory.last_write, Cause::CreditStall) > 0);
}

TEST_CASE("a relaxed read stays behind writes", "[pcie][ordering][timing]") {
  Simulation sim;
  PcieRig rig(link_literals(), tight());
  DmaRequest a, b, r;
  PcieRig::prepare(a, false, 0x1'0000, 256, 1);
  PcieRig::prepare(b, false, 0x2'0000, 256, 2);
  PcieRig::prepare(r, true, 0x2'0000, 64);
  r.relaxed_ordering = true;
  for (DmaRequest* request : {&a, &b, &r}) rig.endpoint.submit(*request);
  scheduler().run_until(Time(3'000'000));
  REQUIRE(r.finished);
  CHECK(r.data.bytes()[0] == std::byte{2});
  CHECK(spent(r.op, Cause::OrderingStall) > 0);
}

namespace {
/// A read whose answer meets two stores, the second of which waits for the credit of the first.
Op answered_behind_stores(bool relaxed) {
  PcieRig rig(link_literals(), root_literals(), endpoint_literals().set("posted_headers", "1"));
  DmaRequest r;
  PcieRig::prepare(r, true, 0x1'0000, 64);
  r.relaxed_ordering = relaxed;
  rig.endpoint.submit(r);
  scheduler().run_until(Time(200'000));
  const std::array<std::byte, 8> bytes{};
  rig.root.store(kBar, bytes, false, Op::open(now()));
  rig.root.store(kBar, bytes, false, Op::open(now()));  // from 250 ns on
  scheduler().run_until(Time(5'000'000));
  REQUIRE(r.finished);
  REQUIRE(rig.registers.writes.size() == 2);
  return std::move(r.op);
}
// Request 5 ns, wire 100, transit 50, memory 80, transit 50; 84 bytes 21 ns, wire 100.
constexpr Time kAnswered(285'000 + 121'000);
}  // namespace

TEST_CASE("a relaxed completion passes a store that waits for credits", "[pcie][ordering][timing]") {
  Simulation sim;
  const Op op = answered_behind_stores(true);
  CHECK(spent(op, Cause::OrderingStall) == 0);
  CHECK(op.last() == kAnswered);
}

TEST_CASE("a completion that is not relaxed waits behind the store", "[pcie][ordering][timing]") {
  Simulation sim;
  const Op op = answered_behind_stores(false);
  CHECK(spent(op, Cause::OrderingStall) > 0);
  CHECK(op.last() > kAnswered);
  CHECK(op.last() - kAnswered == Duration(spent(op, Cause::OrderingStall) + spent(op, Cause::LinkSerialization) -
                                          26'000));
}

TEST_CASE("a relaxed write is done before slower writes before it", "[pcie][ordering][timing]") {
  Simulation sim;
  PcieRig rig;
  const auto forge = [&](std::uint64_t address, bool relaxed) {
    auto* tlp = new Tlp;
    tlp->requester = kDevice;
    tlp->address = Iova(address);
    tlp->length = Bytes(64);
    tlp->data = Buffer::make(Bytes(64));
    tlp->relaxed_ordering = relaxed;
    tlp->op = Op::open(now());
    rig.link.up.send(tlp);
  };
  rig.memory.slow_page = Hpa(0x1'0000);
  forge(0x1'0000, false);
  forge(0x2'0000, true);
  forge(0x3'0000, false);
  scheduler().run_until(Time(5'000'000));
  REQUIRE(rig.memory.writes.size() == 3);
  CHECK(rig.memory.writes[0].address == Hpa(0x2'0000));
  CHECK(rig.memory.writes[0].at == Time(42'000 + 190'000));
  CHECK(rig.memory.writes[2].address == Hpa(0x3'0000));
}
