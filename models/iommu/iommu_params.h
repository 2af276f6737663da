#pragma once
#include "kernel/param.h"

namespace viosim::iommu {

struct IommuParams {
  Param<Count> iotlb_entries, iotlb_ways;
  Param<Duration> lookup;
  Param<Count> walkers;
  Param<Duration> walk_overhead;
  Param<Count> levels, structure_cache_entries;
  Param<bool> superpages, strict;
  Param<Count> fault_records, node;

  explicit IommuParams(ParamReader& in)
      : iotlb_entries(in.get<Count>("iotlb_entries", "translations that the IOTLB holds", 1, 1 << 20)),
        iotlb_ways(in.get<Count>("iotlb_ways", "entries of one set of the IOTLB", 1, 1 << 20)),
        lookup(in.get<Duration>("lookup", "look-up of context and IOTLB, hit or miss")),
        walkers(in.get<Count>("walkers", "page walks in flight at once", 1, 1024)),
        walk_overhead(in.get<Duration>("walk_overhead", "of one page walk, besides its reads of memory")),
        levels(in.get<Count>("levels", "levels of the page tables", 3, 5)),
        structure_cache_entries(in.get<Count>("structure_cache_entries",
                                              "upper-level entries that walkers keep; 0: no such cache", 0, 1 << 16)),
        superpages(in.get<bool>("superpages", "2 MB pages where the host's memory is contiguous")),
        strict(in.get<bool>("strict", "a device without context faults; else it is not translated")),
        fault_records(in.get<Count>("fault_records", "fault recording registers", 1, 256)),
        node(in.get<Count>("node", "socket on which page tables are allocated", 0, 255)) {}
};

}  // namespace viosim::iommu
