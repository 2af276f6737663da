#include <catch2/catch.hpp>

#include "support/mmu_rig.h"

using namespace viosim;
using namespace viosim::test;

TEST_CASE("a native walk reads an entry a level, a large page one or two less", "[virt][mmu][timing]") {
  Simulation sim;
  MmuRig m("native");
  const Gva small = m.mmu->reserve(k4K, k4K), large = m.mmu->reserve(k2M, k2M);
  m.load(small);
  CHECK(m.count("walk_references") == 4);
  CHECK(m.spent(Cause::PageWalk) == nanoseconds(5 + 4 * 80));  // each from DRAM
  CHECK(m.spent(Cause::TlbLookup) == nanoseconds(7));
  CHECK(m.took == nanoseconds(7 + 5 + 4 * 80 + 80));
  CHECK(m.references([&] { m.load(large); }) == 3);
  // The same PML4 and PDPT entries, now in the core's caches, and the line of the page directory.
  CHECK(m.spent(Cause::PageWalk) == nanoseconds(5 + 3 * 10));
  CHECK(m.references([&] { m.load(small + Bytes(8)); }) == 0);
  CHECK(m.took == kZeroTime);
}

TEST_CASE("a native walk of a 1 GB page reads two entries", "[virt][mmu][timing]") {
  Simulation sim;
  LiteralParams host = host_literals();
  MmuRig m("native", bare_mmu(), false, k4K, paging_literals("native"), exit_literals(),
           host.set("node_memory", "4 GB"));
  const Gva huge = m.mmu->reserve(k1G, k1G);
  CHECK(m.references([&] { m.load(huge + Bytes(0x1234'5678)); }) == 2);
  CHECK(m.references([&] { m.load(huge); }) == 0);  // one entry of the TLB holds it all
}

namespace {

std::uint64_t first_walk(Bytes guest_page, Bytes nested_page, const LiteralParams& hardware) {
  MmuRig m("ept", hardware, true, nested_page);
  const Gva page = m.mmu->reserve(guest_page, guest_page);
  const std::uint64_t n = m.references([&] { m.load(page); });
  CHECK(m.spent(Cause::PageWalk) == nanoseconds(5 + 100 * static_cast<std::int64_t>(n)));
  CHECK(m.fault == PageFault::none);
  return n;
}

}  // namespace

// n guest levels, each found by m references, and the page itself: n (m + 1) + m.
TEST_CASE("a walk of two dimensions reads 24 entries", "[virt][mmu][timing]") {
  Simulation sim;
  CHECK(first_walk(k4K, k4K, bare_mmu()) == 24);
}
TEST_CASE("2 MB pages of the guest alone make it 19", "[virt][mmu][timing]") {
  Simulation sim;
  CHECK(first_walk(k2M, k4K, bare_mmu()) == 19);
}
TEST_CASE("2 MB pages of the host alone make it 19 too", "[virt][mmu][timing]") {
  Simulation sim;
  CHECK(first_walk(k4K, k2M, bare_mmu()) == 19);
}
TEST_CASE("2 MB pages of both make it 15", "[virt][mmu][timing]") {
  Simulation sim;
  CHECK(first_walk(k2M, k2M, bare_mmu()) == 15);
}
TEST_CASE("1 GB pages of both make it 8", "[virt][mmu][timing]") {
  Simulation sim;
  LiteralParams host = host_literals();
  MmuRig m("ept", bare_mmu(), false, k1G, paging_literals("ept"), exit_literals(), host.set("node_memory", "8 GB"),
           Bytes(std::int64_t{3} << 30));
  const Gva huge = m.mmu->reserve(k1G, k1G);
  CHECK(m.references([&] { m.load(huge + Bytes(0x3456'7890)); }) == 8);
  CHECK(m.references([&] { m.load(huge); }) == 0);
}
TEST_CASE("guest-physical pages that are remembered spare whole dimensions", "[virt][mmu][timing]") {
  Simulation sim;
  // The PML4 is found by a walk, and so is each table below, and the page: five pages, none of them twice; but the
  // upper extended entries are known after the first of them.
  LiteralParams with_pde = bare_mmu();
  with_pde.set("ept_pde_cache", "8");
  CHECK(first_walk(k4K, k4K, with_pde) <= 4 + 4 + 4 * 4);
}

TEST_CASE("a remembered page-directory entry leaves one reference and the page", "[virt][mmu][timing]") {
  Simulation sim;
  LiteralParams hardware = bare_mmu();
  MmuRig m("ept", hardware.set("pde_cache", "4"), true);
  const Gva pages = m.mmu->reserve(Bytes(2 * 4096), k4K);
  m.load(pages);
  CHECK(m.references([&] { m.load(pages + k4K); }) == 1 + 4);
  CHECK(m.took == nanoseconds(7 + 5 + 500));
}

TEST_CASE("the nested TLB finds tables without a walk", "[virt][mmu][timing]") {
  Simulation sim;
  LiteralParams hardware = bare_mmu();
  MmuRig m("ept", hardware.set("nested_tlb_entries", "16").set("nested_tlb_ways", "16"), true);
  const Gva pages = m.mmu->reserve(Bytes(2 * 4096), k4K);
  m.load(pages);
  CHECK(m.references([&] { m.load(pages + k4K); }) == 4 + 4);  // the guest's four, and the page's extended ones
  CHECK(m.count("nested_references") == 20 + 4);
}

TEST_CASE("a second-level TLB answers for what the first one lost", "[virt][mmu][timing]") {
  Simulation sim;
  LiteralParams hardware = bare_mmu();
  MmuRig m("native", hardware.set("stlb_entries", "16").set("stlb_ways", "4"));
  const Gva pages = m.mmu->reserve(Bytes(8 * 4096), k4K);
  for (int i = 0; i < 8; ++i) m.load(pages + (k4K + Bytes(64)) * i);
  CHECK(m.count("tlb_misses") == 8);
  m.load(pages);
  CHECK(m.count("tlb_misses") == 8);
  CHECK(m.count("stlb_hits") == 1);
  CHECK(m.took == nanoseconds(7));
  m.load(pages + Bytes(1024));  // now in the first level; its line is new
  CHECK(m.took == nanoseconds(80));
}

TEST_CASE("a working set larger than the TLB's reach misses at every turn", "[virt][mmu][timing]") {
  Simulation sim;
  MmuRig m("native");
  const Gva pages = m.mmu->reserve(Bytes(5 * 4096), k4K);
  const auto turn = [&](int n) {
    for (int i = 0; i < n; ++i) m.load(pages + k4K * i);
  };
  turn(4);
  CHECK(m.references([&] { turn(4); }) == 0);  // four entries hold four pages
  turn(5);
  CHECK(m.references([&] { turn(5); }) == 5 * 4);
}

TEST_CASE("a page in more pieces than the TLB has arrays for is held in smaller ones", "[virt][mmu][timing]") {
  Simulation sim;
  LiteralParams hardware = bare_mmu();
  MmuRig m("native", hardware.set("l1_2m_entries", "0"));
  const Gva large = m.mmu->reserve(k2M, k2M);
  m.load(large);
  CHECK(m.references([&] { m.load(large + Bytes(4088)); }) == 0);
  CHECK(m.references([&] { m.load(large + k4K); }) == 3);
}

TEST_CASE("a large page of the guest on small ones of the host is held in small pieces", "[virt][mmu][timing]") {
  Simulation sim;
  MmuRig m("ept", bare_mmu(), true);
  const Gva large = m.mmu->reserve(k2M, k2M);
  m.load(large);
  CHECK(m.references([&] { m.load(large + k4K); }) == 19);
}

TEST_CASE("a switch of address spaces keeps translations that are tagged", "[virt][mmu][timing]") {
  Simulation sim;
  MmuRig m("native");
  const Gva page = m.mmu->reserve(k4K, k4K);
  auto other = m.mmu->new_space();
  virt::AddressSpace& first = m.mmu->space();
  m.load(page);
  m.wait_for([&] { return m.mmu->switch_to(*other); });
  CHECK(m.took == nanoseconds(150));
  m.load(page);
  CHECK(m.fault == PageFault::not_present);  // another process
  m.wait_for([&] { return m.mmu->switch_to(first); });
  CHECK(m.references([&] { m.load(page); }) == 0);
}

TEST_CASE("a switch without tags forgets", "[virt][mmu][timing]") {
  Simulation sim;
  LiteralParams hardware = bare_mmu();
  MmuRig m("native", hardware.set("pcid", "false").set("pde_cache", "4"));
  const Gva page = m.mmu->reserve(k4K, k4K);
  virt::AddressSpace& first = m.mmu->space();
  m.load(page);
  m.wait_for([&] { return m.mmu->switch_to(first); });
  CHECK(m.references([&] { m.load(page); }) == 4);
}

TEST_CASE("without VPID an exit empties the TLB of virtual addresses", "[virt][mmu][timing]") {
  Simulation sim;
  LiteralParams exits = exit_literals(), hardware = bare_mmu();
  MmuRig m("ept", hardware.set("nested_tlb_entries", "16").set("nested_tlb_ways", "16"), true, k4K,
           paging_literals("ept"), exits.set("vpid", "false"));
  const Gva page = m.mmu->reserve(k4K, k4K);
  m.load(page);
  struct Calls {
    static Process run(virt::Vcpu& vcpu) { co_await vcpu.hypercall(); }
  };
  m.vcpu->op() = Op{};
  spawn(Calls::run(*m.vcpu), "guest");
  run_to(now() + microseconds(100));
  CHECK(m.references([&] { m.load(page); }) == 4);  // guest-physical translations stay
}

TEST_CASE("an EPT violation is an exit that backs the page", "[virt][mmu][timing]") {
  Simulation sim;
  LiteralParams software = paging_literals("ept");
  MmuRig m("ept", bare_mmu(), true, k4K, software.set("prefault", "false"));
  const Gva page = m.mmu->reserve(k4K, k4K);
  m.load(page);
  CHECK(m.count("ept_violations") == 5);  // four tables and the page
  CHECK(m.exits() == 5);
  CHECK(m.spent(Cause::VmExit) == nanoseconds(5 * 400));
  CHECK(m.spent(Cause::ExitHandling) == nanoseconds(5 * 2000));
  CHECK(m.spent(Cause::VmEntry) == nanoseconds(5 * 600));
  m.load(page);
  CHECK(m.exits() == 5);
}

TEST_CASE("shadow paging fills by an exit and walks one dimension then", "[virt][mmu][timing]") {
  Simulation sim;
  MmuRig m("shadow", bare_mmu(), true);
  const Gva pages = m.mmu->reserve(Bytes(6 * 4096), k4K);
  m.load(pages);
  CHECK(m.count("shadow_faults") == 1);
  CHECK(m.spent(Cause::ExitHandling) == nanoseconds(3000));
  CHECK(m.spent(Cause::PageWalk) == nanoseconds(5 + 100 + 5 + 400));  // none at the first level; all four then
  for (int i = 1; i < 6; ++i) m.load(pages + k4K * i);
  CHECK(m.references([&] { m.load(pages); }) == 4);
  CHECK(m.exits() == 6);
}

TEST_CASE("under shadow paging a guest's write of a table exits, and so do INVLPG and CR3", "[virt][mmu][timing]") {
  Simulation sim;
  MmuRig m("shadow", bare_mmu(), true);
  const Gva page = m.mmu->reserve(k4K, k4K);
  m.load(page);
  const std::uint64_t before = m.exits();
  m.wait_for([&] { return m.mmu->remap(page); });
  CHECK(m.count("table_write_exits") == 2);
  CHECK(m.count("invlpg_exits") == 1);
  CHECK(m.exits() == before + 3);
  CHECK(m.took == nanoseconds(2 * 300 + 3 * 1000 + 2 * 4000 + 1200));
  m.wait_for([&] { return m.mmu->switch_to(m.mmu->space()); });
  CHECK(m.count("cr3_exits") == 1);
  CHECK(m.took == nanoseconds(1000 + 1500));
  const std::uint64_t faults = m.count("shadow_faults");
  m.load(page);  // the emulated write put the page back into the shadow
  CHECK(m.count("shadow_faults") == faults);
}

TEST_CASE("natively and under EPT the same costs no exit", "[virt][mmu][timing]") {
  Simulation sim;
  MmuRig m("ept", bare_mmu(), true);
  const Gva page = m.mmu->reserve(k4K, k4K);
  m.load(page);
  m.wait_for([&] { return m.mmu->remap(page); });
  CHECK(m.exits() == 0);
  CHECK(m.took == nanoseconds(2 * 300 + 200));  // the stores go to a memory that is not this core's
  CHECK(m.references([&] { m.load(page); }) == 24);
}
