#include <catch2/catch.hpp>

#include <map>

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

/// What a load or store of a user at `at` meets by the guest's tables as they stand; `target`: where it goes.
PageFault by_the_tables(const MmuRig& m, Gpa table, Gva at, bool is_store, Gpa& target) {
  std::uint64_t allowed = Bits::kAll;
  for (unsigned level = 3;; --level) {
    if (!m.guest_memory->contains(table, k4K)) return PageFault::no_memory;
    const std::uint64_t entry =
        virt::read_entry(*m.fixed, m.guest_memory->host_address(virt::entry_address(table, at, level)));
    if ((entry & 1) == 0) return PageFault::not_present;
    if ((entry & virt::reserved_bits(entry, level, 40)) != 0) return PageFault::reserved_bit;
    allowed &= entry;
    table = Gpa(entry & virt::kEntryAddress);
    if (!virt::is_leaf(entry, level)) continue;
    if ((allowed & Bits::kUser) == 0) return PageFault::not_user;
    if (is_store && (allowed & Bits::kWrite) == 0) return PageFault::write_protected;
    target = table.align_down(virt::page_of(level)) + at.offset_in(virt::page_of(level));
    return m.guest_memory->contains(target, Bytes(8)) ? PageFault::none : PageFault::no_memory;
  }
}

/// A guest that fills its tables with whatever it likes, by its windows into them too: themselves, nowhere, reserved
/// bits, large pages. Each load and store meets what the tables say.
void hostile(const char* mode, std::uint64_t seed, Bytes nested_page) {
  LiteralParams software = paging_literals(mode);
  MmuRig m(mode, small_caches(), true, nested_page, software.set("shadow_tables", "40"));
  Stream random(seed, "hostile");
  auto& tables = m.mmu->space().tables;
  const Gpa first = m.mmu->exec().allocate(k4K * 6, k4K);
  const auto entry_to = [&]() -> std::uint64_t {
    const std::uint64_t low[] = {0x67, 0x67, 0x27, 0x65, 0xE7, 0, 0x63, 0x07, 0x87};
    const std::uint64_t bits = low[random.between(0, 8)] | (random.between(0, 30) == 0 ? std::uint64_t{1} << 50 : 0);
    if ((bits & 0x80) != 0) return static_cast<std::uint64_t>(random.between(0, 33)) << 21 | bits;  // 64 MB and more
    switch (random.between(0, 9)) {
      case 0: return tables.root().raw() | bits;
      case 1: return std::uint64_t{MmuRig::kGuestSize} | bits;  // just beyond its memory
      case 2: return ((random.bits() & virt::kEntryAddress) >> 14 & virt::kEntryAddress) | bits;  // anywhere
      default: return (first + k4K * random.between(0, 5)).raw() | bits;
    }
  };
  constexpr std::uint64_t kWays[] = {0, 0x80'4020'1000, 0x100'8040'2000, 0x8000'0000, 0x80'4000'0000};
  const auto invalidate_all = [&] {
    for (const std::uint64_t way : kWays) m.wait_for([&] { return m.mmu->invalidate(Gva(way)); });
  };
  std::array<int, 7> kinds{};
  for (int i = 0; i < 4000; ++i) {
    const Gva at(kWays[random.between(0, 4)] | (random.bits() & 0x18));
    const std::int64_t what = random.between(0, 7);
    if (what < 2) {
      const Gpa table = what == 0 ? tables.root() : first + k4K * random.between(0, 5);
      const std::uint64_t entry = entry_to();
      m.wait_for([&] { return m.mmu->write_table(table + Bytes(8) * random.between(0, 3), entry); });
      invalidate_all();
      continue;
    }
    const bool is_store = what == 2;
    Gpa target;
    const PageFault expected = by_the_tables(m, tables.root(), at, is_store, target);
    if (is_store) {
      const std::uint64_t value = entry_to();
      m.store(at, value);
      REQUIRE(m.fault == expected);
      if (expected == PageFault::none)
        REQUIRE(virt::read_entry(*m.fixed, m.guest_memory->host_address(target)) == value);
      invalidate_all();
    } else {
      const std::uint64_t value = m.load(at);
      REQUIRE(m.fault == expected);
      if (expected == PageFault::none)
        REQUIRE(value == virt::read_entry(*m.fixed, m.guest_memory->host_address(target)));
    }
    ++kinds[static_cast<std::size_t>(expected)];
  }
  for (const PageFault kind : {PageFault::none, PageFault::not_present, PageFault::write_protected,
                               PageFault::not_user, PageFault::reserved_bit, PageFault::no_memory}) {
    CAPTURE(static_cast<int>(kind));
    CHECK(kinds[static_cast<std::size_t>(kind)] > 0);
  }
}

}  // namespace

