// One direction of a link: a serialiser, a pipelined delay, and the credits of the receiver at its end.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "kernel/event.h"
#include "kernel/starving.h"
#include "kernel/station.h"
#include "pcie/credit_params.h"
#include "pcie/credits.h"
#include "pcie/link_timing.h"
#include "pcie/replay.h"
#include "pcie/tlp_line.h"
#include "protocols/tlp_tx.h"

namespace viosim::pcie {

/// Told when writes that had waited for credits went out.
class LaunchIf {
 public:
  virtual ~LaunchIf() = default;
  virtual void posted_launched() = 0;
  /// The same from a transmitter, for one write: `waited` is its account up to now.
  virtual void posted_granted(Op waited) = 0;
};

class LinkDirection : private TlpWireIf {
 public:
  enum class Towards : std::uint8_t { root, device };
  LinkDirection(std::string path, Towards towards, const LinkParams& params, const LinkTiming& timing,
                const CreditParams& receiver, Out<Tlp>& out);
  LinkDirection(const LinkDirection&) = delete;
  LinkDirection& operator=(const LinkDirection&) = delete;

  /// The sender hands `tlp` over now; it goes out as soon as credits and ordering rules allow.
  /// Throws std::runtime_error for a TLP that the receiver's whole buffer could not hold.
  void send(Tlp* tlp);
  /// The receiver's buffer space of a TLP is free from `at` on (now or later).
  void consumed(TlpClass cls, Bytes payload, Time at) { freed(of(cls), payload, at); }
  /// A write with `payload` would begin now.
  bool sends_at_once(Bytes payload) const {
    return waiting_ == 0 && flows_[0].credits.enough(Credits::units(payload)) && free_at() <= now();
  }
  /// Acknowledgements and credit updates of this direction travel on `other`.
  void set_reverse(LinkDirection& other) { reverse_ = &other; }
  /// From now on TLPs suffer errors and are sent again; before the first one.
  void inject(const FaultParams& params, std::uint64_t seed);
  /// From now on `transmitter` decides what goes next; before the first TLP. Not under a sender that keeps its own line.
  void transmit_by(TlpTransmitterIf& transmitter);
  /// The direction as a transmitter sees it.
  TlpWireIf& as_wire() { return *this; }
  /// Null without errors.
  Replay* replay() { return replay_.get(); }
  /// The link trains anew: nothing goes out before `until`.
  void down(Time until) { replay_->down(until); }
  /// A DLLP takes its place on this wire. Answers when its last bit is out.
  Time put_dllp();
  void observe(LaunchIf& observer) { observer_ = &observer; }
  /// The receiver takes TLPs as soon as it is known when they arrive: their account reaches up to there, which
  /// may lie ahead of now.
  void deliver_ahead() { ahead_ = true; }

  /// The receiver takes TLPs at their header, and their account reaches up to there: a switch that cuts through.
  /// Not together with errors, which show at a TLP's end: then they come whole.
  void deliver_heads() { special_ = heads_ = true; }

  // For a sender that keeps its own line, and alone sends here.
  /// Credits are at hand.
  bool takes(const Tlp& tlp) { return waiting_ == 0 && fits(tlp); }
  /// Even an empty receiver could not take it.
  bool impossible(const Tlp& tlp) const {
    return !credits(tlp.flow_class()).possible(Credits::units(tlp.payload()));
  }
  /// When the serialiser has done all that it was given.
  Time free_at() const { return replay_ == nullptr ? wire_.free_at : wire_.free_at + replay_->backlog(); }
  /// `timer` comes up as soon as credits are back; null: nobody waits any more.
  void await_credits(Timer* timer) {
    awaiting_ = timer;
    if (timer != nullptr) announce();
  }
  Duration on_wire(const Tlp& tlp) const { return timing_.on_wire(tlp.kind, tlp.payload(), short_address(tlp)); }
  /// From a TLP's delivery until its last bit arrives.
  Duration tail_behind(const Tlp& tlp) const { return by_heads() ? on_wire(tlp) - header(tlp) : kZeroTime; }

