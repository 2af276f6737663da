// Backend: the hypervisor's end of paravirtual RDMA for one virtual machine. It knows verbs and guest memory, and
// no transport.
//
// Models: tables of the machine's own handles; every value that a guest wrote checked before use; keys translated;
//   work posted to the hypervisor's verbs stack with the guest's pages registered there, so that data moves by
//   zero copy; completions proxied by one of three designs (completion_proxy.h).
// Not modelled: destroying QPs, CQs and regions; order between a completion that this end makes itself (a refused
//   request) and those of requests still under way; traffic inside a host without the HCA.
// Isolation: a verbs context (a protection domain of the HCA) a machine. Remote keys and QPNs are the HCA's own,
//   checked by the HCA that they address.
// Causes: ExitHandling = command, notice, work, poll, completion cycles inside exits; Execute = completion cycles
//   elsewhere; the verbs stack's, the provider's and the memory's causes come on top.
#pragma once
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "emulation/vrdma/backend_objects.h"
#include "emulation/vrdma/backend_params.h"
#include "emulation/vrdma/completion_proxy.h"
#include "kernel/counters.h"
#include "protocols/trap.h"
#include "protocols/vrdma_backend.h"
#include "structures/number_table.h"

namespace viosim::emulation {

class Backend : public VrdmaBackendIf, private CompletionMoverIf {
 public:
  /// `verbs`: a context of the hypervisor's stack for this machine alone. `home`: the context that takes its
  /// interrupts. `poller`: the one that spins, null unless the proxy is dedicated_poller.
  Backend(const std::string& path, const BackendParams& params, const GuestMemoryIf& memory, Verbs& verbs, Exec& home,
          Exec* poller);

  Task<VrdmaError> open(Exec& on) override;
  Lid lid() const override { return verbs_.lid(); }
  bool poll_on_request() const override { return *params_.completion_proxy == "poll_exit"; }
  Task<VrdmaObject> create_pd(Exec& on) override;
  Task<VrdmaError> destroy_pd(Exec& on, std::uint32_t pd) override;
  Task<VrdmaObject> reg_mr(Exec& on, std::uint32_t pd, Gva start, Bytes length, MrAccess access,
                           std::span<const Gpa> pages) override;
  Task<VrdmaObject> create_cq(Exec& on, VrdmaCompletionQueueIf& ring) override;
  Task<VrdmaObject> create_qp(Exec& on, std::uint32_t pd, std::uint32_t send_cq, std::uint32_t receive_cq,
                              VrdmaWorkQueueIf& send, VrdmaWorkQueueIf& receive) override;
  Task<VrdmaError> connect(Exec& on, std::uint32_t qp, const QpConnection& to) override;
  Task<VrdmaError> post_notice(Exec& on, std::uint32_t qp, bool receive) override;
  Task<VrdmaError> poll(Exec& on, std::uint32_t cq) override;
  Task<VrdmaError> arm(Exec& on, std::uint32_t cq) override;

 private:
  enum class Reject : std::uint8_t { handle, index, opcode, key, address, length, argument, queue_full, cq_overrun };
  static constexpr std::size_t kRejects = 9;

  Task<> move(Exec& on, Cause cause) override;
  Task<> deliver(Exec& on, std::span<const Wc> completions, Cause cause) override;
  int armed() const override;
  BackendPd* find_pd(std::uint32_t h) { return h < pds_.size() && pds_[h].live ? &pds_[h] : nullptr; }
  void reject(Reject why) { ++*rejected_[static_cast<std::size_t>(why)]; }
  Task<VrdmaError> refuse(Exec& on, VrdmaError error, Reject why);
  WcStatus check(const BackendQp& qp, const VrdmaWork& work, bool receive, Lkey& key);
  Task<WcStatus> submit(Exec& on, const BackendQp& qp, const VrdmaWork& work, bool receive);
  Task<> complete(Exec& on, std::uint32_t cq, const VrdmaCompletion& completion);

  BackendParams params_;
  const GuestMemoryIf& memory_;
  Verbs& verbs_;
  Exec& home_;
  Exec* poller_;
  CqHandle cq_ = kNoCq;
  std::uint64_t outstanding_limit_ = 0;  ///< requests that all QPs together may have under way
  std::unique_ptr<CompletionProxy> proxy_;
  std::vector<BackendPd> pds_;
  std::vector<BackendRegion> regions_;
  std::vector<BackendCq> cqs_;
  std::vector<BackendQp> qps_;
  NumberTable qp_by_number_;
  std::uint64_t& work_requests_;
  std::uint64_t& proxied_;
  std::uint64_t& copies_;
  std::uint64_t& copied_bytes_;
  std::uint64_t& notifications_;
  std::uint64_t& empty_polls_;
  std::array<std::uint64_t*, kRejects> rejected_;
};

}  // namespace viosim::emulation
