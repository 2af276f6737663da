// What an HCA does for a send engine that is not the TLM's own (fidelity `wqe_engine`): reads rings, takes WQEs and packet
// descriptors in. WqeFetcher and WqeEngine stand still then; the requester waits for descriptors instead of starts.
#pragma once
#include "hca/engines.h"
#include "kernel/task.h"
#include "protocols/send_engine.h"

namespace viosim::hca {

class SendEngineClient final : public SendEngineClientIf {
 public:
  explicit SendEngineClient(Engines& engines) : e_(engines) {}

  void read(Qpn qp, unsigned tag, std::uint32_t place, std::uint32_t count, Op op) override;
  void accept(Qpn qp, const ParsedWqe& wqe, Op op) override;
  void packet(Qpn qp, PacketDescriptor packet) override;
  void broken(Qpn qp, Op op) override;
  void refused() override;

 private:
  Process fetch(QueuePair& qp, DmaJob* raw, unsigned tag);
  Engines& e_;
};

}  // namespace viosim::hca