  /// Writes handed over, and those of them that went out in order, so far; without those that passed others.
  std::uint64_t posted_sent() const { return posted_launched() + posted_waiting_; }
  std::uint64_t posted_launched() const { return flows_[0].launched - passed_; }
  bool posted_waits() const { return posted_waiting_ > 0; }
  /// When the serialiser began or will begin with what went out last.
  Time last_start() const { return last_start_; }
  const Credits& credits(TlpClass cls) const { return flows_[static_cast<std::size_t>(cls)].credits; }
  Station& station() { return station_; }

 private:
  /// What belongs to a flow-control class; of a size that finds it by a shift.
  struct alignas(64) Flow {
    Credits credits;
    std::uint64_t& launched;
    Time update_at{};  ///< when the UpdateFC that was scheduled last leaves
  };
  Flow& of(TlpClass cls) { return flows_[static_cast<std::size_t>(cls)]; }
  bool fits(const Tlp& tlp) { return of(tlp.flow_class()).credits.enough_at(now(), Credits::units(tlp.payload())); }
  TlpLine& stalled(TlpClass cls) { return cls == TlpClass::non_posted ? reads_ : completions_; }
  [[gnu::always_inline]] void launch(Tlp* tlp, Flow& flow, Bytes payload);
  void launch(Tlp* tlp);  ///< the same, out of line
  template <bool Acknowledges>
  static void arrive(Wakeable* tlp);
  inline Time place_dllp();
  Time launch_specially(Tlp* tlp, Duration service);
  void launch_waiting(Tlp* tlp);
  void charge_wait(Tlp* tlp, Cause cause);
  [[gnu::noinline]] void send_past_waiting(Tlp* tlp);
  [[noreturn]] void too_large(Tlp* tlp) const;
  void granted(Tlp* tlp, bool stalled) override;
  Time wire_free_at() const override { return free_at(); }
  Station& wire_station() override { return station_; }
  void drain();
  void drain_stalled(TlpLine& line);
  void arm();
  void announce();
  void freed(Flow& flow, Bytes payload, Time at);
  [[gnu::noinline]] void tell_who_waits(const Flow& flow, std::int64_t units);
  std::string held_back() const;
  bool by_heads() const { return heads_ && replay_ == nullptr; }
  // Requests of the root complex name a BAR, not an address: their BARs count as 64-bit ones.
  bool short_address(const Tlp& tlp) const {
    return tlp.address.raw() < short_below_;
  }
  Duration header(const Tlp& tlp) const { return timing_.on_wire(tlp.kind, Bytes{}, short_address(tlp)); }

  Station station_;
  const std::uint64_t short_below_;  ///< what fits into 32 bits; 0: no address does
  const LinkTiming& timing_;
  const Duration propagation_, dllp_, update_fc_delay_, update_transfer_;
  const std::int64_t ack_interval_;
  std::int64_t until_ack_;  ///< TLPs, the one with the Ack among them
  Out<Tlp>& out_;
  LinkDirection* reverse_ = nullptr;
  LaunchIf* observer_ = nullptr;
  bool ahead_ = false;
  bool heads_ = false;
  bool special_ = false;  // TLPs do not take the short way: heads_ or replay_
  Timer* awaiting_ = nullptr;
  Server wire_;
  Time last_start_;
  std::array<Flow, 3> flows_;
  std::uint64_t &credit_stalls_, &dllps_;
  // What waits: in line_ all that stands behind a write without credits and may not pass it; in reads_
  // and completions_ what waits for its own credits alone, which writes and the other class may pass.
  TlpLine line_, reads_, completions_;
  std::uint64_t passed_ = 0;  // writes with relaxed ordering that went out before others
  std::size_t waiting_ = 0, posted_waiting_ = 0;  // in all three, or in the transmitter; the writes among them
  Timer retry_;
  std::unique_ptr<Replay> replay_;
  TlpTransmitterIf* transmitter_ = nullptr;  // with one, waiting_ is 1 more than wait: nothing takes the short way
  Starving starving_;
};

}  // namespace viosim::pcie
