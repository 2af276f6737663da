// Software's side of the invalidation queue: puts a descriptor and a wait descriptor into the ring and polls the
// status. Several contexts may do so at once. Not modelled: the lock of the ring; what malformed descriptors would
// need.
#pragma once
#include <cstdint>
#include <vector>

#include "iommu/queue_abi.h"
#include "protocols/exec.h"

namespace viosim::iommu {

class Iommu;

class QueueDriver {
 public:
  /// Enables the queue of `iommu`, one page on `node`. `submit`: cycles of filling in both and of the store to the
  /// tail register; `look`: of one look at the status.
  QueueDriver(Iommu& iommu, MemoryIf& memory, unsigned node, Cycles submit, Cycles look);

  /// Done when the invalidation is.
  Task<> invalidate(Exec& on, Descriptor d);
  /// The same by nobody's time; `done(ticket)` says when.
  std::uint32_t invalidate_later(Descriptor d);
  bool done(std::uint32_t ticket) const;

 private:
  static constexpr unsigned kSlots = 32;  ///< status words, each of its own line; the last one is for later ones
  bool full() const;
  void put(Descriptor d, unsigned slot, std::uint32_t value, Op op);
  Hpa status(unsigned slot) const { return status_ + Bytes(64 * std::int64_t{slot}); }

  Iommu& iommu_;
  MemoryIf& memory_;
  const Cycles submit_, look_;
  Hpa ring_, status_;
  std::uint32_t tail_ = 0, sequence_ = 0;
  std::vector<unsigned> free_slots_;
};

}  // namespace viosim::iommu
