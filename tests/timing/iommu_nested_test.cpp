#include <catch2/catch.hpp>

#include "support/iommu_rig.h"
#include "support/pcie_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

/// First-level tables that a guest keeps in its own memory: addresses are guest-physical, bit 0 present, bit 1 write.
struct NestedRig : IommuRig {
  explicit NestedRig(LiteralParams values = iommu_literals()) : IommuRig(values) {
    iommu.nest(kNeighbour, *iommu.domain_of(kAssigned), root);
  }
  Hpa entry(Gpa table, std::uint64_t address, unsigned level) const {
    return guest.host_address(Gpa(iommu::PageTable::entry_address(Hpa(table.raw()), address, level).raw()));
  }
  void map(std::uint64_t address, Gpa to, unsigned leaf, std::uint64_t bits) {
    Gpa table = root;
    for (unsigned level = 3; level > leaf; --level) {
      const Hpa at = entry(table, address, level);
      if ((iommu::read_word(memory, at) & 1) == 0) {
        iommu::write_word(memory, at, next.raw() | 3);
        next = next + Bytes(4096);
      }
      table = Gpa(iommu::read_word(memory, at) & iommu::kEntryAddress);
    }
    iommu::write_word(memory, entry(table, address, leaf), to.raw() | bits);
  }
  Gpa root{0x10'0000}, next{0x10'1000};
};

}  // namespace

TEST_CASE("a nested walk of four levels in four reads memory 24 times", "[iommu][timing]") {
  Simulation sim;
  NestedRig rig;
  rig.map(0x7F'0000'5000, Gpa(0x8000), 0, 3);
  Translation t, again;
  rig.ask(t, kNeighbour, 0x7F'0000'5040);
  CHECK(t.fault == IommuFault::none);
  CHECK(t.result == rig.guest.host_address(Gpa(0x8040)));
  CHECK(counter("iommu", "page_walk_reads") == 24);
  CHECK(spent(t.op, Cause::PageWalk) == 24 * 100'000 + 10'000);
  CHECK(spent(t.op, Cause::ContextMiss) == 200'000);
  rig.ask(again, kNeighbour, 0x7F'0000'5FC0, true);
  CHECK(again.result == rig.guest.host_address(Gpa(0x8FC0)));
  CHECK(counter("iommu", "page_walks") == 1);
}

TEST_CASE("known upper entries of the second level shorten a nested walk", "[iommu][timing]") {
  Simulation sim;
  NestedRig rig(iommu_literals().set("structure_cache_entries", "8"));
  rig.map(0x5000, Gpa(0x8000), 0, 3);
  Translation t;
  rig.ask(t, kNeighbour, 0x5000);
  // 4 of the first level; 4 for its first table, then a leaf for each of its other tables and for the page.
  CHECK(counter("iommu", "page_walk_reads") == 4 + 4 + 3 + 1);
}

TEST_CASE("a first-level page of 2 MB on pages of 4 KB is kept 4 KB at a time", "[iommu][timing]") {
  Simulation sim;
  NestedRig rig;
  rig.map(0x20'0000, Gpa(0x20'0000), 1, 3 | 1u << 7);
  Translation a, b;
  rig.ask(a, kNeighbour, 0x20'5040);
  CHECK(a.result == rig.guest.host_address(Gpa(0x20'5040)));
  CHECK(counter("iommu", "page_walk_reads") == 3 * 5 + 4);
  rig.ask(b, kNeighbour, 0x20'6040);
  CHECK(b.result == rig.guest.host_address(Gpa(0x20'6040)));
  CHECK(counter("iommu", "page_walks") == 2);
}

TEST_CASE("what a guest's first level gets wrong faults and never leaves its memory", "[iommu][timing]") {
  Simulation sim;
  NestedRig rig(iommu_literals().set("fault_records", "16"));
  const auto fault_of = [&](std::uint64_t address, bool write = false) {
    Translation t;
    rig.ask(t, kNeighbour, address, write);
    return t.fault;
  };
  rig.map(0x5000, Gpa(0x8000), 0, 1);
  CHECK(fault_of(0x5000) == IommuFault::none);
  CHECK(fault_of(0x5000, true) == IommuFault::write_permission);
  CHECK(fault_of(0x6000) == IommuFault::first_level_not_present);
  rig.map(0x7000, Gpa(static_cast<std::uint64_t>(kGuestSize.raw())), 0, 3);  // the host's memory behind the guest
  CHECK(fault_of(0x7000) == IommuFault::read_permission);
  rig.map(0x8000, Gpa(std::uint64_t{1} << 50), 0, 3);
  CHECK(fault_of(0x8000) == IommuFault::address_beyond_width);
  rig.map(0x40'0000, Gpa(0x1000), 1, 3 | 1u << 7);
  CHECK(fault_of(0x40'0000) == IommuFault::first_level_reserved);
  rig.map(std::uint64_t{1} << 40, Gpa{}, 3, 3 | 1u << 7);
  CHECK(fault_of(std::uint64_t{1} << 40) == IommuFault::first_level_reserved);
  rig.map(std::uint64_t{3} << 30, Gpa(std::uint64_t{1} << 30), 2, 3);  // a table outside the guest
  CHECK(fault_of(std::uint64_t{3} << 30) == IommuFault::first_level_access);
}
