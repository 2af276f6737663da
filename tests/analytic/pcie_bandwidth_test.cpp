#include <catch2/catch.hpp>

#include <memory>
#include <vector>

#include "pcie/link_bandwidth.h"
#include "support/pcie_rig.h"

using namespace viosim;
using namespace viosim::test;
using namespace viosim::pcie;

TEST_CASE("a lane carries what its generation and line code leave", "[pcie][bandwidth][analytic]") {
  CHECK(lane_rate_of(Count(1)) == BitRate(2'000'000'000));
  CHECK(lane_rate_of(Count(2)) == BitRate(4'000'000'000));
  CHECK(lane_rate_of(Count(3)) == BitRate(7'876'923'077));
  CHECK(lane_rate_of(Count(4)) == BitRate(15'753'846'154));
  CHECK(lane_rate_of(Count(5)) == BitRate(31'507'692'308));
}

TEST_CASE("transfers take the bytes of their TLPs", "[pcie][bandwidth][analytic]") {
  const TransferShape shape{Bytes(1000), Bytes(256), Bytes(512), Bytes(64)};
  // Four writes, the last of 232 bytes. Two reads: 8 completions of 64; 7 of 64 and one of 40.
  CHECK(write_on_wire(shape).up == Bytes(1000 + 4 * 24));
  CHECK(write_on_wire(shape).down == Bytes(0));
  CHECK(read_on_wire(shape).up == Bytes(2 * 24));
  CHECK(read_on_wire(shape).down == Bytes(1000 + 16 * 20));
  TransferShape below = shape;
  below.short_addresses = true;
  CHECK(write_on_wire(below).up == Bytes(1000 + 4 * 20));
  CHECK(read_on_wire(below).up == Bytes(2 * 20));
  below.completion_unit = Bytes(1024);  // no completion is larger than the maximum payload
  CHECK(read_on_wire(below).down == Bytes(1000 + 4 * 20));
}

TEST_CASE("payload rates of a gen3 x8 link, computed by hand", "[pcie][bandwidth][analytic]") {
  constexpr BitRate kLink(62'845'856'800);
  TransferShape shape{Bytes(512), Bytes(256), Bytes(512), Bytes(64)};
  CHECK(payload_rate(kLink, shape.size, write_on_wire(shape)) == BitRate(57'459'069'074));  // 512 / 560
  CHECK(payload_rate(kLink, shape.size, read_on_wire(shape)) == BitRate(47'882'557'562));   // 512 / 672
  shape.completion_unit = Bytes(256);
  CHECK(payload_rate(kLink, shape.size, write_on_wire(shape) + read_on_wire(shape)) ==
        BitRate(55'097'737'468));  // 512 / (560 + 24)
}

namespace {

/// Bits each second that 400 transfers of `size` reach, back to back.
double reached(bool is_read, std::int64_t size) {
  PcieRig rig(link_literals(), root_literals(),
              endpoint_literals().set("tags", "256").set("completion_buffer", "1 MB"));
  std::vector<std::unique_ptr<DmaRequest>> all;
  for (std::uint64_t i = 0; i < 400; ++i) {
    all.push_back(std::make_unique<DmaRequest>());
    PcieRig::prepare(*all.back(), is_read, 0x1'0000 + i * 4096, size, 1);
    rig.endpoint.submit(*all.back());
  }
  scheduler().run_until(Time(1'000'000'000));
  const Time first = is_read ? all.front()->op.last() : rig.memory.writes.front().at;
  const Time last = is_read ? all.back()->op.last() : rig.memory.writes.back().at;
  return 399.0 * 8 * static_cast<double>(size) * 1e12 / static_cast<double>((last - first).raw());
}
double theory(bool is_read, std::int64_t size) {
  LiteralParams in = link_literals();
  const LinkTiming timing{LinkParams(in)};
  const TransferShape shape{Bytes(size), Bytes(256), Bytes(512), Bytes(64), true};
  return static_cast<double>(
      payload_rate(timing.rate(), shape.size, is_read ? read_on_wire(shape) : write_on_wire(shape)).raw());
}

}  // namespace

TEST_CASE("writes without a bound but the link reach the theory", "[pcie][bandwidth][analytic]") {
  Simulation sim;
  CHECK(reached(false, 256) == Approx(theory(false, 256)).epsilon(1e-6));
}
TEST_CASE("reads without a bound but the link reach the theory", "[pcie][bandwidth][analytic]") {
  Simulation sim;
  CHECK(reached(true, 512) == Approx(theory(true, 512)).epsilon(1e-3));
}
