// A queue pair as the device keeps it: where the guest's pages are, checked once when the pair was made.
#pragma once
#include <cstdint>
#include <vector>

#include "kernel/address.h"
#include "protocols/vmci_abi.h"

namespace viosim::emulation {

/// Pages are addresses of the hypervisor's contexts (their physical addresses are the host's).
struct VmciQueuePair {
  vmci_abi::Handle handle = vmci_abi::kAnonymous;
  std::uint64_t produce_size = 0, consume_size = 0;
  Gpa produce_header, consume_header;
  std::vector<Gpa> produce, consume;  ///< data pages
  bool live = false, used = false;    ///< used: a service of the device works on it

  static Gpa at(const std::vector<Gpa>& pages, std::uint64_t offset) {
    return pages[offset / vmci_abi::kPage] + Bytes(static_cast<std::int64_t>(offset % vmci_abi::kPage));
  }
};

}  // namespace viosim::emulation
