#include <catch2/catch.hpp>

#include "support/iommu_rig.h"
#include "support/pcie_rig.h"

using namespace viosim;
using namespace viosim::test;

TEST_CASE("an IOMMU fault has the reason of the specification and a record", "[iommu][unit]") {
  Simulation sim;
  IommuRig rig;
  Translation stranger, neighbour, beyond, outside, outside_write, forbidden;
  rig.ask(stranger, kStranger, 0x1000);
  CHECK(stranger.fault == IommuFault::root_not_present);
  rig.ask(neighbour, kNeighbour, 0x1000);
  CHECK(neighbour.fault == IommuFault::context_not_present);
  rig.ask(beyond, kAssigned, std::uint64_t{1} << 48);
  CHECK(beyond.fault == IommuFault::address_beyond_width);
  rig.ask(outside, kAssigned, static_cast<std::uint64_t>(kGuestSize.raw()));
  CHECK(outside.fault == IommuFault::read_permission);
  rig.ask(outside_write, kAssigned, static_cast<std::uint64_t>(kGuestSize.raw()), true);
  CHECK(outside_write.fault == IommuFault::write_permission);
  CHECK(rig.iommu.faults().size() == 2);  // registers
  CHECK(rig.iommu.faults().overflow());
  CHECK(counter("iommu", "iommu_faults") == 5);
  const auto record = rig.iommu.faults().take();
  REQUIRE(record);
  CHECK(record->source == kStranger);
  CHECK(record->address == Iova(0x1000));
  CHECK(record->reason == IommuFault::root_not_present);
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

namespace {

/// The fault of a request of kAssigned, after `value` was written over the entry that maps it at `level`.
IommuFault fault_with(IommuRig& rig, std::uint64_t address, unsigned level, std::uint64_t set) {
  auto& tables = rig.iommu.tables(*rig.iommu.domain_of(kAssigned));
  Hpa table = tables.root();
  Hpa at{};
  for (unsigned l = tables.levels() - 1;; --l) {
    at = iommu::PageTable::entry_address(table, address, l);
    if (l == level) break;
    table = Hpa(iommu::read_word(rig.memory, at) & iommu::kEntryAddress);
  }
  iommu::write_word(rig.memory, at, iommu::read_word(rig.memory, at) | set);
  Translation t;
  rig.ask(t, kAssigned, address);
  return t.fault;
}

}  // namespace

TEST_CASE("bits that are reserved in a page-table entry fault", "[iommu][unit]") {
  Simulation sim;
  IommuRig small(iommu_literals().set("largest_page", "4 KB"));
  CHECK(fault_with(small, 0x5000, 0, std::uint64_t{1} << 55) == IommuFault::entry_reserved);
  CHECK(fault_with(small, 0x20'5000, 1, iommu::kEntryLargePage) == IommuFault::entry_reserved);  // no such pages here
}

TEST_CASE("a large page whose address is not aligned, or at the top level, faults", "[iommu][unit]") {
  Simulation sim;
  IommuRig rig;
  CHECK(fault_with(rig, 0x5000, 1, iommu::kEntryLargePage | 0x1000) == IommuFault::entry_reserved);
  CHECK(fault_with(rig, 0x5000, 3, iommu::kEntryLargePage) == IommuFault::entry_reserved);
}

TEST_CASE("a table outside memory faults and nothing is read", "[iommu][unit]") {
  Simulation sim;
  IommuRig rig;
  CHECK(fault_with(rig, 0x5000, 1, std::uint64_t{1} << 45) == IommuFault::table_access);
}

TEST_CASE("root and context entries with reserved bits or a width that is not walked fault", "[iommu][unit]") {
  Simulation sim;
  IommuRig rig;
  const auto& contexts = rig.iommu.contexts();
  const Hpa root = contexts.root_entry(kAssigned);
  const Hpa entry = iommu::ContextTable::context_entry(iommu::read_word(rig.memory, root), kAssigned);
  const auto fault_after = [&](Hpa at, std::uint64_t value) {
    const std::uint64_t before = iommu::read_word(rig.memory, at);
    iommu::write_word(rig.memory, at, value);
    rig.iommu.forget_context(kAssigned);
    Translation t;
    rig.ask(t, kAssigned, 0x5000);
    iommu::write_word(rig.memory, at, before);
    return t.fault;
  };
  const std::uint64_t low = iommu::read_word(rig.memory, entry);
  const std::uint64_t high = iommu::read_word(rig.memory, entry + Bytes(8));
  CHECK(fault_after(root, iommu::read_word(rig.memory, root) | 0x10) == IommuFault::root_reserved);
  CHECK(fault_after(root, 1 | std::uint64_t{1} << 45) == IommuFault::context_table_access);
  CHECK(fault_after(entry, low | 0x20) == IommuFault::context_reserved);
  CHECK(fault_after(entry, low | 0xC) == IommuFault::context_invalid);
  CHECK(fault_after(entry + Bytes(8), (high & ~std::uint64_t{7}) | 3) == IommuFault::context_invalid);  // 5 levels
  CHECK(fault_after(entry, low) == IommuFault::none);
}

TEST_CASE("a read-only page takes no writes, a page inside a larger one is refused", "[iommu][unit]") {
  Simulation sim;
  IommuRig rig;
  auto& tables = rig.iommu.tables(*rig.iommu.domain_of(kAssigned));
  tables.map(Iova(0x5000), rig.guest.host_address(Gpa(0x5000)), iommu::kPage, iommu::kEntryRead);
  Translation r, w;
  rig.ask(r, kAssigned, 0x5000);
  CHECK(r.fault == IommuFault::none);
  rig.ask(w, kAssigned, 0x5000, true);
  CHECK(w.fault == IommuFault::write_permission);
  tables.map(Iova(std::uint64_t{1} << 30), Hpa{}, iommu::kHugePage);
  CHECK_THROWS_AS(tables.map(Iova((std::uint64_t{1} << 30) + 0x1000), Hpa{}, iommu::kPage), std::invalid_argument);
  CHECK(tables.unmap(Iova((std::uint64_t{1} << 30) + 0x1000)) == iommu::kHugePage);
  CHECK(tables.unmap(Iova(std::uint64_t{1} << 30)) == Bytes{});
}
