// A completion queue of vRDMA in the consume queue of a VMCI queue pair.
#pragma once
#include "emulation/vmci/vmci.h"
#include "protocols/vrdma_backend.h"

namespace viosim::emulation {

class VmciCompletionQueue : public VrdmaCompletionQueueIf {
 public:
  /// `doorbell`: the guest's, rung at a completion that it waits for.
  VmciCompletionQueue(const VmciQueuePair& pair, Vmci& vmci, std::uint32_t doorbell)
      : pair_(pair), vmci_(vmci), doorbell_(doorbell) {}
  std::uint32_t entries() const override;
  Task<int> put(Exec& on, const VrdmaCompletion& completion) override;
  Task<> notify(Exec& on) override { co_await vmci_.notify(on, doorbell_); }

 private:
  const VmciQueuePair& pair_;
  Vmci& vmci_;
  std::uint32_t doorbell_;
  std::uint64_t tail_ = 0;
  std::uint64_t head_ = 0;  ///< of the guest, as last read: read again only when the ring looks full
};

}  // namespace viosim::emulation
