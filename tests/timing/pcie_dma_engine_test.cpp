#include <catch2/catch.hpp>

#include "support/dma_engine_rig.h"

using namespace viosim;
using namespace viosim::test;

TEST_CASE("a read by descriptor: enqueue, issue, bus, PCI Express, bus, move, signal", "[pcie][timing]") {
  Simulation sim;
  DmaEngineRig rig;
  const std::byte mark[2] = {std::byte{7}, std::byte{9}};
  rig.pcie.memory.write(Hpa(0x1'0000), mark, nullptr);
  DmaRequest r;
  PcieRig::prepare(r, true, 0x1'0000, 64);
  rig.engine.submit(r);
  // 10 enqueue, 5 issue, bus: 1 + 1 cycles = 8, 406 on PCI Express (see there), bus: 1 + 3 cycles (76 B) = 16, move
  // 64 B / 8 B/ns = 8, 20 deliver.
  scheduler().run_until(Time(473'000 - 1));
  CHECK_FALSE(r.finished);
  scheduler().run_until(Time(473'000 + 1));
  REQUIRE(r.finished);
  CHECK(r.op.last() == Time(473'000));
  CHECK(spent(r.op, Cause::Pipeline) == 38'000);
  CHECK(spent(r.op, Cause::RateLimit) == 5'000);
  CHECK(spent(r.op, Cause::LinkSerialization) == 26'000 + 8'000 + 16'000);
  CHECK(r.data.bytes()[1] == std::byte{9});
}

TEST_CASE("a command goes without descriptor and signal", "[pcie][timing]") {
  Simulation sim;
  DmaEngineRig rig;
  DmaRequest r;
  PcieRig::prepare(r, true, 0x1'0000, 64);
  rig.engine.commands().submit(r);
  DmaEngineRig::settle();
  REQUIRE(r.finished);
  CHECK(r.op.last() == Time(443'000));
}

TEST_CASE("a write is issued at the engine's interval and done when its last TLP is on the link", "[pcie][timing]") {
  Simulation sim;
  DmaEngineRig rig;
  DmaRequest a, b;
  PcieRig::prepare(a, false, 0x1'0000, 64, 0x11);
  PcieRig::prepare(b, false, 0x2'0000, 64, 0x22);
  rig.engine.submit(a);
  rig.engine.submit(b);
  DmaEngineRig::settle();
  // 10 enqueue, 30 issue, bus 1 + 3 cycles (80 B) = 16: 56; the link takes it at once; 20 deliver.
  CHECK(a.op.last() == Time(76'000));
  CHECK(b.op.last() == Time(106'000));  // issued 30 ns later
  CHECK(spent(b.op, Cause::RateLimit) == 60'000);
  REQUIRE(rig.pcie.memory.writes.size() == 2);
  CHECK(rig.pcie.memory.writes[0].at == Time(56'000 + 211'000));
}

TEST_CASE("pieces beyond the reads in flight wait and the cause is exhausted tags", "[pcie][timing]") {
  Simulation sim;
  DmaEngineRig rig;  // two in flight
  DmaRequest r[3];
  for (auto& one : r) {
    PcieRig::prepare(one, true, 0x1'0000, 64);
    rig.engine.submit(one);
  }
  DmaEngineRig::settle();
  CHECK(r[0].op.last() == Time(473'000));
  CHECK(spent(r[0].op, Cause::TagExhausted) == 0);
  // The third goes out when the first one's signal is out: issue again, and everything after it.
  CHECK(spent(r[2].op, Cause::TagExhausted) == 463'000);
  CHECK(r[2].op.last() == Time(473'000 + 463'000));
  CHECK(counter("dma", "dma_read_stalls") == 1);
}

TEST_CASE("a long read goes in pieces and moves on once all of it is there", "[pcie][timing]") {
  Simulation sim;
  LiteralParams values = engine_literals();
  values.set("reads_in_flight", "8");
  DmaEngineRig rig(values);
  std::vector<std::byte> data(2000);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::byte>(i * 7);
  rig.pcie.memory.write(Hpa(0x1'0000), data, nullptr);
  DmaRequest r;
  PcieRig::prepare(r, true, 0x1'0000, 2000);
  rig.engine.submit(r);
  DmaEngineRig::settle();
  REQUIRE(r.finished);
  CHECK(std::equal(data.begin(), data.end(), r.data.bytes().begin()));
  CHECK(spent(r.op, Cause::Pipeline) == 10'000 + 250'000 + 20'000);  // moved as a whole: 2000 B / 8 B/ns
  CHECK(counter("link.up", "tlps_read") == 4);
}

TEST_CASE("a refused piece makes the whole transfer refused, an empty one is done at once", "[pcie][timing]") {
  Simulation sim;
  DmaEngineRig rig;
  DmaRequest r, none;
  PcieRig::prepare(r, true, kMemorySize.raw() - 512, 1024);
  PcieRig::prepare(none, true, 0x1'0000, 0);
  rig.engine.submit(r);
  rig.engine.submit(none);
  DmaEngineRig::settle();
  REQUIRE(r.finished);
  CHECK(r.status == CplStatus::unsupported_request);
  REQUIRE(none.finished);
  CHECK(none.op.last() == Time(10'000));
}
