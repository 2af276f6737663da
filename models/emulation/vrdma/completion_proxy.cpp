#include "emulation/vrdma/completion_proxy.h"

#include <array>
#include <stdexcept>

namespace viosim::emulation {
namespace {

class PollExitProxy : public CompletionProxy {
 public:
  explicit PollExitProxy(const ProxyParts& parts) : parts_(parts) {}
  Task<> start(Exec&) override {
    parts_.verbs.on_completion(parts_.cq, {&PollExitProxy::interrupt, this});
    co_return;
  }
  Task<> poll(Exec& on) override { co_await parts_.mover.move(on, Cause::ExitHandling); }
  Task<> arm(Exec& on) override { co_await parts_.verbs.req_notify(on, parts_.cq); }
  bool poll_on_request() const override { return true; }

 private:
  static Task<> interrupt(void* self, Exec& on, CqHandle) {
    auto* const proxy = static_cast<PollExitProxy*>(self);
    co_await proxy->parts_.mover.move(on, Cause::Execute);
    if (proxy->parts_.mover.armed() > 0) co_await proxy->arm(on);  // it was for another CQ of this guest
  }
  ProxyParts parts_;
};

class InterruptProxy : public CompletionProxy {
 public:
  explicit InterruptProxy(const ProxyParts& parts) : parts_(parts) {}
  Task<> start(Exec& on) override {
    parts_.verbs.on_completion(parts_.cq, {&InterruptProxy::interrupt, this});
    co_await parts_.verbs.req_notify(on, parts_.cq);
  }
  Task<> poll(Exec&) override { co_return; }
  Task<> arm(Exec&) override { co_return; }
  bool poll_on_request() const override { return false; }

 private:
  /// What comes between the last look and the arming fires at once: the device compares its index with ours.
  static Task<> interrupt(void* self, Exec& on, CqHandle cq) {
    auto* const proxy = static_cast<InterruptProxy*>(self);
    co_await proxy->parts_.mover.move(on, Cause::Execute);
    co_await proxy->parts_.verbs.req_notify(on, cq);
  }
  ProxyParts parts_;
};

class DedicatedPollerProxy : public CompletionProxy {
 public:
  explicit DedicatedPollerProxy(const ProxyParts& parts) : parts_(parts) {}
  Task<> start(Exec&) override {
    spawn(loop(), "completion poller");
    co_return;
  }
  Task<> poll(Exec&) override { co_return; }
  Task<> arm(Exec&) override { co_return; }
  bool poll_on_request() const override { return false; }

 private:
  Process loop() {
    std::array<Wc, 16> found;
    Exec& on = *parts_.poller;
    for (;;) {
      const int n = co_await parts_.verbs.spin_cq(on, parts_.cq, found);
      const auto moved = std::span<const Wc>(found).first(static_cast<std::size_t>(n));
      co_await parts_.mover.deliver(on, moved, Cause::Execute);
      on.op() = Op{};  // what was moved is the guest's now
    }
  }
  ProxyParts parts_;
};

}  // namespace

std::unique_ptr<CompletionProxy> make_completion_proxy(const std::string& name, const ProxyParts& parts) {
  if (name == "poll_exit") return std::make_unique<PollExitProxy>(parts);
  if (name == "interrupt") return std::make_unique<InterruptProxy>(parts);
  if (name != "dedicated_poller") throw std::invalid_argument("unknown completion proxy " + name);
  if (parts.poller == nullptr) throw std::invalid_argument("a dedicated poller needs a context of its own");
  return std::make_unique<DedicatedPollerProxy>(parts);
}

}  // namespace viosim::emulation
