#include <catch2/catch.hpp>

#include "pcie/device_tlb.h"
#include "support/iommu_queue_rig.h"
#include "support/pcie_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

struct AtsRig : QueueRig {
  explicit AtsRig(LiteralParams values = iommu_literals())
      : QueueRig(values), device(link_literals(), root_literals(), endpoint_literals(), &iommu, &memory),
        tlb_params(tlb_literals), tlb("tlb", tlb_params, kDevice, device.endpoint) {
    iommu.attach(kDevice, domain, &tlb);
  }
  /// A DMA that the device keeps in use.
  Process keep(DmaRequest& r, std::uint8_t& ticket) {
    co_await tlb.translate(r, ticket);
    device.endpoint.submit(r);
  }
  /// A DMA of 64 bytes by way of the device's TLB, all through.
  void access(DmaRequest& r, bool is_read, std::uint64_t address, unsigned fill = 0) {
    PcieRig::prepare(r, is_read, address, 64, fill);
    tlb.submit(r);
    run(microseconds(20));
    REQUIRE(r.finished);
  }

  LiteralParams tlb_literals{{"entries", "8"}, {"lookup", "4 ns"}};
  PcieRig device;
  pcie::DeviceTlbParams tlb_params;
  pcie::DeviceTlb tlb;
};

}  // namespace

