// VmciFrontend: vRDMA's front end over VMCI. Turns datagrams and doorbells into calls of the back end, and answers
// commands in the guest's response page.
//
// Models: the command ABI of protocols/vrdma_abi.h; queue pairs become queues, each once.
// Causes: none of its own; the device and the back end charge.
#pragma once
#include <deque>
#include <string>

#include "emulation/vmci/vmci.h"
#include "emulation/vrdma/vmci_completion_queue.h"
#include "emulation/vrdma/vmci_work_queue.h"
#include "protocols/vrdma_abi.h"
#include "protocols/vrdma_backend.h"

namespace viosim::emulation {

class VmciFrontend : public VmciServiceIf {
 public:
  VmciFrontend(const std::string& path, Vmci& vmci, VrdmaBackendIf& backend);

  Task<std::int32_t> datagram(Exec& vmm, std::span<const std::byte> payload) override;
  Task<std::int32_t> doorbell(Exec& vmm, std::uint32_t resource) override;

 private:
  Task<vrdma_abi::Response> execute(Exec& vmm, vrdma_abi::Command command, std::span<const std::byte> payload);
  Task<vrdma_abi::Response> open(Exec& vmm, std::span<const std::byte> payload);
  Task<vrdma_abi::Response> reg_mr(Exec& vmm, std::span<const std::byte> payload);
  Task<vrdma_abi::Response> create_cq(Exec& vmm, std::span<const std::byte> payload);
  Task<vrdma_abi::Response> create_qp(Exec& vmm, std::span<const std::byte> payload);
  Task<vrdma_abi::Response> connect(Exec& vmm, std::span<const std::byte> payload);
  VmciQueuePair* free_pair(vmci_abi::Handle handle);

  Vmci& vmci_;
  VrdmaBackendIf& backend_;
  bool opened_ = false;
  Gpa response_;  ///< in host addresses
  std::deque<VmciWorkQueue> work_queues_;
  std::deque<VmciCompletionQueue> completion_queues_;
  std::uint64_t& commands_;
  std::uint64_t& rejected_;
};

}  // namespace viosim::emulation
