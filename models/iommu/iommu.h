// Models: an IOMMU after Intel VT-d: root and context tables, page tables of 3 to 5 levels with pages of 4 KB, 2 MB
// and 1 GB, all in host memory; first-level tables nested in them; caches of contexts, of translations (IOTLB) and of
// each upper level of the tables; a limited number of page walkers; fault recording; translation requests and
// translated requests of devices (ATS). One walk serves all requests that miss the same page meanwhile.
// Not modelled: PASIDs, page requests, caching of first-level upper entries.
// Causes:
//   TlbLookup = lookup, for each request of a device with a context
//   ContextMiss = two reads of memory (root entry, context entry) by a walker, if the context is not cached
//   PageWalk  = one read of memory for each entry that no cache holds, and walk_overhead behind the last one, served
//               by a walker; also the wait for a walker and for a walk under way to the same page. Nested: an entry
//               of the first level costs a walk of the second level and a read, so at most 24 reads for 4 levels in
//               4. The reads occupy memory as background work: a walk is PageWalk as a whole.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <systemc>
#include <utility>
#include <vector>

#include "iommu/context_table.h"
#include "iommu/fault_log.h"
#include "iommu/interrupt_remapper.h"
#include "iommu/invalidation_queue.h"
#include "iommu/iommu_params.h"
#include "iommu/page_table.h"
#include "iommu/page_walk.h"
#include "kernel/station.h"
#include "protocols/iotlb.h"
#include "protocols/mem.h"
#include "protocols/translation.h"
#include "structures/assoc_store.h"
#include "structures/epochs.h"

namespace viosim::iommu {

class Iommu : public sc_core::sc_module, public IommuIf, public IommuControlIf, private IotlbUserIf {
 public:
  /// `seed`: of the draws of random replacement. Throws std::invalid_argument if the ways of
  /// the IOTLB, fewer than its entries, do not divide them.
  Iommu(sc_core::sc_module_name name, const IommuParams& params, MemoryIf& memory, std::uint64_t seed = 0);

  /// The answer is valid from the end of t.op's account, which may lie ahead of now by the time of the look-up.
  void translate(Translation& t) override;
  void retire(std::uint8_t ticket) override {
    if (epochs_.leave(ticket)) queue_.drained();
  }
  bool remaps_interrupts() const override { return interrupts_.enabled(); }
  void interrupt(Bdf source, std::uint64_t address, std::uint32_t data, Op op) override {
    interrupts_.message(source, address, data, std::move(op));
  }

  /// Devices with the same memory share a domain. Throws std::invalid_argument if the memory is larger than
  /// the tables cover.
  void assign(Bdf device, const GuestMemoryIf& memory, Bytes guest_size) override;
  void pass_through(Bdf device) override;
  /// Takes the device's context away. Immediate, as all of set-up.
  void detach(Bdf device);
  /// A new domain without a page; answers its number.
  std::uint16_t add_domain();
  /// Puts the device into a domain; with its TLB, it may ask for translations and use them.
  void attach(Bdf device, std::uint16_t domain, AtsFunctionIf* tlb = nullptr);
  /// The same for a device whose addresses go through first-level tables at `root` of the domain's memory first. The
  /// domain is its own: cached translations of it are of one first level.
  void nest(Bdf device, std::uint16_t domain, Gpa root);

  /// Number of the device's domain; empty without one.
  std::optional<std::uint16_t> domain_of(Bdf device) const;
  PageTable& tables(std::uint16_t domain) { return domains_.at(domain - kFirstDomain).tables; }
  ContextTable& contexts() { return table_; }

  /// From now on `iotlb` holds the translations; before the first request.
  void look_up_by(IotlbIf& iotlb) { plugged_ = &iotlb; }
  /// The IOMMU as such an IOTLB sees it.
  IotlbUserIf& as_iotlb_user() { return *this; }