TEST_CASE("a device asks once for a page and then uses its translation", "[pcie][iommu][unit]") {
  Simulation sim;
  AtsRig rig;
  DmaRequest w, r, far;
  rig.access(w, false, 0x5040, 7);
  CHECK(w.at == AddressType::translated);
  CHECK(rig.memory.writes.back().address == rig.guest.host_address(Gpa(0x5040)));
  const Time start = now();
  rig.access(r, true, 0x5040);
  CHECK(r.data.bytes()[0] == std::byte{7});
  CHECK(spent(r.op, Cause::TlbLookup) == 4'000);
  CHECK(spent(r.op, Cause::PageWalk) == 0);
  CHECK(r.op.last() == start + nanoseconds(4 + 5 + 100 + 50 + 100 + 50 + 21 + 100));
  CHECK(counter("tlb", "device_tlb_misses") == 1);
  CHECK(counter("iommu", "page_walks") == 1);
  rig.access(r, true, 0x5FC0);  // the page's last bytes
  CHECK(r.at == AddressType::translated);
  rig.access(far, true, static_cast<std::uint64_t>(kGuestSize.raw()));  // nothing is mapped there
  CHECK(far.at == AddressType::untranslated);
  CHECK(far.status == CplStatus::unsupported_request);
}

TEST_CASE("a device that is not enabled for ATS gets nowhere with translated addresses", "[pcie][iommu][unit]") {
  Simulation sim;
  AtsRig rig;
  rig.iommu.attach(kDevice, rig.domain);  // the same without its TLB
  const std::size_t before = rig.memory.writes.size();
  DmaRequest w, r, ask;
  PcieRig::prepare(w, false, kGuestBase.raw(), 64, 9);  // ignores its domain
  PcieRig::prepare(r, true, kGuestBase.raw(), 64);
  PcieRig::prepare(ask, true, 0x5000, 8);
  w.at = r.at = AddressType::translated;
  ask.at = AddressType::translation_request;
  for (DmaRequest* each : {&w, &r, &ask}) rig.device.endpoint.submit(*each);
  rig.run(microseconds(20));
  CHECK(rig.memory.writes.size() == before);
  CHECK(r.status == CplStatus::unsupported_request);
  CHECK(ask.status == CplStatus::unsupported_request);
  CHECK(rig.iommu.faults().take()->reason == IommuFault::request_blocked);
  CHECK(counter("iommu", "iommu_faults") == 3);
}

TEST_CASE("malformed translation requests are refused", "[pcie][iommu][unit]") {
  Simulation sim;
  AtsRig rig;
  DmaRequest longer, write;
  PcieRig::prepare(longer, true, 0x5000, 64);
  PcieRig::prepare(write, false, 0x5000, 8, 1);
  longer.at = write.at = AddressType::translation_request;
  const std::size_t before = rig.memory.writes.size();
  rig.device.endpoint.submit(longer);
  rig.device.endpoint.submit(write);
  rig.run(microseconds(20));
  CHECK(longer.status == CplStatus::unsupported_request);
  CHECK(rig.memory.writes.size() == before);
  CHECK(counter("root", "dropped_writes") == 1);
}

TEST_CASE("a page that may only be read is translated for reads only", "[pcie][iommu][unit]") {
  Simulation sim;
  AtsRig rig;
  const Hpa page = rig.guest.host_address(Gpa(0x5000));
  rig.iommu.tables(rig.domain).map(Iova(0x5000), page, iommu::kPage, iommu::kEntryRead);
  DmaRequest r, w;
  rig.access(r, true, 0x5000);
  CHECK(r.at == AddressType::translated);
  const std::size_t before = rig.memory.writes.size();
  rig.access(w, false, 0x5000, 3);
  CHECK(w.at == AddressType::untranslated);
  CHECK(rig.memory.writes.size() == before);
  CHECK(rig.iommu.faults().take()->reason == IommuFault::write_permission);
}

TEST_CASE("a large page is one entry of the device's TLB", "[pcie][iommu][unit]") {
  Simulation sim;
  AtsRig rig;
  rig.iommu.tables(rig.domain).map(Iova(std::uint64_t{1} << 30), Hpa{}, iommu::kLargePage);
  DmaRequest a, b, c;
  rig.access(a, true, (std::uint64_t{1} << 30) + 0x1000);
  rig.access(b, true, (std::uint64_t{1} << 30) + 0x1F'F000);
  CHECK(b.at == AddressType::translated);
  CHECK(b.address == Iova(0x1F'F000));
  CHECK(counter("tlb", "device_tlb_misses") == 1);
  rig.add(iommu::invalidate_device_tlb(kDevice, Iova((std::uint64_t{1} << 30) + 0x8000))).submit_and_wait(1);
  rig.run(microseconds(2));
  CHECK(rig.status_now() == 1);
  rig.access(c, true, (std::uint64_t{1} << 30) + 0x1000);
  CHECK(counter("tlb", "device_tlb_misses") == 2);
}

TEST_CASE("an invalidation of a device's TLB drops the page and waits for what uses it", "[pcie][iommu][unit]") {
  Simulation sim;
  AtsRig rig;
  DmaRequest warm, other, slow, late;
  rig.access(warm, true, 0x5000);
  rig.access(other, true, 0x6000);
  const Time start = now();
  PcieRig::prepare(slow, true, 0x5000, 64);
  std::uint8_t ticket = 0;
  spawn(rig.keep(slow, ticket), "dma");
  rig.run(nanoseconds(10));
  rig.iommu.tables(rig.domain).unmap(Iova(0x5000));
  rig.add(iommu::invalidate_iotlb(iommu::Granularity::selective, rig.domain, Iova(0x5000)))
      .add(iommu::invalidate_device_tlb(kDevice, Iova(0x5000)))
      .submit_and_wait(1);
  rig.run(microseconds(5));
  CHECK(rig.status_now() == 0);
  rig.tlb.done(ticket);
  rig.run(microseconds(1));
  CHECK(rig.status_now() == 1);
  CHECK(rig.status_at() == start + nanoseconds(10 + 5000 + 150 + 40));  // half the round trip, and the status
  rig.access(late, true, 0x5000);
  CHECK(late.status == CplStatus::unsupported_request);
  const auto misses = counter("tlb", "device_tlb_misses");
  rig.access(late, true, 0x6000);
  CHECK(counter("tlb", "device_tlb_misses") == misses);
}

TEST_CASE("a device that answers too late has stopped the queue, its answer then does no harm", "[pcie][iommu][unit]") {
  Simulation sim;
  AtsRig rig;
  DmaRequest slow;
  PcieRig::prepare(slow, true, 0x5000, 64);
  std::uint8_t ticket = 0;
  spawn(rig.keep(slow, ticket), "dma");
  rig.run(microseconds(2));
  rig.add(iommu::invalidate_device_tlb(kDevice, Iova(0x5000))).submit_and_wait(1);
  rig.run(microseconds(12));
  CHECK(rig.iommu.queue().error() == iommu::QueueError::device_timeout);
  rig.tlb.done(ticket);
  rig.run(microseconds(1));
  CHECK(rig.status_now() == 0);
  rig.iommu.queue().clear_error();
  rig.run(microseconds(1));
  CHECK(rig.status_now() == 1);
  rig.add(iommu::invalidate_device_tlb(kDevice, Iova(0x5000))).submit_and_wait(2);  // one that is answered
  rig.run(microseconds(2));
  CHECK(rig.status_now() == 2);
  rig.add(iommu::invalidate_device_tlb(kDevice, Iova(0x5000))).submit();  // and one that is under way at the end
  rig.run(nanoseconds(200));
}

TEST_CASE("a write whose page is known stays behind one whose page is not, while a read passes", "[pcie][iommu][unit]") {
  Simulation sim;
  AtsRig rig;
  DmaRequest warm, unknown, known, read;
  rig.access(warm, true, 0x6000);
  const std::size_t before = rig.memory.writes.size();
  const Time start = now();
  PcieRig::prepare(unknown, false, 0x5000, 64, 1);
  PcieRig::prepare(known, false, 0x6000, 64, 2);
  PcieRig::prepare(read, true, 0x6040, 64);
  for (DmaRequest* each : {&unknown, &known, &read}) rig.tlb.submit(*each);
  rig.run(nanoseconds(500));
  REQUIRE(read.finished);
  CHECK(read.op.last() == start + nanoseconds(430 + 5));  // behind the translation request on the wire
  CHECK_FALSE((unknown.finished || known.finished));
  rig.run(microseconds(20));
  REQUIRE(rig.memory.writes.size() == before + 2);
  CHECK(rig.memory.writes[before].address == rig.guest.host_address(Gpa(0x5000)));
  CHECK(rig.memory.writes[before + 1].address == rig.guest.host_address(Gpa(0x6000)));
  CHECK(spent(known.op, Cause::OrderingStall, start) > spent(unknown.op, Cause::PageWalk, start));
  CHECK(spent(unknown.op, Cause::OrderingStall, start) == 0);
}

TEST_CASE("an invalidation waits for a request from the look-up to its end", "[pcie][iommu][unit]") {
  Simulation sim;
  AtsRig rig;
  DmaRequest warm, slow;
  rig.access(warm, true, 0x5000);
  const Time start = now();
  PcieRig::prepare(slow, true, 0x5000, 64);
  rig.tlb.submit(slow);
  rig.run(nanoseconds(10));
  rig.add(iommu::invalidate_device_tlb(kDevice, Iova(0x5000))).submit_and_wait(1);
  rig.run(microseconds(5));
  CHECK(slow.at == AddressType::translated);
  CHECK(rig.status_now() == 1);
  // The read's end (see the first test), then half the way of the invalidation, and the status.
  CHECK(rig.status_at() == start + nanoseconds(430 + 150 + 40));
}
