#include <catch2/catch.hpp>

#include <map>
#include <utility>

#include "kernel/random.h"
#include "support/mmu_rig.h"

using namespace viosim;
using namespace viosim::test;
using Bits = virt::EntryBits<Gva>;

namespace {

constexpr std::uint64_t kTouched = Bits::kPresent | Bits::kWrite | Bits::kUser | Bits::kAccessed | Bits::kDirty;

LiteralParams small_caches() {
  LiteralParams hardware = bare_mmu();
  hardware.set("stlb_entries", "16").set("stlb_ways", "4").set("pde_cache", "2").set("pdpt_cache", "2");
  return hardware.set("nested_tlb_entries", "8").set("nested_tlb_ways", "4").set("ept_pde_cache", "2");
}

/// A guest maps, unmaps and stores at random; each load finds the frame that its own tables say.
void coherent(const char* mode, const char* most_tables = "1024") {
  LiteralParams software = paging_literals(mode);
  MmuRig m(mode, small_caches(), std::string(mode) != "native", k4K, software.set("shadow_tables", most_tables));
  Stream random(7, mode);
  constexpr std::int64_t kFrames = 64;
  const Gpa frames = m.mmu->exec().allocate(k4K * kFrames, k4K);
  std::map<std::uint64_t, std::int64_t> mapped;   // page to frame: what the guest believes
  std::map<std::int64_t, std::uint64_t> written;  // by frame
  const auto page = [&] {  // neighbours, and pages whose tables are all their own
    return Gva(static_cast<std::uint64_t>(random.between(0, 20)) << 12 |
               static_cast<std::uint64_t>(random.between(0, 1)) << 21 |
               static_cast<std::uint64_t>(random.between(0, 2)) << 39);
  };
  std::uint64_t writes = 0;
  for (int i = 0; i < 4000; ++i) {
    const Gva at = page();
    const auto known = mapped.find(at.raw());
    switch (random.between(0, 5)) {
      case 0:
        if (known != mapped.end()) break;
        mapped[at.raw()] = random.between(0, kFrames - 1);
        m.wait_for([&] { return m.mmu->map(at, frames + k4K * mapped[at.raw()], 0, kTouched); });
        break;
      case 1:
        if (known == mapped.end()) break;
        mapped.erase(known);
        m.wait_for([&] { return m.mmu->write_table(m.mmu->space().tables.find(at)->at, 0); });
        m.wait_for([&] { return m.mmu->invalidate(at); });
        break;
      case 2:
        m.store(at, ++writes);
        if (known != mapped.end()) written[known->second] = writes;
        CHECK((m.fault == PageFault::none) == (known != mapped.end()));
        break;
      default: {
        const std::uint64_t value = m.load(at);
        if (known == mapped.end()) {
          CHECK(m.fault == PageFault::not_present);
        } else {
          CHECK(m.fault == PageFault::none);
          CHECK(value == written[known->second]);
        }
      }
    }
  }
  CHECK(writes > 100);
}

}  // namespace

TEST_CASE("native translation follows the tables through random changes", "[virt][mmu][equivalence]") {
  Simulation sim;
  coherent("native");
}
TEST_CASE("nested translation follows the tables through random changes", "[virt][mmu][equivalence]") {
  Simulation sim;
  coherent("ept");
}
TEST_CASE("the shadow follows the tables through random changes", "[virt][mmu][equivalence]") {
  Simulation sim;
  coherent("shadow");
}
TEST_CASE("a shadow that is often emptied follows the tables too", "[virt][mmu][equivalence]") {
  Simulation sim;
  coherent("shadow", "16");
}

TEST_CASE("each change of a table in use is one exit", "[virt][mmu][equivalence]") {
  Simulation sim;
  MmuRig m("shadow", small_caches(), true);
  const Gva pages = m.mmu->reserve(Bytes(8 * 4096), k4K);
  for (int i = 0; i < 8; ++i) m.load(pages + k4K * i);
  Stream random(3, "changes");
  std::uint64_t changes = 0;
  for (int i = 0; i < 200; ++i) {
    const auto leaf = m.mmu->space().tables.find(pages + k4K * random.between(0, 7));
    m.wait_for([&] { return m.mmu->write_table(leaf->at, random.between(0, 1) == 0 ? 0 : leaf->entry); });
    ++changes;
  }
  CHECK(m.count("table_write_exits") == changes);
  CHECK(m.exits() == changes + m.count("shadow_faults"));
}

