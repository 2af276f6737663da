// A work queue of vRDMA in the produce queue of a VMCI queue pair.
#pragma once
#include "emulation/vmci/vmci_queue_pair.h"
#include "protocols/vrdma_backend.h"

namespace viosim::emulation {

class VmciWorkQueue : public VrdmaWorkQueueIf {
 public:
  explicit VmciWorkQueue(const VmciQueuePair& pair) : pair_(pair) {}
  std::uint32_t entries() const override;
  /// A tail that is no entry's offset comes back as entries(), which is out of range.
  Task<std::uint32_t> produced(Exec& on) override;
  Task<VrdmaWork> fetch(Exec& on, std::uint32_t slot) override;
  Task<> consumed(Exec& on, std::uint32_t slot) override;

 private:
  const VmciQueuePair& pair_;
};

}  // namespace viosim::emulation
