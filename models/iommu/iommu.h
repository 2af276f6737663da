// Models: an IOMMU after Intel VT-d: contexts by requester id, domains with page tables of 3 to 5 levels in
// host memory (4 KB and 2 MB pages), a set-associative IOTLB, a cache of upper-level entries, a limited number
// of page walkers, fault recording. One walk serves all requests that miss the same page meanwhile.
// Not modelled: a miss of the context cache, interrupt remapping, ATS, PASIDs, the invalidation queue (an
// invalidation is immediate), errors of the tables' reserved bits.
// Causes:
//   TlbLookup = lookup, for each request of a device with a context
//   PageWalk  = walk_overhead + one device read of memory for each level that the upper-level cache does not
//               hold, served by a walker; also the wait for a walker and for a walk under way to the same page.
//               The reads occupy memory as background work: a walk is PageWalk as a whole.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <systemc>
#include <vector>

#include "iommu/fault_log.h"
#include "iommu/iommu_params.h"
#include "iommu/page_table.h"
#include "iommu/page_walk.h"
#include "iommu/translation_cache.h"
#include "kernel/station.h"
#include "protocols/mem.h"
#include "protocols/translation.h"

namespace viosim::iommu {

class Iommu : public sc_core::sc_module, public IommuIf, public IommuControlIf {
 public:
  /// Throws std::invalid_argument if the ways do not divide the entries of the IOTLB.
  Iommu(sc_core::sc_module_name name, const IommuParams& params, MemoryIf& memory);
  ~Iommu() override;

  /// The answer is valid from the end of t.op's account, which may lie ahead of now by the time of the look-up.
  void translate(Translation& t) override;

  /// Devices with the same memory share a domain. Throws std::invalid_argument if the memory is larger than
  /// the tables cover.
  void assign(Bdf device, const GuestMemoryIf& memory, Bytes guest_size) override;
  void pass_through(Bdf device) override;
  /// Takes the device's context away.
  void detach(Bdf device) { contexts_[device.value] = kNoContext; }

  /// Number of the device's domain; empty without one.
  std::optional<std::uint16_t> domain_of(Bdf device) const;
  PageTable& tables(std::uint16_t domain) { return domains_[domain - kFirstDomain].tables; }
  /// Drops cached translations of a domain, or of the page that holds `address`. Immediate.
  void invalidate(std::uint16_t domain);
  void invalidate_page(std::uint16_t domain, Iova address);

  FaultLog& faults() { return faults_; }

 private:
  friend struct PageWalk;
  static constexpr std::uint16_t kNoContext = 0, kPassThrough = 1, kFirstDomain = 2;
  struct Domain {
    const GuestMemoryIf* memory;
    Bytes size;
    PageTable tables;
  };
  struct Counts {
    std::uint64_t &lookups, &misses, &walks, &walk_reads, &faults;
  };

  void fill(PageTable& tables, const GuestMemoryIf& memory, Bytes size) const;
  const std::uint64_t* cached(std::uint16_t domain, Iova address, unsigned& level);
  void answer(Translation& t, std::uint64_t entry, unsigned level);
  void fault(Translation& t, IommuFault reason);
  void miss(Translation& t, std::uint16_t domain);
  void request_walker(PageWalk& walk);
  void begin(PageWalk& walk);
  void read_next(PageWalk& walk, Duration before);
  void entry_read(PageWalk& walk);
  void finish(PageWalk& walk, std::uint64_t entry);
  template <void (Iommu::*Stage)(PageWalk&)>
  void at(Time when, PageWalk& walk) {
    walk.fire = [](Wakeable* w) {
      auto& self = *static_cast<PageWalk*>(w);
      (self.iommu->*Stage)(self);
    };
    scheduler().wake_at(when, &walk);
  }

  Station station_, walkers_;
  MemoryIf& memory_;
  const Duration lookup_, walk_overhead_;
  const unsigned levels_, node_;
  const bool superpages_, strict_;
  std::int64_t free_walkers_;
  TranslationCache iotlb_, upper_;
  FaultLog faults_;
  Counts counts_;
  std::vector<std::uint16_t> contexts_;  // by requester id
  std::vector<Domain> domains_;
  PageWalk* walks_ = nullptr;
  PageWalk* line_ = nullptr;  // for a walker
  PageWalk* line_tail_ = nullptr;
};

}  // namespace viosim::iommu
