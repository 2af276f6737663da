#include <catch2/catch.hpp>

#include "support/iommu_rig.h"
#include "support/pcie_rig.h"

using namespace viosim;
using namespace viosim::test;

TEST_CASE("a first request reads the context, a miss walks four levels, a hit costs the look-up", "[iommu][timing]") {
  Simulation sim;
  IommuRig rig(iommu_literals().set("lookup", "3 ns"));
  Translation first, second;
  rig.ask(first, kAssigned, 0x5040);
  REQUIRE(first.finished);
  CHECK(first.result == rig.guest.host_address(Gpa(0x5040)));
  CHECK(first.op.last() == Time(3'000 + 2 * 100'000 + 10'000 + 4 * 100'000));
  CHECK(spent(first.op, Cause::ContextMiss) == 200'000);
  CHECK(spent(first.op, Cause::PageWalk) == 410'000);
  CHECK(spent(first.op, Cause::TlbLookup) == 3'000);
  const Time then = now();
  IommuRig::prepare(second, kAssigned, 0x5F00, true);
  rig.iommu.translate(second);
  REQUIRE(second.finished);
  CHECK(second.op.last() == then + nanoseconds(3));
  CHECK(second.result == rig.guest.host_address(Gpa(0x5F00)));
  CHECK(counter("iommu", "iotlb_misses") == 1);
}

TEST_CASE("known upper levels leave one read to a walk", "[iommu][timing]") {
  Simulation sim;
  IommuRig rig(iommu_literals().set("structure_cache_entries", "8"));
  Translation first, second;
  rig.ask(first, kAssigned, 0x5000);
  const Time then = now();
  rig.ask(second, kAssigned, 0x6000);
  CHECK(first.op.last() == Time(610'000));
  CHECK(second.op.last() == then + nanoseconds(110));
  CHECK(counter("iommu", "page_walk_reads") == 5);
}

TEST_CASE("requests to the same missing page share one walk", "[iommu][timing]") {
  Simulation sim;
  IommuRig rig;
  const Time start = rig.know_context();
  Translation a, b;
  IommuRig::prepare(a, kAssigned, 0x5000, false);
  IommuRig::prepare(b, kAssigned, 0x5800, true);
  rig.iommu.translate(a);
  rig.iommu.translate(b);
  scheduler().run_until(start + microseconds(2));
  REQUIRE(a.finished);
  REQUIRE(b.finished);
  CHECK(counter("iommu", "page_walks") == 2);
  CHECK(b.op.last() == start + nanoseconds(410));
  CHECK(b.result == rig.guest.host_address(Gpa(0x5800)));
}

TEST_CASE("a third walk waits for one of two walkers", "[iommu][timing]") {
  Simulation sim;
  IommuRig rig;
  const Time start = rig.know_context();
  Translation t[3];
  for (unsigned i = 0; i < 3; ++i) {
    IommuRig::prepare(t[i], kAssigned, 0x1000 * (i + 1), false);
    rig.iommu.translate(t[i]);
  }
  scheduler().run_until(start + microseconds(2));
  CHECK(t[1].op.last() == start + nanoseconds(410));
  CHECK(t[2].op.last() == start + nanoseconds(820));
  CHECK(spent(t[2].op, Cause::PageWalk) == 820'000);
}

TEST_CASE("contiguous memory is mapped by 2 MB pages, with one level less", "[iommu][timing]") {
  Simulation sim;
  IommuRig rig(iommu_literals(), true);
  Translation a, b;
  rig.ask(a, kAssigned, 0x5000);
  CHECK(a.op.last() == Time(510'000));
  CHECK(a.result == rig.guest.host_address(Gpa(0x5000)));
  const Time then = now();
  rig.ask(b, kAssigned, 0x1F'F040);
  CHECK(b.op.last() == then);  // the same large page
  CHECK(b.result == rig.guest.host_address(Gpa(0x1F'F040)));
}

TEST_CASE("a write that misses holds back the writes and reads behind it", "[pcie][iommu][timing]") {
  Simulation sim;
  IommuRig rig;
  PcieRig device(link_literals(), root_literals(), endpoint_literals(), &rig.iommu, &rig.memory);
  Translation warm;
  rig.ask(warm, kDevice, 0x8000);  // the page of the second write
  const Time start = now();
  DmaRequest w1, w2, r1;
  PcieRig::prepare(w1, false, 0x5000, 64, 1);
  PcieRig::prepare(w2, false, 0x8000, 64, 2);
  PcieRig::prepare(r1, true, 0x8000, 64);
  const std::size_t before = rig.memory.writes.size();
  device.endpoint.submit(w1);
  device.endpoint.submit(w2);
  device.endpoint.submit(r1);
  scheduler().run_until(start + microseconds(20));
  REQUIRE(rig.memory.writes.size() == before + 2);
  CHECK(rig.memory.writes[before].address == rig.guest.host_address(Gpa(0x5000)));
  // 21 ns wire, 100, walk 410, 50, 40.
  CHECK(rig.memory.writes[before].at == start + nanoseconds(621));
  CHECK(rig.memory.writes[before + 1].at == start + nanoseconds(621));
  CHECK(spent(rig.memory.last_write, Cause::OrderingStall, start) == 389'000);
  REQUIRE(r1.finished);
  CHECK(r1.data.bytes()[0] == std::byte{2});
}

TEST_CASE("a read that misses does not hold a read that hits", "[pcie][iommu][timing]") {
  Simulation sim;
  IommuRig rig;
  PcieRig device(link_literals(), root_literals(), endpoint_literals(), &rig.iommu, &rig.memory);
  Translation warm;
  rig.ask(warm, kDevice, 0x8000);
  const Time start = now();
  DmaRequest slow, quick;
  PcieRig::prepare(slow, true, 0x5000, 64);
  PcieRig::prepare(quick, true, 0x8000, 64);
  device.endpoint.submit(slow);
  device.endpoint.submit(quick);
  scheduler().run_until(start + microseconds(20));
  REQUIRE(slow.finished);
  REQUIRE(quick.finished);
  CHECK(quick.op.last() == start + nanoseconds(5 + 5 + 100 + 50 + 100 + 50 + 21 + 100));
  CHECK(slow.op.last() == start + nanoseconds(5 + 100 + 410 + 50 + 100 + 50 + 21 + 100));
}

TEST_CASE("a write whose walk ends first still stays behind the one before it", "[pcie][iommu][timing]") {
  Simulation sim;
  IommuRig rig;
  PcieRig device(link_literals(), root_literals(), endpoint_literals(), &rig.iommu, &rig.memory);
  const Time start = rig.know_context();
  Translation early;  // the walk that the second write will join: it ends at 410 ns
  IommuRig::prepare(early, kDevice, 0x8000, false);
  rig.iommu.translate(early);
  DmaRequest w1, w2;
  PcieRig::prepare(w1, false, 0x5000, 64, 1);
  PcieRig::prepare(w2, false, 0x8000, 64, 2);
  const std::size_t before = rig.memory.writes.size();
  device.endpoint.submit(w1);
  device.endpoint.submit(w2);
  scheduler().run_until(start + microseconds(20));
  REQUIRE(rig.memory.writes.size() == before + 2);
  CHECK(rig.memory.writes[before].address == rig.guest.host_address(Gpa(0x5000)));
  CHECK(rig.memory.writes[before + 1].at == start + nanoseconds(621));
  // Translated at 410, let go at 531 when the first one is.
  CHECK(spent(rig.memory.last_write, Cause::OrderingStall, start) == 121'000);
}

TEST_CASE("a 1 GB page takes two levels less, its translations are one entry", "[iommu][timing]") {
  Simulation sim;
  IommuRig rig;
  const auto domain = rig.iommu.add_domain();
  rig.iommu.attach(kNeighbour, domain);
  // FixedMemory lies from 0 on, so its first GB is in the page.
  rig.iommu.tables(domain).map(Iova(std::uint64_t{3} << 30), Hpa{}, iommu::kHugePage);
  Translation first, second;
  rig.ask(first, kNeighbour, (std::uint64_t{3} << 30) + 0x1234'5000);
  CHECK(first.op.last() == Time(2 * 100'000 + 2 * 100'000 + 10'000));
  CHECK(first.result == Hpa(0x1234'5000));
  const Time then = now();
  rig.ask(second, kNeighbour, (std::uint64_t{3} << 30) + 0x2000'0040);
  CHECK(second.op.last() == then);
  CHECK(second.result == Hpa(0x2000'0040));
}

TEST_CASE("random replacement keeps some of what is older than the cache", "[iommu][timing]") {
  Simulation sim;
  IommuRig rig(iommu_literals().set("iotlb_entries", "8").set("iotlb_ways", "8").set("replacement", "random"));
  Translation t;
  for (std::uint64_t round = 0; round < 20; ++round)
    for (std::uint64_t page = 0; page < 12; ++page) rig.ask(t, kAssigned, page << 12);
  // In a ring of 12 pages the least recently used of 8 entries would never be asked for again.
  CHECK(counter("iommu", "iotlb_misses") < 200);
  CHECK(counter("iommu", "iotlb_misses") > 12 + 19 * 4);
}

TEST_CASE("a walk is one event and its answer another", "[iommu][timing]") {
  Simulation sim;
  IommuRig rig(iommu_literals().set("structure_cache_entries", "8").set("lookup", "2 ns"));
  PcieRig device(link_literals(), root_literals(), endpoint_literals(), &rig.iommu, &rig.memory);
  Translation warm;
  rig.ask(warm, kDevice, 0x8000);
  const auto events_of = [&](std::uint64_t address) {
    DmaRequest r;
    PcieRig::prepare(r, true, address, 64);
    const std::uint64_t before = scheduler().events();
    device.endpoint.submit(r);
    scheduler().run_until(now() + microseconds(20));
    REQUIRE(r.finished);
    return scheduler().events() - before;
  };
  const std::uint64_t hit = events_of(0x8000);
  CHECK(events_of(0x9000) <= hit + 2);
}
