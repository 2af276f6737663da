// A device's TLB (PCI Express ATS): translations that the device asks the IOMMU for and then uses itself.
// Models: a fully associative store, translation requests as TLPs, translated requests, invalidation that is
// completed when nothing is under way that uses what was dropped. In front of an endpoint: DMA whose reads pass what
// misses, and whose writes stay in order.
// Not modelled: several requests to the same missing page (each asks), page requests, PASIDs; a posted write that the
// link holds for longer than an invalidation's completion takes to come back.
// Causes:
//   TlbLookup = lookup at the device; a miss is the translation request's way through link, root complex and IOMMU
//   OrderingStall = a write whose page is known waits for the translations of those before it
#pragma once
#include <string>
#include <vector>

#include "kernel/station.h"
#include "pcie/device_tlb_params.h"
#include "protocols/dma.h"
#include "protocols/translation.h"
#include "structures/assoc_store.h"
#include "structures/epochs.h"
#include "structures/fifo.h"

namespace viosim::pcie {

class DeviceTlb : public DmaIf, public AtsFunctionIf {
 public:
  /// `dma`: the endpoint of the function.
  DeviceTlb(const std::string& path, const DeviceTlbParams& params, Bdf function, DmaIf& dma);

  /// Gives `request`, not yet submitted, a translated address if its page allows it; else it stays as it is, and the
  /// IOMMU decides. `ticket` is given back by `done` when the request has finished.
  Task<> translate(DmaRequest& request, std::uint8_t& ticket);
  void done(std::uint8_t ticket);

  /// All of it: translates the request and has the endpoint carry it out.
  void submit(DmaRequest& request) override;

  void invalidate(AtsInvalidation& request) override;

 private:
  struct Entry {
    Hpa to;
    std::uint8_t order;  ///< of its size
    bool may_read, may_write;
  };
  static std::uint64_t key(Iova address, unsigned order) {
    return address.raw() >> order | std::uint64_t{order} << 56;
  }
  const Entry* find(Iova address);
  Entry decode(const DmaRequest& answer) const;
  bool use(const Entry& entry, DmaRequest& request, std::uint8_t& ticket);
  Process carry_out(DmaRequest& request);
  void pump();

  Station station_;
  const Duration lookup_;
  const Bdf function_;
  DmaIf& dma_;
  AssocStore<Entry> entries_;
  std::uint64_t orders_ = 0;         // a bit a size that may be there
  std::uint64_t invalidations_ = 0;  // what was asked for before the last one is not kept
  Epochs epochs_;
  Fifo<Event*> writes_;  // not yet with the endpoint, in order; each is notified when it is the first
  std::vector<AtsInvalidation*> draining_, waiting_;
  std::uint64_t &lookups_, &misses_, &invalidated_;
};

}  // namespace viosim::pcie
