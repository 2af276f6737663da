// Control verbs that take no time: straight to the device. Set-up lies before every measured window.
#pragma once
#include "protocols/hca_commands.h"

namespace viosim::guest {

class ImmediateCommands final : public HcaCommandsIf {
 public:
  ImmediateCommands(HcaControlIf& hca, unsigned function) : hca_(hca), function_(function) {}

  Bytes blueflame() const override { return hca_.function(function_).blueflame; }
  Lid lid() const override { return hca_.lid(); }
  Task<> open(Exec&) override { co_return; }
  Task<std::optional<Pdn>> alloc_pd(Exec&) override { co_return hca_.alloc_pd(function_); }
  Task<std::optional<MrKeys>> reg_mr(Exec&, const MrConfig& r) override {
    co_return hca_.reg_mr(function_, r.pd, r.start, r.length, r.access, r.pages);
  }
  Task<CommandStatus> dereg_mr(Exec&, Lkey key) override {
    hca_.dereg_mr(function_, key);
    co_return CommandStatus::ok;
  }
  Task<std::optional<Eqn>> create_eq(Exec&, const EqConfig& c) override {
    co_return hca_.create_eq(function_, c.ring, c.entries, c.msi_address, c.msi_data);
  }
  Task<std::optional<Cqn>> create_cq(Exec&, const CqConfig& config) override {
    co_return hca_.create_cq(function_, config);
  }
  Task<CommandStatus> destroy_cq(Exec&, Cqn cq) override {
    hca_.destroy_cq(function_, cq);
    co_return CommandStatus::ok;
  }
  Task<std::optional<Qpn>> create_qp(Exec&, const QpConfig& config) override {
    co_return hca_.create_qp(function_, config);
  }
  Task<CommandStatus> connect(Exec&, Qpn qp, const QpConnection& to) override {
    hca_.connect(qp, to);
    co_return CommandStatus::ok;
  }
  Task<std::optional<QpState>> query_qp(Exec&, Qpn qp) override { co_return hca_.state(qp); }
  Task<CommandStatus> destroy_qp(Exec&, Qpn qp) override {
    hca_.destroy_qp(function_, qp);
    co_return CommandStatus::ok;
  }

 private:
  HcaControlIf& hca_;
  unsigned function_;
};

}  // namespace viosim::guest
