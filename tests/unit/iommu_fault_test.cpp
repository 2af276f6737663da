#include <catch2/catch.hpp>

#include "support/iommu_rig.h"
#include "support/pcie_rig.h"

using namespace viosim;
using namespace viosim::test;

TEST_CASE("an IOMMU fault has the reason of the specification and a record", "[iommu][unit]") {
  Simulation sim;
  IommuRig rig;
  Translation stranger, beyond, outside, outside_write, forbidden;
  rig.ask(stranger, kStranger, 0x1000);
  CHECK(stranger.fault == IommuFault::context_not_present);
  rig.ask(beyond, kAssigned, std::uint64_t{1} << 48);
  CHECK(beyond.fault == IommuFault::address_beyond_width);
  rig.ask(outside, kAssigned, static_cast<std::uint64_t>(kGuestSize.raw()));
  CHECK(outside.fault == IommuFault::read_permission);
  rig.ask(outside_write, kAssigned, static_cast<std::uint64_t>(kGuestSize.raw()), true);
  CHECK(outside_write.fault == IommuFault::write_permission);
  CHECK(rig.iommu.faults().size() == 2);  // registers
  CHECK(rig.iommu.faults().overflow());
  CHECK(counter("iommu", "iommu_faults") == 4);
  const auto record = rig.iommu.faults().take();
  REQUIRE(record);
  CHECK(record->source == kStranger);
  CHECK(record->address == Iova(0x1000));
  CHECK(record->reason == IommuFault::context_not_present);
  CHECK_FALSE(record->is_write);
}

TEST_CASE("a device without context passes an IOMMU that is not strict", "[iommu][unit]") {
  Simulation sim;
  IommuRig rig(iommu_literals().set("strict", "false"));
  Translation t;
  rig.ask(t, kStranger, 0x1040);
  CHECK(t.fault == IommuFault::none);
  CHECK(t.result == Hpa(0x1040));
}

TEST_CASE("a pass-through device keeps its addresses", "[iommu][unit]") {
  Simulation sim;
  IommuRig rig;
  rig.iommu.pass_through(kStranger);
  Translation t;
  rig.ask(t, kStranger, 0x1040, true);
  CHECK(t.fault == IommuFault::none);
  CHECK(t.result == Hpa(0x1040));
}

TEST_CASE("an invalidated page is walked again and its new mapping seen", "[iommu][unit]") {
  Simulation sim;
  IommuRig rig;
  const auto domain = *rig.iommu.domain_of(kAssigned);
  Translation a, stale, gone, other;
  rig.ask(a, kAssigned, 0x5000);
  rig.ask(other, kAssigned, 0x6000);
  rig.iommu.tables(domain).unmap(Iova(0x5000));
  rig.ask(stale, kAssigned, 0x5000);
  CHECK(stale.fault == IommuFault::none);  // the IOTLB still has it
  rig.iommu.invalidate_page(domain, Iova(0x5000));
  rig.ask(gone, kAssigned, 0x5000);
  CHECK(gone.fault == IommuFault::read_permission);
  const auto misses = counter("iommu", "iotlb_misses");
  rig.ask(other, kAssigned, 0x6000);
  CHECK(counter("iommu", "iotlb_misses") == misses);
  rig.iommu.invalidate(domain);
  rig.ask(other, kAssigned, 0x6000);
  CHECK(counter("iommu", "iotlb_misses") == misses + 1);
}

TEST_CASE("an invalidation during a walk keeps its result out of the IOTLB", "[iommu][unit]") {
  Simulation sim;
  IommuRig rig;
  Translation a, b;
  IommuRig::prepare(a, kAssigned, 0x5000, false);
  rig.iommu.translate(a);
  scheduler().run_until(Time(200'000));
  rig.iommu.invalidate(*rig.iommu.domain_of(kAssigned));
  scheduler().run_until(Time(1'000'000));
  REQUIRE(a.finished);
  rig.ask(b, kAssigned, 0x5000);
  CHECK(counter("iommu", "iotlb_misses") == 2);
}

TEST_CASE("the least recently used entry of a set goes", "[iommu][unit]") {
  Simulation sim;
  IommuRig rig;  // 4 sets of 2
  Translation t;
  for (const std::uint64_t page : {0x0, 0x4, 0x0, 0x8}) rig.ask(t, kAssigned, page << 12);
  CHECK(counter("iommu", "iotlb_misses") == 3);
  rig.ask(t, kAssigned, 0x0);
  CHECK(counter("iommu", "iotlb_misses") == 3);
  rig.ask(t, kAssigned, 0x4 << 12);
  CHECK(counter("iommu", "iotlb_misses") == 4);
}

TEST_CASE("DMA outside the domain touches no memory and answers Unsupported Request", "[pcie][iommu][unit]") {
  Simulation sim;
  IommuRig rig;
  PcieRig device(link_literals(), root_literals(), endpoint_literals(), &rig.iommu, &rig.memory);
  const std::size_t before = rig.memory.writes.size();
  DmaRequest w, r;
  PcieRig::prepare(w, false, static_cast<std::uint64_t>(kGuestSize.raw()), 64, 9);
  PcieRig::prepare(r, true, static_cast<std::uint64_t>(kGuestSize.raw()), 64);
  device.endpoint.submit(w);
  device.endpoint.submit(r);
  scheduler().run_until(Time(20'000'000));
  CHECK(rig.memory.writes.size() == before);
  REQUIRE(r.finished);
  CHECK(r.status == CplStatus::unsupported_request);
  CHECK(r.data.bytes()[0] == std::byte{0});
  CHECK(counter("root", "dropped_writes") == 1);
  CHECK(counter("root", "unsupported_requests") == 1);
  CHECK(rig.iommu.faults().size() == 2);
}

TEST_CASE("a message-signalled interrupt passes by the translation", "[pcie][iommu][unit]") {
  Simulation sim;
  IommuRig rig;
  PcieRig device(link_literals(), root_literals(), endpoint_literals(), &rig.iommu, &rig.memory);
  device.endpoint.raise_msix(kDevice, kMsiWindow, 0x30, Op::open(now()));
  scheduler().run_until(Time(1'000'000));
  REQUIRE(device.interrupts.taken.size() == 1);
  CHECK(counter("iommu", "iotlb_lookups") == 0);
}
