// VerbsStack: the hypervisor's kernel verbs layer over one provider (the OFED mid-layer in the vmkernel).
//
// Models: its own tables of CQs and QPs in front of the provider's, the cost of each call, registration by pages.
// Not modelled: the connection manager, memory windows, several providers behind one stack.
// Causes: Execute = post, poll, completion, arm cycles; register_page x pages.
#pragma once
#include <string>
#include <vector>

#include "hypervisor/verbs_stack_params.h"
#include "kernel/counters.h"
#include "protocols/verbs.h"

namespace viosim::hypervisor {

class VerbsStack : public Verbs {
 public:
  VerbsStack(const std::string& path, const VerbsStackParams& params, Verbs& provider);

  Task<> open(Exec& on) override;
  Task<MrKeys> reg_mr(Exec& on, Gva start, Bytes length, MrAccess access, std::span<const Gpa> pages) override;
  Task<VerbsError> dereg_mr(Exec& on, Lkey key) override { return provider_.dereg_mr(on, key); }
  Task<CqHandle> create_cq(Exec& on, std::uint32_t entries, int with_events) override;
  Task<QpHandle> create_qp(Exec& on, CqHandle send, CqHandle receive, QpCapabilities wanted) override;
  Qpn qp_number(QpHandle qp) const override;
  Lid lid() const override { return provider_.lid(); }
  Task<VerbsError> connect(Exec& on, QpHandle qp, const QpConnection& to) override;
  Task<VerbsError> destroy_qp(Exec& on, QpHandle qp) override;
  std::uint32_t max_inline(QpHandle qp) const override;

  Task<VerbsError> post_send(Exec& on, QpHandle qp, const SendWr& wr) override;
  Task<VerbsError> post_recv(Exec& on, QpHandle qp, const RecvWr& wr) override;
  Task<int> poll_cq(Exec& on, CqHandle cq, std::span<Wc> into) override;
  Task<int> spin_cq(Exec& on, CqHandle cq, std::span<Wc> into) override;
  Task<> req_notify(Exec& on, CqHandle cq) override;
  Task<> get_event(Exec& on, CqHandle cq) override;
  void on_completion(CqHandle cq, CompletionHandler handler) override;

 private:
  bool knows(QpHandle h) const { return h.value < qps_.size() && qps_[h.value] != kNoQp; }
  bool knows(CqHandle h) const { return h.value < cqs_.size(); }
  struct Cq {
    CqHandle provider;
    CompletionHandler handler;
    CqHandle own;
  };
  static Task<> completion(void* self, Exec& on, CqHandle provider);

  VerbsStackParams params_;
  Verbs& provider_;
  std::vector<Cq> cqs_;
  std::vector<QpHandle> qps_;
  std::uint64_t& registered_pages_;
  std::uint64_t& rejected_;
};

}  // namespace viosim::hypervisor
