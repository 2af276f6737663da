// The context caches: queue pairs (256 B each in host memory), memory keys (64 B) and translation entries
// (8 B, fetched by lines of eight). A miss is a DMA read from the ICM with the PF's requester id.
#pragma once
#include "hca/context_cache.h"
#include "hca/dma_port.h"
#include "hca/hca_counters.h"
#include "hca/hca_params.h"
#include "hca/objects.h"
#include "kernel/task.h"

namespace viosim::hca {

class Contexts {
 public:
  Contexts(const std::string& path, const HcaParams& params, HcaCounters& counters, DmaPort& dma);
  /// Host memory for what the caches do not hold. Throws std::invalid_argument if it is smaller than 4 KB.
  void map(Bdf as, Iova base, Bytes size);
  bool mapped() const { return size_ != Bytes{}; }

  bool has_qp(Qpn qp) { return qps_.hit(qp.value); }
  bool has_key(const MemoryRegion& r) { return mpts_.hit(r.key >> 8); }
  bool has_page(const MemoryRegion& r, std::uint64_t page) { return mtts_.hit((r.first_mtt + page) / kLine); }
  /// Fetch what is not there; `status` of the read: unsuccessful if host memory does not answer.
  Task<CplStatus> fetch_qp(Op& op, Qpn qp);
  Task<CplStatus> fetch_key(Op& op, std::uint32_t key);
  Task<CplStatus> fetch_page(Op& op, std::uint64_t mtt);
  void forget_key(const MemoryRegion& r) { mpts_.drop(r.key >> 8); }

  static constexpr std::uint64_t kLine = 8;  ///< translation entries in one read of 64 bytes

 private:
  Task<CplStatus> fetch(Op& op, std::uint64_t offset, Bytes length);
  Station station_;
  HcaCounters& counters_;
  DmaPort& dma_;
  ContextCache qps_, mpts_, mtts_;
  Bdf as_;
  Iova base_;
  Bytes size_;
};

}  // namespace viosim::hca
