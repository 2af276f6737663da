// A memory management unit on a core of the small machine, natively or under a guest of 64 MB.
#pragma once
#include <memory>
#include <optional>

#include "support/fixed_memory.h"
#include "support/machine.h"
#include "virt/mmu.h"

namespace viosim::test {
inline namespace mmu_rig {

/// No cache of any kind beside a first-level TLB of four pages: every walk is a whole one.
inline LiteralParams bare_mmu() {
  return {{"l1_4k_entries", "4"}, {"l1_4k_ways", "4"}, {"l1_2m_entries", "2"}, {"l1_2m_ways", "2"},
          {"l1_1g_entries", "1"}, {"l1_1g_ways", "1"}, {"stlb_entries", "0"}, {"stlb_ways", "1"},
          {"stlb_2m", "false"}, {"pcid", "true"}, {"ept_accessed_dirty", "false"}, {"pml4_cache", "0"},
          {"pdpt_cache", "0"}, {"pde_cache", "0"}, {"ept_pml4_cache", "0"}, {"ept_pdpt_cache", "0"},
          {"ept_pde_cache", "0"}, {"nested_tlb_entries", "0"}, {"nested_tlb_ways", "1"},
          {"stlb_lookup", "7 cycles"}, {"walk_setup", "5 cycles"}, {"walk_hit", "10 cycles"},
          {"invalidate_page", "200 cycles"}, {"load_root", "150 cycles"}, {"physical_bits", "40"}};
}
inline LiteralParams paging_literals(const char* mode) {
  return {{"mode", mode}, {"prefault", "true"}, {"ept_violation", "2000 cycles"}, {"shadow_fault", "3000 cycles"},
          {"table_write", "4000 cycles"}, {"load_root", "1500 cycles"}, {"invalidate_page", "1200 cycles"},
          {"shadow_tables", "1024"}, {"page_fault", "800 cycles"}, {"update", "300 cycles"}};
}

struct MmuRig : Machine {
  static constexpr std::int64_t kGuestSize = 64 << 20;
  /// `fixed`: each reference of a walk takes 100 ns, whatever was read before.
  explicit MmuRig(const char* mode, LiteralParams hardware = bare_mmu(), bool is_fixed = false,
                  Bytes nested_page = Bytes(4096), LiteralParams software = paging_literals("native"),
                  LiteralParams exits = exit_literals(), LiteralParams host = host_literals(),
                  Bytes guest_size = Bytes(kGuestSize))
      : Machine(host), mmu_params(hardware), paging(software.set("mode", mode)), costs(exits) {
    if (is_fixed) fixed = std::make_unique<FixedMemory>(guest_size * 2, nanoseconds(100), nanoseconds(100));
    std::optional<virt::Mmu::Guest> guest;
    if (std::string(mode) != "native") {
      guest_memory.emplace(bytes_of(), guest_size, nested_page, 0);
      vcpu.emplace("vcpu0", costs, virt::VcpuOptions{}, core0, bytes_of(), *guest_memory);
      guest.emplace(virt::Mmu::Guest{*vcpu, *guest_memory});
    }
    mmu.emplace("mmu0", mmu_params, paging, core0, bytes_of(), guest);
  }
  MemoryIf& bytes_of() { return fixed ? static_cast<MemoryIf&>(*fixed) : memory; }

  /// Each runs to its end; `op` is what it was charged with.
  std::uint64_t load(Gva from) {
    std::array<std::byte, 8> raw{};
    fault = PageFault::none;
    wait_for([&] { return mmu->load(from, raw, fault); });
    return std::bit_cast<std::uint64_t>(raw);
  }
  void store(Gva to, std::uint64_t value) {
    const auto raw = std::bit_cast<std::array<std::byte, 8>>(value);
    wait_for([&] { return mmu->store(to, raw, fault); });
  }
  template <class Verb>
  void wait_for(Verb verb) {
    mmu->exec().op() = Op::open(now());
    const Time begin = now();
    struct Runner {
      static Process run(Verb& v, bool& done) {
        co_await v();
        done = true;
      }
    };
    bool done = false;
    spawn(Runner::run(verb, done), "test");
    scheduler().run_until(Time(now().ps() + 1'000'000'000));
    REQUIRE(done);
    took = mmu->exec().op().last() - begin;
    CHECK(test::spent(mmu->exec().op()) == took);  // all of it is accounted for
  }
  Duration spent(Cause cause) { return test::spent(mmu->exec().op(), cause); }
  std::uint64_t count(const char* name) { return counted("mmu0", name); }
  std::uint64_t exits() { return counted("vcpu0", "vm_exits"); }
  /// References of the walks that `verb` makes.
  template <class Verb>
  std::uint64_t references(Verb verb) {
    const std::uint64_t before = count("walk_references");
    verb();
    return count("walk_references") - before;
  }

  virt::MmuParams mmu_params;
  virt::PagingParams paging;
  virt::ExitCosts costs;
  std::unique_ptr<FixedMemory> fixed;
  std::optional<virt::GuestMemory> guest_memory;
  std::optional<virt::Vcpu> vcpu;
  std::optional<virt::Mmu> mmu;
  PageFault fault = PageFault::none;
  Duration took;
};

constexpr Bytes k4K{4096}, k2M{2 << 20}, k1G{1 << 30};

}  // namespace mmu_rig
}  // namespace viosim::test
