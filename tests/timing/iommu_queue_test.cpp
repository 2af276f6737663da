#include <catch2/catch.hpp>

#include "support/iommu_queue_rig.h"
#include "support/pcie_rig.h"

using namespace viosim;
using namespace viosim::test;
using iommu::Granularity;
using iommu::QueueError;

TEST_CASE("a descriptor costs its fetch and its time, the status comes with the account", "[iommu][timing]") {
  Simulation sim;
  QueueRig rig;
  Watch watch;
  watch.address = rig.status;
  watch.length = Bytes(4);
  rig.memory.add_watch(watch);
  rig.add(iommu::invalidate_iotlb(Granularity::domain, rig.domain)).submit_and_wait(7);
  rig.run(microseconds(1));
  CHECK(rig.status_now() == 7);
  CHECK(rig.status_at() == Time(2 * (100'000 + 20'000) + 40'000));
  REQUIRE(watch.hit);
  CHECK(spent(watch.op, Cause::InvalidationWait) == 240'000);
  CHECK(spent(watch.op, Cause::DramAccess) == 40'000);
  CHECK(rig.iommu.queue().head() == 32);
  rig.memory.remove_watch(watch);
}

TEST_CASE("what is submitted behind another waits in line", "[iommu][timing]") {
  Simulation sim;
  QueueRig rig;
  rig.submit_and_wait(1);
  rig.submit_and_wait(2);
  rig.run(microseconds(1));
  CHECK(rig.status_now() == 2);
  CHECK(rig.status_at() == Time(2 * 160'000));
  CHECK(spent(rig.memory.last_write, Cause::InvalidationWait) == 160'000 + 120'000);
}

TEST_CASE("page, domain and global invalidation drop what they name", "[iommu][timing]") {
  Simulation sim;
  QueueRig rig;
  Translation t;
  const auto misses_after = [&](const iommu::Descriptor& d, std::uint64_t address) {
    rig.add(d).submit_and_wait(1);
    rig.run(microseconds(1));
    const auto before = counter("iommu", "iotlb_misses");
    rig.ask(t, kAssigned, address);
    return counter("iommu", "iotlb_misses") - before;
  };
  for (const std::uint64_t page : {0x5000, 0x6000, 0x7000}) rig.ask(t, kAssigned, page);
  CHECK(misses_after(iommu::invalidate_iotlb(Granularity::selective, rig.domain, Iova(0x6000)), 0x5000) == 0);
  CHECK(misses_after(iommu::invalidate_iotlb(Granularity::selective, rig.domain, Iova(0x5000)), 0x5000) == 1);
  // Two pages around 0x6000: 0x6000 and 0x7000.
  CHECK(misses_after(iommu::invalidate_iotlb(Granularity::selective, rig.domain, Iova(0x7000), 1), 0x5000) == 0);
  CHECK(misses_after(iommu::invalidate_iotlb(Granularity::domain, 99), 0x5000) == 0);
  CHECK(misses_after(iommu::invalidate_iotlb(Granularity::domain, rig.domain), 0x5000) == 1);
  CHECK(misses_after(iommu::invalidate_iotlb(Granularity::global), 0x5000) == 1);
  const auto contexts = counter("iommu", "iommu_context_misses");
  CHECK(misses_after(iommu::invalidate_contexts(Granularity::selective, rig.domain, kNeighbour), 0x5000) == 0);
  CHECK(counter("iommu", "iommu_context_misses") == contexts);
  CHECK(misses_after(iommu::invalidate_contexts(Granularity::selective, rig.domain, kAssigned), 0x5000) == 0);
  CHECK(counter("iommu", "iommu_context_misses") == contexts + 1);
}

TEST_CASE("the status waits for DMA that was translated before", "[pcie][iommu][timing]") {
  Simulation sim;
  QueueRig rig;
  PcieRig device(link_literals(), root_literals(), endpoint_literals(), &rig.iommu, &rig.memory);
  Translation warm;
  rig.ask(warm, kDevice, 0x5000);
  rig.memory.slow_page = rig.guest.host_address(Gpa(0x5000));
  rig.memory.write_time = nanoseconds(100);  // 1000 ns for that page
  const Time start = now();
  DmaRequest w;
  PcieRig::prepare(w, false, 0x5000, 64, 1);
  device.endpoint.submit(w);
  scheduler().run_until(start + nanoseconds(125));  // it is translated: 21 + 100
  rig.iommu.tables(rig.domain).unmap(Iova(0x5000));
  rig.add(iommu::invalidate_iotlb(Granularity::selective, rig.domain, Iova(0x5000))).submit_and_wait(1);
  rig.run(microseconds(5));
  // 121 + 50 + 1000, then the write of the status.
  CHECK(rig.status_at() == start + nanoseconds(1171 + 100));
  CHECK(rig.memory.writes[rig.memory.writes.size() - 2].address == rig.guest.host_address(Gpa(0x5000)));
  CHECK(spent(rig.memory.last_write, Cause::InvalidationWait) == 1'046'000);
}

TEST_CASE("an invalidation during a walk waits for it, the next request sees the new page", "[pcie][iommu][timing]") {
  Simulation sim;
  QueueRig rig;
  PcieRig device(link_literals(), root_literals(), endpoint_literals(), &rig.iommu, &rig.memory);
  Translation warm;
  rig.ask(warm, kDevice, 0x8000);
  const Time start = now();
  DmaRequest early, late;
  PcieRig::prepare(early, true, 0x5000, 64);
  device.endpoint.submit(early);
  scheduler().run_until(start + nanoseconds(450));  // 105, then the leaf is read from 405 to 505
  rig.iommu.tables(rig.domain).unmap(Iova(0x5000));
  rig.add(iommu::invalidate_iotlb(Granularity::selective, rig.domain, Iova(0x5000))).submit_and_wait(1);
  rig.run(microseconds(5));
  REQUIRE(early.finished);
  CHECK(early.status == CplStatus::successful);
  // Walk to 515, root complex 50, memory 100, root complex 50: the bytes are taken at 715. The status is written
  // then.
  CHECK(rig.status_at() == start + nanoseconds(755));
  PcieRig::prepare(late, true, 0x5000, 64);
  device.endpoint.submit(late);
  rig.run(microseconds(5));
  CHECK(late.status == CplStatus::unsupported_request);
}
