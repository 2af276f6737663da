#include <catch2/catch.hpp>

#include <array>
#include <utility>

#include "support/iommu_rig.h"
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

TEST_CASE("a write behind a relaxed one that passed is not finished before it has left", "[pcie][ordering][timing]") {
  Simulation sim;
  PcieRig rig(link_literals(), tight());
  DmaRequest w[4];
  for (unsigned i = 0; i < 4; ++i) {
    PcieRig::prepare(w[i], false, 0x1'0000 + 0x1000 * i, i == 3 ? 64 : 256, i + 1);
    w[i].relaxed_ordering = i == 3;
    rig.endpoint.submit(w[i]);
  }
  while (counter("link.up", "tlps_write") < 3) scheduler().run_until(now() + nanoseconds(1));
  scheduler().run_until(now() + nanoseconds(100));
  CHECK(w[1].finished);
  CHECK_FALSE(w[2].finished);
  scheduler().run_until(Time(5'000'000));
  CHECK(w[2].finished);
  CHECK(w[3].finished);
  CHECK(rig.memory.writes.size() == 4);
}

TEST_CASE("a relaxed write passes one that is being translated, others do not", "[pcie][iommu][ordering][timing]") {
  Simulation sim;
  IommuRig iommu;
  PcieRig rig(link_literals(), root_literals(), endpoint_literals(), &iommu.iommu, &iommu.memory);
  Translation warm;
  iommu.ask(warm, kDevice, 0x5000, true);
  iommu.memory.writes.clear();
  const Time start = now();
  DmaRequest cold, strict, relaxed;
  PcieRig::prepare(cold, false, 0x9000, 64, 1);
  PcieRig::prepare(strict, false, 0x5000, 64, 2);
  PcieRig::prepare(relaxed, false, 0x5040, 64, 3);
  relaxed.relaxed_ordering = true;
  for (DmaRequest* r : {&cold, &strict, &relaxed}) rig.endpoint.submit(*r);
  scheduler().run_until(Time(50'000'000));
  REQUIRE(iommu.memory.writes.size() == 3);
  // Third on the wire, 63 ns, 100 of wire, 50 of transit, 40 of memory; the others wait for a walk of 410 ns.
  CHECK(iommu.memory.writes[0].at == start + nanoseconds(253));
  CHECK(iommu.memory.writes[0].address == warm.result + Bytes(0x40));
  CHECK(iommu.memory.writes[2].address == warm.result);
  CHECK(iommu.memory.writes[2].at > start + nanoseconds(410));
}

namespace {
/// When a completion for a load is taken that follows a write to slow memory.
Time taken_behind_slow_write(bool relaxed) {
  PcieRig rig(link_literals(), root_literals().set("completion_headers", "1"),
              endpoint_literals().set("register_read", "10 us"));
  rig.memory.slow_page = Hpa(0x1'0000);
  MmioLoad load;
  load.address = kBar;
  load.size = Bytes(4);
  load.op = Op::open(now());
  rig.root.load(load);
  DmaRequest w;
  PcieRig::prepare(w, false, 0x1'0000, 64);
  rig.endpoint.submit(w);
  auto* answer = new Tlp;
  answer->kind = TlpKind::completion_data;
  answer->length = Bytes(4);
  answer->data = Buffer::make(Bytes(4));
  answer->relaxed_ordering = relaxed;
  answer->op = Op::open(now());
  rig.link.up.send(answer);
  scheduler().run_until(Time(20'000'000));
  REQUIRE(load.finished);
  // Its buffer is free when it is taken: the true answer, 10 us later, finds a credit.
  CHECK(counter("link.up", "credit_stalls") == 0);
  return load.op.last();
}
}  // namespace

TEST_CASE("an answer from a device waits for the write before it", "[pcie][ordering][timing]") {
  Simulation sim;
  CHECK(taken_behind_slow_write(false) == Time(21'000 + 100'000 + 50'000 + 400'000));
}
TEST_CASE("a relaxed answer from a device does not wait for the write before it", "[pcie][ordering][timing]") {
  Simulation sim;
  CHECK(taken_behind_slow_write(true) == Time(21'000 + 6'000 + 100'000 + 50'000));
}

TEST_CASE("a relaxed answer gives its buffer back before the write before it is done", "[pcie][ordering][timing]") {
  Simulation sim;
  PcieRig rig(link_literals(), root_literals().set("completion_headers", "1"));
  rig.memory.slow_page = Hpa(0x1'0000);
  DmaRequest w;
  PcieRig::prepare(w, false, 0x1'0000, 64);  // done at 571 ns
  rig.endpoint.submit(w);
  const auto answer = [&] {  // to nobody: dropped
    auto* tlp = new Tlp;
    tlp->kind = TlpKind::completion;
    tlp->relaxed_ordering = true;
    rig.link.up.send(tlp);
  };
  answer();  // taken at 176 ns; its credit is back 132 ns later
  scheduler().run_until(Time(320'000));
  answer();
  CHECK(counter("link.up", "credit_stalls") == 0);
}
