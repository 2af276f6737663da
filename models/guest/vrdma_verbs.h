// VrdmaVerbs: verbs in a guest over the paravirtual RDMA device, carried by VMCI.
//
// Models: work queues and completion queues in queue pairs shared with the hypervisor, a doorbell hypercall a
//   post, and, if the device moves completions on request only, one for each look into an empty ring; events by
//   the notification interrupt.
// Not modelled: system calls and copies to user space (the consumer is in the guest's kernel, as the prototype's).
// Causes: Execute = post_send, post_receive, poll_empty, poll_success, get_event, ack_event and VmciDriver's.
// There is no inline data: an entry has no room for it, and data moves by zero copy.
#pragma once
#include <deque>
#include <string>
#include <vector>

#include "guest/vmci_driver.h"
#include "protocols/verbs.h"
#include "protocols/vrdma_abi.h"

namespace viosim::guest {

class VrdmaVerbs : public Verbs {
 public:
  VrdmaVerbs(const std::string& path, const VrdmaParams& params, VmciDriver& vmci);

  /// Throws std::runtime_error when the device refuses.
  Task<> open(Exec& on) override;
  Task<MrKeys> reg_mr(Exec& on, Gva start, Bytes length, MrAccess access, std::span<const Gpa> pages) override;
  Task<CqHandle> create_cq(Exec& on, std::uint32_t entries, int with_events) override;
  Task<QpHandle> create_qp(Exec& on, CqHandle send, CqHandle receive, QpCapabilities wanted) override;
  Qpn qp_number(QpHandle qp) const override;
  Lid lid() const override { return lid_; }
  Task<VerbsError> connect(Exec& on, QpHandle qp, const QpConnection& to) override;
  std::uint32_t max_inline(QpHandle) const override { return 0; }

  Task<VerbsError> post_send(Exec& on, QpHandle qp, const SendWr& wr) override;
  Task<VerbsError> post_recv(Exec& on, QpHandle qp, const RecvWr& wr) override;
  Task<int> poll_cq(Exec& on, CqHandle cq, std::span<Wc> into) override;
  Task<int> spin_cq(Exec& on, CqHandle cq, std::span<Wc> into) override;
  Task<> req_notify(Exec& on, CqHandle cq) override;
  Task<> get_event(Exec& on, CqHandle cq) override;

 private:
  struct Cq {
    VrdmaVerbs* owner;
    VmciPair pair;
    std::uint32_t device = 0;    ///< the device's handle
    std::uint64_t head = 0;      ///< byte offset of the next completion
    Watch tail;                  ///< of the header that the device writes
    std::uint32_t events = 0, doorbell = 0;
    Event wake;
    Exec* sleeper = nullptr;
  };
  struct WorkQueue {
    VmciPair pair;
    std::uint64_t tail = 0;      ///< byte offset of the next entry
    std::uint32_t outstanding = 0, limit = 0;
  };
  struct Qp {
    std::uint32_t device = 0, number = 0;
    WorkQueue send, receive;
    std::vector<std::uint32_t> retires;  ///< ring: how many requests each awaited send completion retires
    std::uint32_t retires_head = 0, retires_tail = 0, unsignaled = 0;
  };
  Cq* find(CqHandle h) { return h.value < cqs_.size() ? &cqs_[h.value] : nullptr; }
  Qp* find(QpHandle h) { return h.value < qps_.size() ? &qps_[h.value] : nullptr; }
  Task<vrdma_abi::Response> command(Exec& on, std::span<const std::byte> message);
  Task<> enqueue(Exec& on, WorkQueue& queue, const vrdma_abi::Wqe& wqe);
  Task<int> take(Exec& on, Cq& cq, std::span<Wc> into);
  void retire(const Wc& wc);
  static void completion(void* self, Exec& on, std::uint32_t doorbell);

  VrdmaParams params_;
  VmciDriver& vmci_;
  Gpa response_;
  Lid lid_{};
  bool poll_by_doorbell_ = false;
  std::uint32_t pd_ = 0;
  std::deque<Cq> cqs_;
  std::deque<Qp> qps_;
  std::uint64_t& doorbells_;
  std::uint64_t& empty_polls_;
};

}  // namespace viosim::guest
