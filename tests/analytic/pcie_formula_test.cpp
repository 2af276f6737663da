#include <catch2/catch.hpp>

#include "support/pcie_rig.h"

using namespace viosim;
using namespace viosim::test;

TEST_CASE("bytes on the wire are the specification's", "[pcie][analytic]") {
  using pcie::LinkTiming;
  CHECK(LinkTiming::wire_size(TlpKind::memory_write, Bytes(256), false) == Bytes(280));
  CHECK(LinkTiming::wire_size(TlpKind::memory_write, Bytes(256), true) == Bytes(276));
  CHECK(LinkTiming::wire_size(TlpKind::memory_read, Bytes(0), false) == Bytes(24));
  CHECK(LinkTiming::wire_size(TlpKind::completion_data, Bytes(64), true) == Bytes(84));
  CHECK(LinkTiming::wire_size(TlpKind::memory_write, Bytes(2), false) == Bytes(28));
}

TEST_CASE("the rate is lanes times the lane's, less skip ordered sets", "[pcie][analytic]") {
  LiteralParams in = link_literals().set("lane_rate", "7.877 Gb/s").set("skp_share", "0.0027");
  const pcie::LinkTiming timing{pcie::LinkParams(in)};
  CHECK(timing.rate().raw() == 62'845'856'800);
}

TEST_CASE("a stream of writes runs at payload over payload and overhead", "[pcie][analytic]") {
  Simulation sim;
  PcieRig rig;
  constexpr std::int64_t kWrites = 100;
  std::vector<DmaRequest> w(3 * kWrites);
  std::int64_t wire = 0, tlps = 0;
  for (std::size_t i = 0; i < w.size(); ++i) {
    const std::int64_t size = i % 3 == 0 ? 64 : i % 3 == 1 ? 256 : 1024;
    const std::int64_t pieces = (size + 255) / 256;
    wire += size + 20 * pieces;  // short addresses
    tlps += pieces;
    PcieRig::prepare(w[i], false, 0x1'0000, size);
    rig.endpoint.submit(w[i]);
  }
  scheduler().run_until(Time(1'000'000'000));
  const auto& done = rig.memory.writes;
  REQUIRE(done.size() == static_cast<std::size_t>(tlps));
  CHECK(done.back().at == Time(wire * 250 + 190'000));  // 4 B/ns; then wire, root complex and memory
  CHECK(w.back().finished);
}

TEST_CASE("reads in flight over the round trip is the rate of reads", "[pcie][analytic]") {
  Simulation sim;
  PcieRig rig;  // 4 tags
  std::vector<DmaRequest> r(400);
  for (DmaRequest& request : r) {
    PcieRig::prepare(request, true, 0x1'0000, 64);
    rig.endpoint.submit(request);
  }
  scheduler().run_until(Time(1'000'000'000));
  // Round trip 406 ns; the other three follow at the pace of their completions (21 ns), and so does each round.
  CHECK(r.back().op.last() == Time(100 * 406'000 + 3 * 21'000));
}

TEST_CASE("a large read streams at the rate of its completions", "[pcie][analytic]") {
  Simulation sim;
  PcieRig rig(link_literals(), root_literals().set("completion_unit", "256 B"));
  DmaRequest r;
  PcieRig::prepare(r, true, 0x1'0000, 2048);
  rig.endpoint.submit(r);
  scheduler().run_until(Time(1'000'000'000));
  // The first completion leaves after 5 + 100 + 50 + 80 + 50; eight of 276 bytes, then the wire.
  CHECK(r.op.last() == Time(285'000 + 8 * 69'000 + 100'000));
}