  // What invalidations do, at once: cached translations of all domains, of one, of [address, address + size) of it;
  // contexts of a domain, of a device, or all.
  void forget_all();
  void invalidate(std::uint16_t domain);
  void invalidate(std::uint16_t domain, Iova address, Bytes size);
  void invalidate_page(std::uint16_t domain, Iova address) { invalidate(domain, address, kPage); }
  void forget_contexts(std::optional<std::uint16_t> domain = {});
  void forget_context(Bdf device);

  FaultLog& faults() { return faults_; }
  InvalidationQueue& queue() { return queue_; }
  InterruptRemapper& interrupts() { return interrupts_; }

  // For the queue: from now on it waits for all that was asked before.
  void close_epoch() { epochs_.close(); }
  bool epoch_drained() const { return epochs_.drained(); }
  /// Null: the device has no TLB.
  AtsFunctionIf* ats_function(Bdf device) const;

 private:
  friend struct PageWalk;
  static constexpr std::uint16_t kFirstDomain = 2;
  struct Domain {
    const GuestMemoryIf* memory;
    Bytes size;
    PageTable tables;
  };
  struct Counts {
    std::uint64_t &lookups, &misses, &walks, &walk_reads, &context_misses, &faults;
  };

  void fill(PageTable& tables, const GuestMemoryIf& memory, Bytes size) const;
  Bytes page_for(const GuestMemoryIf& memory, Bytes at, Bytes end) const;
  bool context_decides(Translation& t, const Context& context);
  const std::uint64_t* cached(std::uint16_t domain, Iova address, unsigned& level);
  void answer(Translation& t, std::uint64_t entry, unsigned level);
  void fault(Translation& t, IommuFault reason);
  void answered(Translation& t, const IotlbAnswer& answer) override;
  void missed(Translation& t, std::uint16_t domain, unsigned walk, bool asks) override;
  Station& look_up_station() override { return station_; }
  Station& walk_station() override { return walkers_; }

  // The walkers: each step reads one entry, or ends the walk.
  void miss(Translation& t, const Context* context);
  void start(PageWalk& walk);
  void begin(PageWalk& walk);
  void read_context(PageWalk& walk);
  void begin_tables(PageWalk& walk);
  void begin_second_level(PageWalk& walk);
  void read_entry(PageWalk& walk);
  void next_entry(PageWalk& walk);
  void second_level_done(PageWalk& walk);
  void read_first_level(PageWalk& walk);
  void conclude(PageWalk& walk, std::uint64_t entry, unsigned level);
  void fail(PageWalk& walk, IommuFault reason);
  void finish(PageWalk& walk);
  /// Spends the walk's time on a read, and `behind` after it; who calls it takes the bytes at once. One charge, so
  /// that no other walk is booked on the walker in between.
  void spend_read(PageWalk& walk, Hpa address, Bytes size, Cause cause, Duration behind = kZeroTime);
  /// Goes on with `step` when the walk's clock has come.
  void then(PageWalk& walk, PageWalk::Step step);

  Station station_, walkers_;
  MemoryIf& memory_;
  const Duration lookup_, walk_overhead_;
  const unsigned levels_, node_, largest_;
  const bool strict_;
  std::int64_t free_walkers_;
  ContextTable table_;
  AssocStore<Context> contexts_;
  AssocStore<std::uint64_t> iotlb_;               // empty where another one is plugged in
  IotlbIf* plugged_ = nullptr;
  std::vector<AssocStore<std::uint64_t>> upper_;  // by level, less 1
  unsigned mapped_levels_ = 1;                    // a bit a level that the IOTLB may hold a page of
  FaultLog faults_;
  InterruptRemapper interrupts_;
  InvalidationQueue queue_;
  std::vector<std::pair<Bdf, AtsFunctionIf*>> device_tlbs_;
  Counts counts_;
  std::vector<Domain> domains_;
  Epochs epochs_;
  WalkTable walks_;
  PageWalk* line_ = nullptr;  // for a walker
  PageWalk* line_tail_ = nullptr;
};

}  // namespace viosim::iommu
