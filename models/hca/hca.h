// An HCA of the ConnectX class: reliable connections over an InfiniBand port, for a physical and virtual functions.
//
// Models: doorbells and BlueFlame, WQE fetch with prefetch, context caches that miss to host memory, key checks and
//   page-wise translation, payload gather, segmentation, PSNs, ACK, NAK, go-back-N, RNR, reads, atomics, receive
//   queues, completion and event queues with MSI-X, the error state and its flush.
//   With firmware: command registers and what it reaches (Management).
// Not modelled: UD/UC, SRQ, immediate data, EQ overflow, QoS, internal buffer limits.
// Causes: Pipeline = tx_pipeline + rx_pipeline + ceil(payload / width) / clock on each side, and the wait for
//   message_interval; WqeFetch, DmaRead, ContextMiss = what the endpoint charges + dma_engine_latency a read;
//   AckWait, RnrWait, RetransmitTimeout by protocol; DmaWrite, CompletionWrite = what the endpoint charges.
#pragma once
#include <memory>
#include <vector>

#include "hca/completion.h"
#include "hca/doorbells.h"
#include "hca/engines.h"
#include "hca/faults.h"
#include "hca/gather.h"
#include "hca/installer.h"
#include "hca/management.h"
#include "hca/receive_queue.h"
#include "hca/receiver.h"
#include "hca/requester.h"
#include "hca/responder.h"
#include "hca/send_engine_client.h"
#include "hca/transmitter.h"
#include "hca/wqe_engine.h"
#include "hca/wqe_fetcher.h"

namespace viosim::hca {

class Hca : public sc_core::sc_module, public HcaControlIf, public FunctionIf {
 public:
  Out<IbPacket> packet_out;
  In<IbPacket> packet_in;

  /// `functions`: requester ids, the PF first. `dma`: the endpoint, attached before the first doorbell.
  Hca(sc_core::sc_module_name name, const HcaParams& params, Lid lid, const std::vector<Bdf>& functions);
  void attach(DmaIf& dma) { dma_.attach(dma); }
  /// What is bound to packet_out takes packets ahead of time: see Transmitter.
  void send_ahead() { tx_.hand_ahead(); }
  /// `engine` does the work of fetcher and WQE engine; before the first queue pair is connected.
  void use(SendEngineIf& engine);
  /// What firmware reaches on its bus. Before anything runs; the HCA has command registers from then on.
  Management& add_management();

  // FunctionIf
  void bar_write(Tlp* tlp) override;
  std::uint64_t bar_read(Bdf target, std::uint8_t bar, std::uint64_t offset, Bytes size, Op& op) override;

  // HcaControlIf. Bad arguments throw std::invalid_argument, unknown or foreign objects std::out_of_range.
  unsigned functions() const override;
  HcaFunctionInfo function(unsigned index) const override;
  Lid lid() const override { return engines_.lid; }
  void map_icm(Iova base, Bytes size) override;
  Pdn alloc_pd(unsigned function) override;
  std::optional<MrKeys> reg_mr(unsigned function, Pdn pd, Gva start, Bytes length, MrAccess access,
                               std::span<const Iova> pages) override;
  void dereg_mr(unsigned function, Lkey key) override;
  Eqn create_eq(unsigned function, Iova ring, std::uint32_t entries, std::uint64_t msi_address,
                std::uint32_t msi_data) override;
  Cqn create_cq(unsigned function, const CqConfig& config) override;
  void destroy_cq(unsigned function, Cqn cq) override;
  Qpn create_qp(unsigned function, const QpConfig& config) override;
  void destroy_qp(unsigned function, Qpn qp) override;
  void connect(Qpn qp, const QpConnection& to) override;
  QpState state(Qpn qp) const override;
  void reset_qp(Qpn qp) override;

 private:
  QueuePair& find(Qpn qp) const;

  HcaParams params_;
  HcaCounters counters_;
  Tables tables_;
  DmaPort dma_;
  Contexts contexts_;
  Translator translator_;
  Engines engines_;
  WqeEngine wqe_engine_;
  Transmitter tx_;
  Gather gather_;
  Completion completion_;
  Faults faults_;
  WqeFetcher fetcher_;
  ReceiveQueue receive_queue_;
  Requester requester_;
  Responder responder_;
  Receiver rx_;
  Doorbells doorbells_;
  SendEngineClient send_engine_client_;
  Installer installer_;
  std::unique_ptr<Management> management_;  ///< with firmware
};

}  // namespace viosim::hca
