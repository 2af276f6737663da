#include "hypervisor/verbs_stack.h"

namespace viosim::hypervisor {

VerbsStack::VerbsStack(const std::string& path, const VerbsStackParams& params, Verbs& provider)
    : params_(params), provider_(provider),
      registered_pages_(counters().add(path, "registered_pages", "4 KB pages registered")),
      rejected_(counters().add(path, "rejected", "calls with a handle that the stack does not know")) {}

Task<> VerbsStack::open(Exec& on) {
  on.based_on(Cause::Execute, params_.post.source());
  co_await provider_.open(on);
}

Task<MrKeys> VerbsStack::reg_mr(Exec& on, Gva start, Bytes length, MrAccess access, std::span<const Gpa> pages) {
  // Time on the core where it was measured, as cycles of the core that does it here.
  const std::int64_t each = scale_up((*params_.register_page).raw(), (*params_.clock).raw(), kPsPerSecond);
  const auto count = static_cast<std::int64_t>(pages.size());
  registered_pages_ += pages.size();
  co_await on.execute(Cycles(each * count));
  co_return co_await provider_.reg_mr(on, start, length, access, pages);
}

Task<CqHandle> VerbsStack::create_cq(Exec& on, std::uint32_t entries, int with_events) {
  const CqHandle made = co_await provider_.create_cq(on, entries, with_events);
  if (made == kNoCq) co_return kNoCq;
  const CqHandle own{static_cast<std::uint32_t>(cqs_.size())};
  cqs_.push_back({made, {nullptr, nullptr}, own});
  co_return own;
}

Task<QpHandle> VerbsStack::create_qp(Exec& on, CqHandle send, CqHandle receive, QpCapabilities wanted) {
  if (!knows(send) || !knows(receive)) {
    ++rejected_;
    co_return kNoQp;
  }
  const QpHandle made =
      co_await provider_.create_qp(on, cqs_[send.value].provider, cqs_[receive.value].provider, wanted);
  if (made == kNoQp) co_return kNoQp;
  qps_.push_back(made);
  co_return QpHandle{static_cast<std::uint32_t>(qps_.size() - 1)};
}

Qpn VerbsStack::qp_number(QpHandle qp) const { return knows(qp) ? provider_.qp_number(qps_[qp.value]) : Qpn{}; }

std::uint32_t VerbsStack::max_inline(QpHandle qp) const {
  return knows(qp) ? provider_.max_inline(qps_[qp.value]) : 0;
}

Task<VerbsError> VerbsStack::connect(Exec& on, QpHandle qp, const QpConnection& to) {
  if (!knows(qp)) {
    ++rejected_;
    co_return VerbsError::invalid;
  }
  co_return co_await provider_.connect(on, qps_[qp.value], to);
}

Task<VerbsError> VerbsStack::destroy_qp(Exec& on, QpHandle qp) {
  if (!knows(qp)) {
    ++rejected_;
    co_return VerbsError::invalid;
  }
  const VerbsError error = co_await provider_.destroy_qp(on, qps_[qp.value]);
  if (error == VerbsError::ok) qps_[qp.value] = kNoQp;
  co_return error;
}

Task<VerbsError> VerbsStack::post_send(Exec& on, QpHandle qp, const SendWr& wr) {
  co_await on.execute(*params_.post);
  if (!knows(qp)) {
    ++rejected_;
    co_return VerbsError::invalid;
  }
  co_return co_await provider_.post_send(on, qps_[qp.value], wr);
}

Task<VerbsError> VerbsStack::post_recv(Exec& on, QpHandle qp, const RecvWr& wr) {
  co_await on.execute(*params_.post);
  if (!knows(qp)) {
    ++rejected_;
    co_return VerbsError::invalid;
  }
  co_return co_await provider_.post_recv(on, qps_[qp.value], wr);
}

Task<int> VerbsStack::poll_cq(Exec& on, CqHandle cq, std::span<Wc> into) {
  co_await on.execute(*params_.poll);
  if (!knows(cq)) {
    ++rejected_;
    co_return 0;
  }
  const int found = co_await provider_.poll_cq(on, cqs_[cq.value].provider, into);
  if (found > 0) co_await on.execute(*params_.completion * found);
  co_return found;
}

/// The loop stands in the provider: `poll` is paid by the look that succeeds, the others overlap with waiting.
Task<int> VerbsStack::spin_cq(Exec& on, CqHandle cq, std::span<Wc> into) {
  if (!knows(cq)) {
    ++rejected_;
    co_return 0;
  }
  const int found = co_await provider_.spin_cq(on, cqs_[cq.value].provider, into);
  co_await on.execute(*params_.poll + *params_.completion * found);
  co_return found;
}

Task<> VerbsStack::req_notify(Exec& on, CqHandle cq) {
  co_await on.execute(*params_.arm);
  if (!knows(cq)) {
    ++rejected_;
    co_return;
  }
  co_await provider_.req_notify(on, cqs_[cq.value].provider);
}

Task<> VerbsStack::get_event(Exec& on, CqHandle cq) {
  if (!knows(cq)) {
    ++rejected_;
    co_return;
  }
  co_await provider_.get_event(on, cqs_[cq.value].provider);
}

void VerbsStack::on_completion(CqHandle cq, CompletionHandler handler) {
  if (!knows(cq)) {
    ++rejected_;
    return;
  }
  cqs_[cq.value].handler = handler;
  provider_.on_completion(cqs_[cq.value].provider, {&VerbsStack::completion, this});
}

/// The provider names its own handle; the consumer knows ours.
Task<> VerbsStack::completion(void* self, Exec& on, CqHandle provider) {
  auto* const stack = static_cast<VerbsStack*>(self);
  for (std::size_t i = 0; i < stack->cqs_.size(); ++i) {
    const Cq cq = stack->cqs_[i];
    if (cq.provider == provider && cq.handler.run != nullptr) co_await cq.handler.run(cq.handler.self, on, cq.own);
  }
}

}  // namespace viosim::hypervisor
