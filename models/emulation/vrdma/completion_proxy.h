// CompletionProxy: who moves completions from the physical CQ into the guest's rings, and when.
//   PollExitProxy:         the guest's poll doorbell, in its exit; interrupts only while the guest waits for one.
//   InterruptProxy:        the physical CQ's interrupt, on the hypervisor's core; the guest finds them in memory.
//   DedicatedPollerProxy:  a context of the hypervisor that spins on the physical CQ.
#pragma once
#include <memory>
#include <string>

#include "protocols/verbs.h"

namespace viosim::emulation {

/// What a proxy has moved for it.
class CompletionMoverIf {
 public:
  virtual ~CompletionMoverIf() = default;
  /// Polls the physical CQ until it is empty, into the guest's rings; `cause` is what the work counts as.
  virtual Task<> move(Exec& on, Cause cause) = 0;
  virtual Task<> deliver(Exec& on, std::span<const Wc> completions, Cause cause) = 0;
  /// Some guest CQ is armed.
  virtual int armed() const = 0;
};

class CompletionProxy {
 public:
  virtual ~CompletionProxy() = default;
  /// Called once, when the physical CQ is there.
  virtual Task<> start(Exec& on) = 0;
  /// The guest's poll doorbell.
  virtual Task<> poll(Exec& on) = 0;
  /// The guest has armed a CQ.
  virtual Task<> arm(Exec& on) = 0;
  virtual bool poll_on_request() const = 0;
};

/// What a proxy works on. `poller`: the context that spins (dedicated_poller only).
struct ProxyParts {
  Verbs& verbs;
  CqHandle cq;
  CompletionMoverIf& mover;
  Exec* poller;
};

/// By the name that the parameter completion_proxy carries. Throws std::invalid_argument: unknown name, no poller.
std::unique_ptr<CompletionProxy> make_completion_proxy(const std::string& name, const ProxyParts& parts);

}  // namespace viosim::emulation
