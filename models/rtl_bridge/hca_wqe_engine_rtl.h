// HcaWqeEngineRtl: rtl/hca_wqe_engine in the place of the HCA's own WQE fetcher, scheduler and segmentation.
//
// Models: nothing of its own: queues at the block's inputs until the next edge, buffers for what was read and posted.
// Not modelled: retransmissions: the requester cuts those itself.
// Causes: ClockCrossing = up to the edge that sees a post, a doorbell or an answer; behind that what the block says in cause_o
//   (Pipeline; WindowStall while who sends packets takes none), WqeFetch while it says nothing.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "hca/hca_params.h"
#include "protocols/send_engine.h"
#include "rtl_bridge/cause_log.h"
#include "rtl_bridge/hca_wqe_engine_pins.h"
#include "rtl_bridge/rtl_clock.h"
#include "structures/fifo.h"
#include "structures/number_table.h"

namespace viosim::rtl_bridge {

class HcaWqeEngineRtl final : public SendEngineIf, private RtlClock::BlockIf {
 public:
  /// Throws std::invalid_argument for parameters that the block is not built for.
  HcaWqeEngineRtl(const std::string& path, const hca::HcaParams& params);

  void attach(SendEngineClientIf& client, Station& station) override;
  void open(const SendQueue& queue) override;
  void close(Qpn qp) override;
  void doorbell(Qpn qp, Op op) override;
  void post(Qpn qp, std::uint16_t index, const Buffer& wqe, Op op) override;
  void fetched(unsigned tag, CplStatus status, const Buffer& wqes, Op op) override;
  void sent(Qpn qp) override;
  Cause waits_for() const override;

  const RtlClock& clock() const { return clock_; }

 private:
  using Pins = HcaWqeEnginePins;
  /// Inputs as they wait for an edge behind `at`.
  struct Configuration { Time at; unsigned slot = 0; bool open = false; SendQueue queue{}; };
  struct Doorbell { Time at; unsigned slot = 0; std::uint32_t life = 0; Op op; };
  struct Push { Time at; unsigned slot = 0; std::uint32_t life = 0; std::uint16_t index = 0; Buffer wqe; Op op; };
  struct Answer { Time at; unsigned tag = 0; bool error = false; Buffer wqes; Op op; };
  struct Credit { Time at; unsigned slot = 0; std::uint32_t life = 0; };

  struct Slot {
    Qpn qp;
    bool open = false;
    std::uint32_t life = 0;      ///< moves with open and close: what belongs to an older one is void
    unsigned pending = 0;        ///< changes that the block has not seen yet: what it says is of before
    Bytes stride;
    Op op;                       ///< of what announced WQEs last
    std::uint64_t rings = 0;
  };
  /// What stands in one of the block's buffers.
  struct Held {
    Buffer bytes;
    Op op;
    unsigned slot = 0;
    std::uint32_t life = 0;
    std::uint64_t rings = 0;
  };

  bool edge() override;
  bool present(Time t);
  void take_inputs();
  void outputs();
  void read();
  void beat();
  void wqe();
  void release();
  void show_buffer();
  unsigned slot_of(Qpn qp) const;
  Held& held(bool push, unsigned tag) { return push ? pushes_[tag] : reads_[tag]; }
  void wake() { clock_.wake(); }

  std::string path_;
  RtlClock clock_;
  Pins pins_;
  CauseLog log_;
  SendEngineClientIf* client_ = nullptr;
  Station* station_ = nullptr;

  Fifo<Configuration> configurations_;
  Fifo<Doorbell> doorbells_;
  Fifo<Push> posts_;
  Fifo<Answer> answers_;
  Fifo<Credit> credits_;

  std::array<Slot, Pins::kSlots> slots_;
  NumberTable slot_by_qp_;
  std::array<Held, Pins::kReadTags> reads_;
  std::array<Held, Pins::kPushTags> pushes_;

  // The WQE that is being parsed.
  bool inside_ = false;
  std::size_t begin_ = 0;        ///< in its buffer
  Buffer inline_;
  std::size_t inline_size_ = 0;
};

}  // namespace viosim::rtl_bridge
