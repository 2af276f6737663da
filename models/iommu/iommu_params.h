#pragma once
#include <string>

#include "kernel/param.h"

namespace viosim::iommu {

struct IommuParams {
  Param<Count> iotlb_entries, iotlb_ways;
  Param<std::string> replacement;
  Param<Duration> lookup;
  Param<Count> walkers;
  Param<Duration> walk_overhead;
  Param<Count> levels, structure_cache_entries, context_cache_entries;
  Param<Bytes> largest_page;
  Param<bool> strict;
  Param<Duration> descriptor_time, device_round_trip, device_timeout;
  Param<Count> interrupt_cache_entries;
  Param<bool> posted_interrupts;
  Param<Count> fault_records, node;
  Param<Frequency> core_clock;

  explicit IommuParams(ParamReader& in)
      : iotlb_entries(in.get<Count>("iotlb_entries", "translations that the IOTLB holds", 1, 1 << 20)),
        iotlb_ways(in.get<Count>("iotlb_ways", "entries of one set of the IOTLB; as many as there are, or more: one set", 1, 1 << 20)),
        replacement(in.choice("replacement", "which entry of a full set of any cache here goes", {"lru", "random"})),
        lookup(in.get<Duration>("lookup", "look-up of context and IOTLB, hit or miss")),
        walkers(in.get<Count>("walkers", "page walks in flight at once", 1, 1024)),
        walk_overhead(in.get<Duration>("walk_overhead", "of one page walk, besides its reads of memory")),
        levels(in.get<Count>("levels", "levels of the page tables", 3, 5)),
        structure_cache_entries(in.get<Count>("structure_cache_entries",
                                              "entries of each upper level that walkers keep; 0: no such caches", 0,
                                              1 << 16)),
        context_cache_entries(in.get<Count>("context_cache_entries",
                                            "context entries that are kept; 0: each request reads its own", 0,
                                            1 << 16)),
        largest_page(in.one_of<Bytes>("largest_page", "largest page that a leaf entry may map",
                                      {4 << 10, 2 << 20, 1 << 30})),
        strict(in.get<bool>("strict", "a device without context faults; else it is not translated")),
        descriptor_time(in.get<Duration>("descriptor_time", "of one descriptor of the invalidation queue, fetched")),
        device_round_trip(in.get<Duration>("device_round_trip",
                                           "invalidation request to a device's TLB, and its completion back")),
        device_timeout(in.get<Duration>("device_timeout", "until a device that does not complete stops the queue")),
        interrupt_cache_entries(in.get<Count>("interrupt_cache_entries", "interrupt remapping entries that are kept",
                                              0, 1 << 16)),
        posted_interrupts(in.get<bool>("posted_interrupts", "interrupts can be posted into a descriptor in memory")),
        fault_records(in.get<Count>("fault_records", "fault recording registers", 1, 256)),
        node(in.get<Count>("node", "socket on which page tables are allocated", 0, 255)),
        core_clock(in.get<Frequency>("core_clock", "of the IOTLB, where that is RTL")) {}
};

}  // namespace viosim::iommu
