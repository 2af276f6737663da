// Mlx4Verbs: libmlx4 and its driver over a physical HCA of the ConnectX class: natively, in a guest with an
// assigned function, and inside the hypervisor.
//
// Models: rings in memory with owner bits, doorbell or BlueFlame, receive and CQ doorbell records, the race-free
//   arm, the event queue and its interrupt handler, the count of instructions of each call.
// Not modelled: stamping of old entries (it comes after the doorbell; its instructions are counted), waiting
//   for the library's locks (one context a queue), system calls at set-up.
// Causes: Execute = instructions x cycles_per_instruction + locked operations + barriers, at the context's site;
//   PollGap (at this site) = from the completion's arrival to the call that finds it, for callers that look by
//   single calls; memory and MMIO causes are the context's own.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "guest/mlx4_queues.h"
#include "guest/mlx4_timing.h"
#include "guest/mlx4_wqe.h"
#include "kernel/station.h"
#include "protocols/hca_commands.h"
#include "protocols/passthrough.h"
#include "structures/number_table.h"

namespace viosim::guest {

/// How this software's physical addresses become what its device puts on the bus.
enum class BusAddressing : std::uint8_t {
  physical,    ///< the address itself: natively, in the hypervisor, and behind an IOMMU domain of the guest
  translated,  ///< the host address: a guest whose device no IOMMU translates
};

class Mlx4Verbs final : public Verbs {
 public:
  /// `uar`: where this software sees its page of doorbells. `vector`: the interrupt of its event queue.
  Mlx4Verbs(std::string path, const Mlx4Params& params, HcaCommandsIf& commands, Gpa uar, BusAddressing addressing,
            MsiRouteIf& msi, unsigned vector);

  Task<> open(Exec& on) override;
  Task<MrKeys> reg_mr(Exec& on, Gva start, Bytes length, MrAccess access, std::span<const Gpa> pages) override;
  /// kNoCq if `entries` is 0 or above 4 M; kNoQp for unknown CQs, empty or too large queues.
  /// invalid for keys that this context has not registered.
  Task<VerbsError> dereg_mr(Exec& on, Lkey key) override;
  Task<CqHandle> create_cq(Exec& on, std::uint32_t entries, int with_events) override;
  Task<QpHandle> create_qp(Exec& on, CqHandle send, CqHandle receive, QpCapabilities wanted) override;
  Qpn qp_number(QpHandle qp) const override;
  Lid lid() const override { return commands_.lid(); }
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
  Mlx4Qp* find(QpHandle h) const {
    return h.value < qps_.size() && !qps_[h.value]->retired ? qps_[h.value].get() : nullptr;
  }
  Mlx4Cq* find(CqHandle h) const { return h.value < cqs_.size() ? cqs_[h.value].get() : nullptr; }
  Iova bus(const Exec& on, Gpa address, Bytes length) const {
    return Iova(addressing_ == BusAddressing::physical ? address.raw() : on.translate(address, length).raw());
  }
  const Mlx4Region* region(Gva address, std::uint32_t length) const;
  Hold fetch_inline(Exec& on, const Mlx4Region& from, const Sge& payload, std::size_t& done, WqeArray& into);
  /// 64-byte lines that leave through BlueFlame; 0: by the doorbell. Upstream takes it for inline data and for what
  /// has no payload to send (READ); see mlx4_post_send.
  std::int64_t flame_lines(WrOpcode opcode, const Mlx4Wqe& wqe) const {
    const bool wants = wqe.inline_lines > 0 || opcode == WrOpcode::rdma_read || blueflame_always_;
    if (!wants || wqe.size > blueflame_) return 0;
    return static_cast<std::int64_t>((wqe.size + hca_abi::kBlock - 1) / hca_abi::kBlock);
  }
  Hold ring_doorbell(Exec& on, const Mlx4Qp& qp);
  Hold push(Exec& on, const WqeArray& wqe, std::int64_t lines);
  std::uint32_t place_for(const Mlx4SendQueue& send, const Mlx4ReceiveQueue& receive);
  Task<int> look(Exec& on, CqHandle cq, std::span<Wc> into, int until_found);
  void expect(Exec& on, Mlx4Cq& cq);
  void adopt(Exec& on, Mlx4Cq& cq);
  void consume(Mlx4Cq& cq, const Mlx4Cqe& cqe, Wc& into);
  static Task<> interrupt(void* self, Exec& on);
  Task<> create_eq(Exec& on, Mlx4Eq& eq, unsigned vector, int asynchronous);
  Task<> handle_events(Exec& on, Mlx4Eq& eq);
  Task<> handle_completion(Exec& on, std::uint32_t number);
  Task<> fill(Exec& on, Gpa ring, std::uint32_t entries, std::size_t stride, std::size_t at, std::byte value);

  Station site_;
  Mlx4Timing timing_;
  Mlx4Params params_;
  HcaCommandsIf& commands_;
  Gpa uar_;
  BusAddressing addressing_;
  MsiRouteIf& msi_;
  unsigned vector_;
  std::uint64_t blueflame_ = 0, blueflame_at_ = 0;  ///< size of a buffer, which of the two is next
  bool blueflame_always_;
  Pdn pd_{};
  Mlx4Eq eq_, command_eq_;  ///< of completions; of commands' ends, where they come as events
  std::vector<std::unique_ptr<Mlx4Cq>> cqs_;
  std::vector<std::unique_ptr<Mlx4Qp>> qps_;
  std::vector<Mlx4Region> regions_;
  NumberTable qp_by_number_, cq_by_number_;
  std::uint64_t& doorbells_;
  std::uint64_t& blueflames_;
  std::uint64_t& empty_polls_;
  std::uint64_t& events_;
};

}  // namespace viosim::guest
