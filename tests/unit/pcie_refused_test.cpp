#include <catch2/catch.hpp>

#include <algorithm>
#include <array>

#include "pcie/bar_map.h"
#include "support/pcie_rig.h"

using namespace viosim;
using namespace viosim::test;

TEST_CASE("a read of unpopulated memory answers Unsupported Request, a write is dropped", "[pcie][unit]") {
  Simulation sim;
  PcieRig rig;
  DmaRequest w, r;
  const auto outside = static_cast<std::uint64_t>(kMemorySize.raw()) + 0x1000;
  PcieRig::prepare(w, false, outside, 64, 9);
  PcieRig::prepare(r, true, outside, 2048);
  rig.endpoint.submit(w);
  rig.endpoint.submit(r);
  scheduler().run_until(Time(20'000'000));
  CHECK(rig.memory.writes.empty());
  REQUIRE(r.finished);
  CHECK(r.status == CplStatus::unsupported_request);
  CHECK(counter("root", "dropped_writes") == 1);
  CHECK(counter("root", "unsupported_requests") == 4);
}

TEST_CASE("bytes arrive where they belong over page borders and odd lengths", "[pcie][unit]") {
  Simulation sim;
  PcieRig rig;
  constexpr std::int64_t kLength = 10'001;
  DmaRequest w, r;
  PcieRig::prepare(w, false, 0x1'0FF3, kLength);
  for (std::size_t i = 0; i < kLength; ++i) w.data.bytes()[i] = static_cast<std::byte>(i * 7 + i / 251);
  rig.endpoint.submit(w);
  PcieRig::prepare(r, true, 0x1'0FF3, kLength);
  rig.endpoint.submit(r);
  scheduler().run_until(Time(100'000'000));
  REQUIRE(w.finished);
  REQUIRE(r.finished);
  CHECK(r.status == CplStatus::successful);
  CHECK(std::equal(r.data.bytes().begin(), r.data.bytes().end(), w.data.bytes().begin()));
  for (const auto& write : rig.memory.writes) CHECK(write.address.offset_in(Bytes(4096)) < Bytes(4096));
  CHECK(counter("endpoint", "unexpected_completions") == 0);
}

TEST_CASE("completions that nobody asked for are dropped", "[pcie][unit]") {
  Simulation sim;
  PcieRig rig;
  DmaRequest r;
  PcieRig::prepare(r, true, 0x1'0000, 64);
  rig.endpoint.submit(r);
  const auto forge = [&](std::uint16_t tag, Bdf requester, std::int64_t offset, std::int64_t length) {
    auto* c = new Tlp;
    c->kind = TlpKind::completion_data;
    c->requester = requester;
    c->tag = tag;
    c->offset = Bytes(offset);
    c->length = Bytes(length);
    c->data = Buffer::make(Bytes(length));
    c->op = Op::open(now());
    rig.link.down.send(c);
  };
  forge(999, kDevice, 0, 64);          // no such tag
  forge(3, kDevice, 0, 64);            // not in use
  forge(0, kVirtualFunction, 0, 64);   // somebody else's
  forge(0, kDevice, 32, 64);           // beyond the end
  forge(0, kDevice, -64, 64);          // before the start
  forge(0, kDevice, 0, 128);           // too long
  scheduler().run_until(Time(300'000));
  CHECK(counter("endpoint", "unexpected_completions") == 6);
  CHECK_FALSE(r.finished);
  scheduler().run_until(Time(1'000'000));
  CHECK(r.finished);
  CHECK(r.status == CplStatus::successful);
}

TEST_CASE("a read that nobody answers ends with a completion timeout", "[pcie][unit]") {
  Simulation sim;
  PcieRig rig(link_literals(), root_literals(), endpoint_literals().set("completion_timeout", "200 ns"));
  DmaRequest r;
  PcieRig::prepare(r, true, 0x1'0000, 64);
  rig.endpoint.submit(r);
  scheduler().run_until(Time(1'000'000));
  REQUIRE(r.finished);
  CHECK(r.status == CplStatus::completer_abort);
  CHECK(r.op.last() == Time(200'000));
  CHECK(spent(r.op, Cause::DmaRead) == 200'000);
  CHECK(counter("endpoint", "completion_timeouts") == 1);
  CHECK(counter("endpoint", "unexpected_completions") == 1);  // it came after all
}

TEST_CASE("accesses to no device and to no function answer ones", "[pcie][unit]") {
  Simulation sim;
  PcieRig rig;
  rig.root.map_bar(kVirtualFunction, 2, kBar + Bytes(8192), Bytes(4096), 0);  // nobody handles it
  MmioLoad nowhere, nobody;
  nowhere.address = kBar + Bytes(4096);
  nobody.address = kBar + Bytes(8192);
  nowhere.size = nobody.size = Bytes(4);
  nowhere.op = Op::open(now());
  nobody.op = Op::open(now());
  rig.root.load(nowhere);
  rig.root.load(nobody);
  rig.root.store(kBar + Bytes(4095), std::array<std::byte, 2>{}, false, Op::open(now()));  // over the end
  scheduler().run_until(Time(2'000'000));
  REQUIRE(nowhere.finished);
  REQUIRE(nobody.finished);
  CHECK(nowhere.value == ~std::uint64_t{0});
  CHECK(nobody.value == ~std::uint64_t{0});
  CHECK(counter("root", "undecoded") == 2);
  CHECK(counter("endpoint", "unsupported_requests") == 1);
  CHECK(rig.registers.writes.empty());
}

TEST_CASE("BARs do not overlap and do not wrap", "[pcie][unit]") {
  pcie::BarMap map;
  map.add({Hpa(0x1000), Bytes(0x1000), kDevice, 0, 0});
  CHECK_THROWS_AS(map.add({Hpa(0x1FFF), Bytes(1), kDevice, 1, 0}), std::invalid_argument);
  CHECK_THROWS_AS(map.add({Hpa(0x800), Bytes(0x801), kDevice, 1, 0}), std::invalid_argument);
  CHECK_THROWS_AS(map.add({Hpa(~std::uint64_t{0}), Bytes(2), kDevice, 1, 0}), std::invalid_argument);
  CHECK_THROWS_AS(map.add({Hpa(0x9000), Bytes(0), kDevice, 1, 0}), std::invalid_argument);
  map.add({Hpa(0x2000), Bytes(8), kVirtualFunction, 1, 0});
  CHECK(map.find(Hpa(0x1FF8), Bytes(8))->function == kDevice);
  CHECK(map.find(Hpa(0x1FF9), Bytes(8)) == nullptr);
  CHECK(map.find(Hpa(0x2000), Bytes(8))->function == kVirtualFunction);
  CHECK(map.find(Hpa(0xFFF), Bytes(1)) == nullptr);
}

TEST_CASE("parts that do not fit each other are refused", "[pcie][unit]") {
  Simulation sim;
  LiteralParams link_in = link_literals().set("generation", "3"), old_in = endpoint_literals();
  pcie::LinkParams link_params(link_in);
  pcie::EndpointParams old_params(old_in);
  pcie::Link link("link", link_params, old_params.credits, old_params.credits);
  pcie::Endpoint old_device("old_device", old_params);
  CHECK_THROWS_WITH(old_device.attach(link), Catch::Contains("generation"));
  LiteralParams small_in = endpoint_literals().set("completion_buffer", "256 B");
  const pcie::EndpointParams small(small_in);
  CHECK_THROWS_AS(pcie::Endpoint("small", small), std::invalid_argument);
  LiteralParams skip_in = link_literals().set("skp_share", "1");
  CHECK_THROWS_AS(pcie::LinkTiming(pcie::LinkParams(skip_in)), std::invalid_argument);
}
