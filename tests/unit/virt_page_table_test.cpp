#include <catch2/catch.hpp>

#include "support/mmu_rig.h"

using namespace viosim;
using namespace viosim::test;
using Bits = virt::EntryBits<Gva>;

namespace {

constexpr std::uint64_t kPresent = Bits::kPresent, kUserPage = kPresent | Bits::kUser;
constexpr std::uint64_t kTouched = kUserPage | Bits::kWrite | Bits::kAccessed | Bits::kDirty;

/// Entry of `level` for `address`, as it stands in the tables of the current space.
std::uint64_t entry_at(MmuRig& m, Gva address) { return m.mmu->space().tables.find(address)->entry; }

}  // namespace

TEST_CASE("entries have the bits of the processor's manual", "[virt][mmu][unit]") {
  Simulation sim;
  MmuRig m("ept", bare_mmu(), true, k2M);
  const Gva page = m.mmu->reserve(k4K, k4K), large = m.mmu->reserve(k2M, k2M);
  CHECK((entry_at(m, page) & 0xFFF) == 0x67);
  CHECK((entry_at(m, large) & 0xFFF) == 0xE7);
  const Gpa root = m.mmu->space().tables.root();
  CHECK((m.mmu->space().tables.read(virt::entry_address(root, page, 3)) & 0xFFF) == 0x27);
  // Extended tables: all permissions, write-back, a large page in the third level.
  std::uint64_t entry = virt::read_entry(*m.fixed, virt::entry_address(m.mmu->nested()->root(), Gpa(0), 3));
  CHECK((entry & 0xFFF) == 7);
  for (unsigned level = 2; level >= 1; --level)
    entry = virt::read_entry(*m.fixed, virt::entry_address(Hpa(entry & virt::kEntryAddress), Gpa(k2M.raw()), level));
  CHECK((entry & 0xFFF) == 0xB7);
  CHECK((entry & virt::kEntryAddress) == m.guest_memory->host_address(Gpa(k2M.raw())).raw());
}

TEST_CASE("a page that cannot be mapped is refused", "[virt][mmu][unit]") {
  Simulation sim;
  MmuRig m("native");
  auto& tables = m.mmu->space().tables;
  CHECK_THROWS_AS(tables.map(Gva(0x1001), Gpa(0x1000), 0, kPresent), std::invalid_argument);
  CHECK_THROWS_AS(tables.map(Gva(0x1000), Gpa(0x1000), 1, kPresent), std::invalid_argument);
  CHECK_THROWS_AS(tables.map(Gva(0), Gpa(0), 3, kPresent), std::invalid_argument);
  const Gva large = m.mmu->reserve(k2M, k2M);
  CHECK_THROWS_WITH(tables.map(large + k4K, Gpa(0x1000), 0, kPresent), Catch::Contains("larger page"));
  CHECK_THROWS_AS(m.mmu->reserve(k4K, Bytes(8192)), std::invalid_argument);
  CHECK_THROWS_AS(m.mmu->reserve(k1G, k4K), std::length_error);
  CHECK_THROWS_AS(m.mmu->remap(Gva(0x1000)), std::invalid_argument);
  std::array<std::byte, 8> word{};
  CHECK_THROWS_AS(m.mmu->load(large + Bytes(4090), word, m.fault), std::invalid_argument);
}

TEST_CASE("a mode that does not go with the guest is refused", "[virt][mmu][unit]") {
  Simulation sim;
  Machine m;
  const virt::MmuParams hardware{*std::make_unique<LiteralParams>(bare_mmu())};
  const virt::PagingParams ept{*std::make_unique<LiteralParams>(paging_literals("ept"))};
  CHECK_THROWS_WITH(virt::Mmu("mmu0", hardware, ept, m.core0, m.memory, {}), Catch::Contains("needs a guest"));
  LiteralParams odd = bare_mmu();
  const virt::MmuParams halves{odd.set("l1_4k_entries", "5").set("l1_4k_ways", "2")};
  const virt::PagingParams native{*std::make_unique<LiteralParams>(paging_literals("native"))};
  CHECK_THROWS_WITH(virt::Mmu("mmu0", halves, native, m.core0, m.memory, {}), Catch::Contains("l1_4k_ways"));
}

