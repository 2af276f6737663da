// An HCA's control interface that records, and writes completions by hand, for tests of its driver.
#pragma once
#include "guest/immediate_commands.h"
#include "guest/mlx4_verbs.h"
#include "support/literal_params.h"
#include "support/stub_exec.h"

namespace viosim::test {
// A namespace of its own: rigs of different rooms may use the same names.
inline namespace mlx4_rig {

class RecordingHca : public HcaControlIf {
 public:
  explicit RecordingHca(Bytes blueflame) : blueflame_(blueflame) {}
  CqConfig cq;
  QpConfig qp;
  Iova eq_ring;
  QpConnection connection;
  std::vector<Iova> pages;
  std::uint32_t msi_data = 0;
  bool refuse = false;

  unsigned functions() const override { return 2; }
  HcaFunctionInfo function(unsigned i) const override {
    return {Bdf{static_cast<std::uint16_t>(0x300 + i)}, i == 0 ? blueflame_ : Bytes{}};
  }
  Lid lid() const override { return Lid{5}; }
  void map_icm(Iova, Bytes) override {}
  Pdn alloc_pd(unsigned) override { return Pdn{1}; }
  std::optional<MrKeys> reg_mr(unsigned, Pdn, Gva, Bytes, MrAccess, std::span<const Iova> p) override {
    pages.assign(p.begin(), p.end());
    if (refuse) return {};
    return MrKeys{Lkey{0x1100}, Rkey{0x2200}};
  }
  void dereg_mr(unsigned, Lkey) override {}
  Eqn create_eq(unsigned, Iova ring, std::uint32_t, std::uint64_t, std::uint32_t data) override {
    eq_ring = ring;
    msi_data = data;
    return Eqn{2};
  }
  Cqn create_cq(unsigned, const CqConfig& c) override {
    cq = c;
    return Cqn{0x80};
  }
  Qpn create_qp(unsigned, const QpConfig& c) override {
    qp = c;
    return Qpn{0x123456};
  }
  void destroy_cq(unsigned, Cqn) override {}
  void destroy_qp(unsigned, Qpn) override {}
  void connect(Qpn, const QpConnection& to) override { connection = to; }
  QpState state(Qpn) const override { return QpState::ready; }
  void reset_qp(Qpn) override {}

  /// Writes the `n`-th completion (from 0) of the queue.
  void complete(FlatMemory& memory, std::uint32_t n, std::uint16_t wqe, bool send, hca_abi::Syndrome error,
                const Op* op) {
    std::array<std::byte, hca_abi::kCqeSize> e{};
    hca_abi::put<std::uint32_t>(e, hca_abi::kCqeQpn, 0x123456);
    hca_abi::put<std::uint32_t>(e, hca_abi::kCqeByteCount, 64);
    hca_abi::put<std::uint16_t>(e, hca_abi::kCqeWqeIndex, wqe);
    e[hca_abi::kCqeSyndrome] = static_cast<std::byte>(error);
    const bool bad = error != hca_abi::Syndrome::none;
    e[hca_abi::kCqeOwner] = static_cast<std::byte>(((n & cq.entries) != 0 ? hca_abi::kCqeOwnerBit : 0) |
                                                   (send ? hca_abi::kCqeIsSend : 0) | (bad ? hca_abi::kCqeError : 0));
    memory.write(cq.ring.raw() + (n & (cq.entries - 1)) * hca_abi::kCqeSize, e, op);
  }
  void event(FlatMemory& memory, std::uint32_t n) {
    std::array<std::byte, hca_abi::kEqeSize> e{};
    hca_abi::put<std::uint32_t>(e, hca_abi::kEqeCqn, 0x80);
    memory.write(eq_ring.raw() + n * hca_abi::kEqeSize, e, nullptr);
  }

 private:
  Bytes blueflame_;
};

inline LiteralParams mlx4_literals() {
  return {{"cycles_per_instruction", "0.5"}, {"post", "200"}, {"post_remote", "20"}, {"post_inline", "60"},
          {"post_inline_line", "40"}, {"post_blueflame", "70"}, {"post_blueflame_line", "30"},
          {"post_receive", "100"}, {"poll_empty", "60"}, {"poll_send", "140"}, {"poll_receive", "160"},
          {"arm", "24"}, {"locked", "20 cycles"}, {"read_barrier", "10 cycles"},
          {"interrupt_handler", "400 cycles"}, {"completion_handler", "1000 cycles"}, {"get_event", "900 cycles"},
          {"ack_event", "50 cycles"}, {"blueflame", "inline_only"}};
}

/// A driver over such an HCA in one native context, with one CQ and one QP.
struct Mlx4Rig {
  static constexpr std::uint64_t kUar = 0xF0000000;
  FlatMemory memory{1 << 22};
  FixedExec exec{"host", memory, 0, 1 << 22, 3};
  RecordingHca hca{Bytes(256)};
  DirectMsi msi;
  guest::ImmediateCommands commands;
  guest::Mlx4Verbs verbs;
  CqHandle cq = kNoCq;
  QpHandle qp = kNoQp;

  explicit Mlx4Rig(LiteralParams in = mlx4_literals(), unsigned function = 0)
      : commands(hca, function), verbs("rdma", guest::Mlx4Params(in), commands, Gpa(kUar), guest::BusAddressing::physical, msi, 7) {}

  Task<> open(QpCapabilities wanted) {
    co_await verbs.open(exec);
    cq = co_await verbs.create_cq(exec, 15, 1);
    qp = co_await verbs.create_qp(exec, cq, cq, wanted);
    exec.stores.clear();
  }
};

}  // namespace mlx4_rig
}  // namespace viosim::test