TEST_CASE("a hostile guest meets its tables' faults under EPT", "[virt][mmu][equivalence]") {
  Simulation sim;
  hostile("ept", 1, k4K);
}
TEST_CASE("a hostile guest meets its tables' faults under EPT of large pages", "[virt][mmu][equivalence]") {
  Simulation sim;
  hostile("ept", 2, k2M);
}
TEST_CASE("a hostile guest meets its tables' faults under shadow paging", "[virt][mmu][equivalence]") {
  Simulation sim;
  hostile("shadow", 1, k4K);
}
TEST_CASE("a hostile guest meets its tables' faults under a shadow of large pages", "[virt][mmu][equivalence]") {
  Simulation sim;
  hostile("shadow", 2, k2M);
}

namespace {

/// Each small page of a large one is what the guest's memory holds there.
void whole(const char* mode, Bytes nested_page) {
  MmuRig m(mode, small_caches(), true, nested_page);
  const Gva large = m.mmu->reserve(k2M, k2M);
  const Gpa memory(m.mmu->space().tables.find(large)->entry & virt::kEntryAddress & ~std::uint64_t{0x1FFFFF});
  for (int i = 0; i < 512; i += 17)
    virt::write_entry(*m.fixed, m.guest_memory->host_address(memory + k4K * i), static_cast<std::uint64_t>(i) + 1);
  for (int i = 0; i < 512; i += 17) CHECK(m.load(large + k4K * i) == static_cast<std::uint64_t>(i) + 1);
}

}  // namespace

TEST_CASE("a large page under EPT of small ones is whole", "[virt][mmu][equivalence]") {
  Simulation sim;
  whole("ept", k4K);
}
TEST_CASE("a large page under EPT of large ones is whole", "[virt][mmu][equivalence]") {
  Simulation sim;
  whole("ept", k2M);
}
TEST_CASE("a large page in a shadow of small ones is whole", "[virt][mmu][equivalence]") {
  Simulation sim;
  whole("shadow", k4K);
}
TEST_CASE("a large page in a shadow of large ones is whole", "[virt][mmu][equivalence]") {
  Simulation sim;
  whole("shadow", k2M);
}

TEST_CASE("large pages that share their memory keep what each of them allows", "[virt][mmu][equivalence]") {
  Simulation sim;
  MmuRig m("shadow", small_caches(), true, k4K);
  auto& tables = m.mmu->space().tables;
  const Gpa memory = m.mmu->exec().allocate(k2M, k2M);
  const Gva stored(std::uint64_t{1} << 30), loaded(std::uint64_t{1} << 31), kernel(std::uint64_t{3} << 30);
  tables.map(stored, memory, 1, kTouched);
  tables.map(loaded, memory, 1, kTouched & ~Bits::kWrite);
  tables.map(kernel, memory, 1, kTouched & ~Bits::kUser);
  m.load(loaded + k4K);
  m.store(stored + k4K, 8);  // makes the shared piece writable
  CHECK(m.fault == PageFault::none);
  m.store(loaded + k4K, 9);
  CHECK(m.fault == PageFault::write_protected);
  m.load(kernel + k4K);
  CHECK(m.fault == PageFault::not_user);
  CHECK(m.load(stored + k4K) == 8);
}

TEST_CASE("a page of 1 GB in a shadow is whole", "[virt][mmu][equivalence]") {
  Simulation sim;
  LiteralParams host = host_literals();
  MmuRig m("shadow", small_caches(), false, k1G, paging_literals("shadow"), exit_literals(),
           host.set("node_memory", "8 GB"), Bytes(std::int64_t{3} << 30));
  const Gva huge = m.mmu->reserve(k1G, k1G);
  const Gpa memory(m.mmu->space().tables.find(huge)->entry & virt::kEntryAddress & ~std::uint64_t{0x3FFF'FFFF});
  constexpr std::uint64_t kStep = 0x123'4568;
  for (std::uint64_t at = 0; at < 0x4000'0000; at += kStep)
    virt::write_entry(m.memory, m.guest_memory->host_address(Gpa(memory.raw() + at)), at + 1);
  for (std::uint64_t at = 0; at < 0x4000'0000; at += kStep) CHECK(m.load(Gva(huge.raw() + at)) == at + 1);
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
