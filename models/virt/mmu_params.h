// Shape and costs of a processor's address translation: parameters of a part of kind "mmu".
#pragma once
#include "kernel/param.h"

namespace viosim::virt {

struct MmuParams {
  Param<Count> l1_4k_entries, l1_4k_ways, l1_2m_entries, l1_2m_ways, l1_1g_entries, l1_1g_ways;
  Param<Count> stlb_entries, stlb_ways;
  Param<bool> stlb_2m, pcid, ept_accessed_dirty;
  Param<Count> pml4_cache, pdpt_cache, pde_cache;
  Param<Count> ept_pml4_cache, ept_pdpt_cache, ept_pde_cache, nested_tlb_entries, nested_tlb_ways;
  Param<Cycles> stlb_lookup, walk_setup, walk_hit, invalidate_page, load_root;
  Param<Count> physical_bits;

  explicit MmuParams(ParamReader& in)
      : l1_4k_entries(entries(in, "l1_4k_entries", "first-level data TLB: pages of 4 KB", 1)),
        l1_4k_ways(ways(in, "l1_4k_ways")),
        l1_2m_entries(entries(in, "l1_2m_entries", "first-level data TLB: pages of 2 MB; 0: held as 4 KB", 0)),
        l1_2m_ways(ways(in, "l1_2m_ways")),
        l1_1g_entries(entries(in, "l1_1g_entries", "first-level data TLB: pages of 1 GB; 0: held as smaller ones", 0)),
        l1_1g_ways(ways(in, "l1_1g_ways")),
        stlb_entries(entries(in, "stlb_entries", "second-level TLB; 0: there is none", 0)),
        stlb_ways(ways(in, "stlb_ways")),
        stlb_2m(in.get<bool>("stlb_2m", "the second level holds pages of 2 MB too")),
        pcid(in.get<bool>("pcid", "capability: translations of several address spaces side by side")),
        ept_accessed_dirty(in.get<bool>("ept_accessed_dirty", "capability: walks mark extended entries")),
        pml4_cache(entries(in, "pml4_cache", "PML4 entries that walks remember", 0)),
        pdpt_cache(entries(in, "pdpt_cache", "PDPT entries that walks remember", 0)),
        pde_cache(entries(in, "pde_cache", "page-directory entries that walks remember", 0)),
        ept_pml4_cache(entries(in, "ept_pml4_cache", "the same of extended tables", 0)),
        ept_pdpt_cache(entries(in, "ept_pdpt_cache", "the same of extended tables", 0)),
        ept_pde_cache(entries(in, "ept_pde_cache", "the same of extended tables", 0)),
        nested_tlb_entries(entries(in, "nested_tlb_entries", "guest-physical pages that walks remember", 0)),
        nested_tlb_ways(ways(in, "nested_tlb_ways")),
        stlb_lookup(in.get<Cycles>("stlb_lookup", "a miss of the first level, hit or miss in the second")),
        walk_setup(in.get<Cycles>("walk_setup", "of one walk, besides its references")),
        walk_hit(in.get<Cycles>("walk_hit", "a reference of a walk that the core's own caches hold")),
        invalidate_page(in.get<Cycles>("invalidate_page", "INVLPG")),
        load_root(in.get<Cycles>("load_root", "MOV to CR3")),
        physical_bits(in.get<Count>("physical_bits", "width of physical addresses; entries reserve what is beyond",
                                    36, 52)) {}

 private:
  static Param<Count> entries(ParamReader& in, const char* key, const char* text, std::int64_t least) {
    return in.get<Count>(key, text, least, 1 << 20);
  }
  static Param<Count> ways(ParamReader& in, const char* key) { return in.get<Count>(key, "its ways", 1, 1 << 10); }
};

}  // namespace viosim::virt