namespace {

void permissions_hold(const char* mode) {
  MmuRig m(mode, bare_mmu(), std::string(mode) != "native");
  const Gpa frame = m.mmu->exec().allocate(k4K, k4K);
  auto& tables = m.mmu->space().tables;
  const Gva kernel(0x1000), constant(0x2000), unused(0x3000), untouched(0x4000), wide(0x5000);
  tables.map(kernel, frame, 0, kPresent | Bits::kWrite);
  tables.map(constant, frame, 0, kUserPage);
  tables.map(untouched, frame, 0, kUserPage | Bits::kWrite);
  tables.map(wide, frame, 0, kUserPage | std::uint64_t{1} << 45);  // beyond 40 bits
  m.load(kernel);
  CHECK(m.fault == PageFault::not_user);
  m.store(constant, 1);
  CHECK(m.fault == PageFault::write_protected);
  m.load(constant);
  CHECK(m.fault == PageFault::none);
  m.store(constant, 1);  // the TLB has it now
  CHECK(m.fault == PageFault::write_protected);
  m.load(unused);
  CHECK(m.fault == PageFault::not_present);
  m.load(Gva(std::uint64_t{1} << 40));
  CHECK(m.fault == PageFault::not_present);
  m.load(wide);
  CHECK(m.fault == PageFault::reserved_bit);
  m.load(Gva(std::uint64_t{1} << 47));
  CHECK(m.fault == PageFault::not_canonical);
  CHECK(m.count("guest_page_faults") == 7);
  CHECK(m.spent(Cause::Execute) == nanoseconds(800));
  CHECK((entry_at(m, untouched) & (Bits::kAccessed | Bits::kDirty)) == 0);
  m.load(untouched);
  CHECK((entry_at(m, untouched) & (Bits::kAccessed | Bits::kDirty)) == Bits::kAccessed);
  m.store(untouched, 77);
  CHECK(m.fault == PageFault::none);
  CHECK((entry_at(m, untouched) & (Bits::kAccessed | Bits::kDirty)) == (Bits::kAccessed | Bits::kDirty));
  CHECK(m.load(constant) == 77);  // the same frame
  // A table that restricts what its pages allow.
  const Gva inner(std::uint64_t{1} << 39);
  tables.map(inner, frame, 0, kTouched);
  const Gpa top = virt::entry_address(tables.root(), inner, 3);
  m.wait_for([&] { return m.mmu->write_table(top, tables.read(top) & ~Bits::kWrite); });
  m.store(inner, 5);
  CHECK(m.fault == PageFault::write_protected);
}

}  // namespace

TEST_CASE("permissions, presence and marks natively", "[virt][mmu][unit]") {
  Simulation sim;
  permissions_hold("native");
}
TEST_CASE("permissions, presence and marks under EPT", "[virt][mmu][unit]") {
  Simulation sim;
  permissions_hold("ept");
}
TEST_CASE("permissions, presence and marks under shadow paging", "[virt][mmu][unit]") {
  Simulation sim;
  permissions_hold("shadow");
}

TEST_CASE("extended entries are marked where the processor can", "[virt][mmu][unit]") {
  Simulation sim;
  LiteralParams hardware = bare_mmu();
  MmuRig m("ept", hardware.set("ept_accessed_dirty", "true"), true, k2M);
  const Gva page = m.mmu->reserve(k2M, k2M);
  const Gpa behind(entry_at(m, page) & virt::kEntryAddress & ~std::uint64_t{0x1FFFFF});
  const auto leaf = [&] {
    Hpa table = m.mmu->nested()->root();
    for (unsigned level = 3; level > 1; --level)
      table = Hpa(virt::read_entry(*m.fixed, virt::entry_address(table, behind, level)) & virt::kEntryAddress);
    return virt::read_entry(*m.fixed, virt::entry_address(table, behind, 1)) >> 8 & 3;
  };
  CHECK(leaf() == 0);
  m.load(page);
  CHECK(leaf() == 1);
  CHECK(m.count("walk_marks") > 0);
}
