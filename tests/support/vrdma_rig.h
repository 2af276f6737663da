// A guest's vRDMA driver, the VMCI device and the back end over verbs with fixed costs: a post takes 100 ns, a look
// 50 ns, the completion of a signaled request comes `wire` later.
#pragma once
#include <deque>
#include <memory>

#include "emulation/vrdma/backend.h"
#include "emulation/vrdma/vmci_frontend.h"
#include "guest/vrdma_verbs.h"
#include "kernel/parcel.h"
#include "support/literal_params.h"
#include "support/stub_exec.h"

namespace viosim::test {
// A namespace of its own: rigs of different rooms may use the same names.
inline namespace vrdma_rig {

/// The hypervisor's verbs: one physical CQ, requests recorded, completions on their own clock.
class FixedVerbs : public Verbs {
 public:
  explicit FixedVerbs(const std::string& path) : station_(path, 0) {}
  Duration wire = nanoseconds(2000);
  WcStatus answer = WcStatus::success;
  std::vector<SendWr> sent;
  std::vector<RecvWr> received;
  std::vector<Gpa> pages;
  QpConnection connection;
  int armed_count = 0;

  Task<> open(Exec& on) override { home_ = &on; co_return; }
  Task<MrKeys> reg_mr(Exec&, Gva, Bytes, MrAccess, std::span<const Gpa> p) override {
    pages.assign(p.begin(), p.end());
    ++keys_;
    co_return MrKeys{Lkey{0x9000 + keys_}, Rkey{0xA000 + keys_}};
  }
  Task<CqHandle> create_cq(Exec&, std::uint32_t, int) override { co_return CqHandle{0}; }
  Task<QpHandle> create_qp(Exec&, CqHandle, CqHandle, QpCapabilities) override { co_return QpHandle{qps_++}; }
  Qpn qp_number(QpHandle qp) const override { return Qpn{0x500 + qp.value}; }
  Lid lid() const override { return Lid{3}; }
  Task<VerbsError> connect(Exec&, QpHandle, const QpConnection& to) override {
    connection = to;
    co_return VerbsError::ok;
  }
  std::uint32_t max_inline(QpHandle) const override { return 0; }
  Task<VerbsError> post_send(Exec& on, QpHandle qp, const SendWr& wr) override {
    co_await on.execute(Cycles(100));
    sent.push_back(wr);
    if (wr.signaled) fly(on, Wc{wr.wr_id, answer, false, wr.sge.length, qp_number(qp)});
    co_return VerbsError::ok;
  }
  Task<VerbsError> post_recv(Exec& on, QpHandle, const RecvWr& wr) override {
    co_await on.execute(Cycles(100));
    received.push_back(wr);
    co_return VerbsError::ok;
  }
  Task<int> poll_cq(Exec& on, CqHandle, std::span<Wc> into) override {
    co_await on.execute(Cycles(50));
    int n = 0;
    for (; !done_.empty() && n < static_cast<int>(into.size()); ++n) {
      into[static_cast<std::size_t>(n)] = done_.front();
      done_.pop_front();
    }
    co_return n;
  }
  Task<int> spin_cq(Exec& on, CqHandle cq, std::span<Wc> into) override {
    watch_.rearm();
    if (done_.empty()) co_await on.poll(watch_, Cycles(0));
    co_return co_await poll_cq(on, cq, into);
  }
  Task<> req_notify(Exec& on, CqHandle) override {
    co_await on.execute(Cycles(30));
    ++armed_count;
    armed_ = true;
    if (!done_.empty()) raise(on.op());
  }
  Task<> get_event(Exec&, CqHandle) override { throw std::logic_error("a kernel consumer has a handler"); }
  void on_completion(CqHandle, CompletionHandler handler) override {
    handler_ = handler;
    home_->on_interrupt(9, {[](void* self, Exec& on) -> Task<> {
                              auto* const verbs = static_cast<FixedVerbs*>(self);
                              co_await on.execute(Cycles(400));
                              co_await verbs->handler_.run(verbs->handler_.self, on, CqHandle{0});
                            }, this});
  }

 private:
  struct Flight : Parcel, Pooled<Flight> { Wc wc; FixedVerbs* owner; };
  void fly(Exec& on, const Wc& wc) {
    auto* const f = new Flight;
    f->op = on.op().fork();
    f->wc = wc;
    f->owner = this;
    station_.delay(f->op, Cause::LinkPropagation, now(), wire);
    f->fire = [](Wakeable* w) {
      std::unique_ptr<Flight> flight(static_cast<Flight*>(w));
      flight->owner->land(*flight);
    };
    scheduler().wake_at(now() + wire, f);
  }
  void land(Flight& f) {
    done_.push_back(f.wc);
    if (!watch_.hit) {
      watch_.hit = true;
      watch_.hit_at = now();
      watch_.op = f.op.fork();
      watch_.changed.notify();
    }
    if (armed_) raise(f.op);
  }
  void raise(const Op& op) {
    armed_ = false;
    static_cast<FixedExec*>(home_)->raise(9, op.fork());
  }
  Station station_;
  Exec* home_ = nullptr;
  CompletionHandler handler_{nullptr, nullptr};
  std::deque<Wc> done_;
  Watch watch_;
  bool armed_ = false;
  std::uint32_t keys_ = 0, qps_ = 0;
};

inline LiteralParams vmci_literals() {
  return {{"register_access", "10 cycles"}, {"decode", "60 cycles"}, {"hypercall", "40 cycles"},
          {"notify", "30 cycles"}};
}
inline LiteralParams backend_literals(const std::string& proxy) {
  return {{"completion_proxy", proxy}, {"command", "500 cycles"}, {"notice", "20 cycles"}, {"work", "35 cycles"},
          {"poll", "15 cycles"}, {"completion", "25 cycles"}, {"completion_entries", "4096"}};
}
inline LiteralParams guest_literals() {
  return {{"datagram", "200 cycles"}, {"notification", "1000 cycles"}, {"doorbell_callback", "700 cycles"},
          {"result_reads", "1"}, {"post_send", "120 cycles"}, {"post_receive", "80 cycles"},
          {"poll_empty", "40 cycles"}, {"poll_success", "90 cycles"},
          {"get_event", "900 cycles"}, {"ack_event", "60 cycles"}};
}
template <class Params>
Params from(LiteralParams in) { return Params(in); }

struct VrdmaRig {
  static constexpr std::uint64_t kBase = 1 << 22, kSize = 1 << 22;
  FlatMemory memory{1 << 23};
  FixedExec home{"hypervisor", memory, 0, 1 << 23, 0};
  FixedExec monitor{"monitor", memory, 0, 1 << 23, 1};
  FixedExec poller{"poller", memory, 0, 1 << 23, 2};
  FixedExec guest{"guest", memory, kBase, kSize, 1};
  FlatGuestMemory guest_memory{kBase, kSize};
  FixedVcpu vcpu{guest};
  FixedVerbs verbs{"physical"};
  emulation::Vmci vmci;
  emulation::Backend backend;
  emulation::VmciFrontend frontend{"vrdma", vmci, backend};
  guest::VmciDriver driver{"guest.vmci", from<guest::VmciDriverParams>(guest_literals()), 0, 4};
  guest::VrdmaVerbs guest_verbs{"guest.vrdma", from<guest::VrdmaParams>(guest_literals()), driver};
  CqHandle cq = kNoCq;
  QpHandle qp = kNoQp;
  MrKeys keys;

  explicit VrdmaRig(const std::string& proxy, LiteralParams device = vmci_literals())
      : vmci("vmci", from<emulation::VmciParams>(device), guest_memory, vcpu, 17, 4),
        backend("vrdma", from<emulation::BackendParams>(backend_literals(proxy)), guest_memory, verbs, home,
                &poller) {
    guest.monitor = &monitor;
    vcpu.attach_ports(0, vmci_abi::kPorts, vmci);
  }
  /// A region of one page at Gva 0x10000, guest page 0x30000.
  Task<> open() {
    co_await guest_verbs.open(guest);
    const std::vector<Gpa> pages{Gpa(0x30000)};
    keys = co_await guest_verbs.reg_mr(guest, Gva(0x10000), Bytes(4096), {}, pages);
    cq = co_await guest_verbs.create_cq(guest, 100, 1);
    qp = co_await guest_verbs.create_qp(guest, cq, cq, {16, 16, 0});
    guest.exits = 0;
  }
  SendWr write_of(std::uint32_t length) const {
    SendWr wr;
    wr.wr_id = 1234;
    wr.sge = {Gva(0x10000), length, keys.lkey};
    wr.remote_address = Gva(0x77000);
    wr.rkey = Rkey{0x55};
    return wr;
  }
  std::uint64_t counter(const std::string& name) const {
    std::uint64_t n = 0;
    for (const auto& e : counters().entries())
      if (e.name == name) n += e.value;
    return n;
  }
};

}  // namespace vrdma_rig
}  // namespace viosim::test
