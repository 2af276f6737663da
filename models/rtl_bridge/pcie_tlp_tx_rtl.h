// Models: the transmitter of one direction of a link, rtl/pcie_tlp_tx, in the place of LinkDirection's own order. TLPs that
//   the block has no room for stand before it, and are offered as the ordering rules allow.
// Not modelled: relaxed writes that pass writes (the block keeps them in line, as the rules allow).
// Causes, at the link's site:
//   ClockCrossing = from the offer to the next edge of the controller's clock
//   Arbitration, CreditStall, OrderingStall, LinkSerialization = what the block's cause_o says of the head of the TLP's
//   class, from that edge to the grant: with credits and a free wire one cycle of Arbitration
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/cause.h"
#include "kernel/event.h"
#include "pcie/credit_params.h"
#include "pcie/link_params.h"
#include "protocols/tlp_tx.h"
#include "rtl_bridge/pcie_tlp_tx_pins.h"
#include "rtl_bridge/rtl_clock.h"
#include "structures/fifo.h"

namespace viosim::rtl_bridge {

class PcieTlpTxRtl : public TlpTransmitterIf, private RtlClock::BlockIf {
 public:
  /// `receiver`: what InitFC said. Throws std::invalid_argument if the clock is too slow for the link: one TLP a cycle has to
  /// keep it busy.
  PcieTlpTxRtl(const std::string& path, const pcie::LinkParams& params, const pcie::CreditParams& receiver,
               TlpWireIf& wire);
  ~PcieTlpTxRtl() override;

  void offer(Tlp* tlp) override;
  void credits_back(TlpClass cls, Time due, std::int64_t data) override;
  void wire_taken(Time free_at) override;
  std::string held_back() const override;

  std::uint64_t edges() const { return clock_.edges(); }

 private:
  struct Waiting {
    Tlp* tlp = nullptr;
    bool crossed = false;  ///< an edge has seen it
    bool stalled = false;  ///< credits or order have held it back
  };
  struct Return { Time due; std::int64_t data = 0; };
  struct Flow {
    Cause cause = Cause::Arbitration;  ///< of its head, since the last change
    std::uint32_t header_limit = 0, data_limit = 0;  ///< counted from the start of the link
    Fifo<Return> returns;
  };
  static constexpr std::size_t kNobody = ~std::size_t{0};

  bool edge() override;
  void cross();
  std::size_t candidate() const;
  void present_offer();
  void present_credits();
  bool wire_ready_before_now() const;
  void show_wire();
  void launch(unsigned index);
  void spend(Waiting& w, Cause cause);
  void note_causes();
  void arm();

  TlpWireIf& wire_;
  Station& station_;
  PcieTlpTxPins pins_;
  RtlClock clock_;
  const Duration period_;
  Timer credits_timer_, wire_timer_;
  std::array<Flow, PcieTlpTxPins::kClasses> flows_;
  std::vector<Waiting> line_;  // before the block, in order of arrival
  std::array<Waiting, PcieTlpTxPins::kSlots> slots_;
  std::vector<unsigned> free_slots_;
  Time taken_at_{-1}, free_before_;  // when something else took the wire last, and what it had to do before
};

}  // namespace viosim::rtl_bridge