namespace {

/// A guest that fills its tables with whatever it likes: themselves, nowhere, reserved bits. Answers what its loads and
/// stores met.
std::vector<std::pair<PageFault, std::uint64_t>> hostile(const char* mode, std::uint64_t seed) {
  MmuRig m(mode, small_caches(), true);
  Stream random(seed, "hostile");
  auto& tables = m.mmu->space().tables;
  const Gpa first = m.mmu->exec().allocate(k4K * 6, k4K);
  const auto any_page = [&]() -> std::uint64_t {
    switch (random.between(0, 7)) {
      case 0: return tables.root().raw();
      case 1: return std::uint64_t{MmuRig::kGuestSize};            // just beyond its memory
      case 2: return (random.bits() & virt::kEntryAddress) >> 14;  // anywhere
      default: return (first + k4K * random.between(0, 5)).raw();
    }
  };
  std::vector<std::pair<PageFault, std::uint64_t>> met;
  for (int i = 0; i < 3000; ++i) {
    const Gva at(static_cast<std::uint64_t>(random.between(0, 2)) * 0x80'4020'1000 | (random.bits() & 0x18));
    if (random.between(0, 3) == 0) {
      const std::uint64_t low[] = {0x67, 0x67, 0x27, 0x65, 0xE7, 0, 0x63, 0x07};
      std::uint64_t entry = (any_page() & virt::kEntryAddress) | low[random.between(0, 7)];
      if (random.between(0, 30) == 0) entry |= std::uint64_t{1} << 50;
      const Gpa table = random.between(0, 3) == 0 ? tables.root() : first + k4K * random.between(0, 5);
      m.wait_for([&] {
        return m.mmu->write_table(table + Bytes(8) * random.between(0, 3), entry);
      });
      for (std::uint64_t k = 0; k < 3; ++k)
        m.wait_for([&] { return m.mmu->invalidate(Gva(k * 0x80'4020'1000)); });
    } else if (random.between(0, 3) == 0) {
      const std::uint64_t value = random.bits();
      m.store(at, value);
      met.emplace_back(m.fault, 0);
      for (std::uint64_t k = 0; k < 3; ++k)
        m.wait_for([&] { return m.mmu->invalidate(Gva(k * 0x80'4020'1000)); });
    } else {
      const std::uint64_t value = m.load(at);
      met.emplace_back(m.fault, value);
    }
  }
  return met;
}

void survives(const char* mode, std::uint64_t seed) {
  const auto met = hostile(mode, seed);
  std::array<int, 7> kinds{};
  for (const auto& [fault, value] : met) ++kinds[static_cast<std::size_t>(fault)];
  CHECK(kinds[0] > 0);
  CHECK(kinds[static_cast<std::size_t>(PageFault::not_present)] > 0);
  CHECK(kinds[static_cast<std::size_t>(PageFault::reserved_bit)] > 0);
}

}  // namespace

TEST_CASE("a hostile guest meets faults under EPT", "[virt][mmu][equivalence]") {
  Simulation sim;
  survives("ept", 1);
}
TEST_CASE("a hostile guest meets faults under shadow paging", "[virt][mmu][equivalence]") {
  Simulation sim;
  survives("shadow", 1);
}

TEST_CASE("a table that names itself is walked to its page and no further", "[virt][mmu][equivalence]") {
  Simulation sim;
  MmuRig m("shadow", small_caches(), true);
  auto& tables = m.mmu->space().tables;
  // Entry 1 of the root names the root: at each level, and as a page.
  tables.write(tables.root() + Bytes(8), tables.root().raw() | kTouched);
  const Gva itself(0x80'4020'1000);
  CHECK(m.load(itself + Bytes(8)) == (tables.root().raw() | kTouched));
  const std::uint64_t before = m.count("table_write_exits");
  m.store(itself + Bytes(8), 0);  // through its own window: the monitor has to see it
  CHECK(m.count("table_write_exits") == before + 1);
  m.wait_for([&] { return m.mmu->invalidate(itself); });
  m.load(itself);
  CHECK(m.fault == PageFault::not_present);
}

TEST_CASE("a page that the guest could store to is shadowed once it is a table", "[virt][mmu][equivalence]") {
  Simulation sim;
  MmuRig m("shadow", small_caches(), true);
  const Gva window = m.mmu->reserve(k4K, k4K), page = m.mmu->reserve(k4K, k4K);
  auto& tables = m.mmu->space().tables;
  m.store(window, 0);  // writable in the shadow and in the TLB
  const Gpa made(tables.find(window)->entry & virt::kEntryAddress);
  const Gpa frame(tables.find(page)->entry & virt::kEntryAddress);
  const Gva target(std::uint64_t{1} << 30);  // its page table is the page behind the window
  m.wait_for([&] { return m.mmu->map(target + k2M, frame, 0, kTouched); });
  const Gpa directory = tables.find(target + k2M)->at.align_down(k4K);
  // The directory's own entry: find the one that names `directory`, beside it put `made`.
  const Gpa top = tables.root();
  const Gpa second(tables.read(virt::entry_address(top, target, 3)) & virt::kEntryAddress);
  const Gpa third(tables.read(virt::entry_address(second, target, 2)) & virt::kEntryAddress);
  CHECK(directory != third);
  m.wait_for([&] { return m.mmu->write_table(virt::entry_address(third, target, 1), made.raw() | kTouched); });
  m.load(target);
  CHECK(m.fault == PageFault::not_present);
  m.store(window, frame.raw() | kTouched);  // entry 0 of the new table, through the window
  CHECK(m.count("table_write_exits") >= 1);
  m.store(page, 99);
  CHECK(m.load(target) == 99);
}
