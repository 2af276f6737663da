#include "rtl_bridge/pcie_tlp_tx_rtl.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace viosim::rtl_bridge {
namespace {

constexpr Bytes kShortestTlp{20};  // three double words of header, 8 bytes of framing and link layer

unsigned number(TlpClass cls) { return static_cast<unsigned>(cls); }
std::uint32_t units(const Tlp& tlp) { return static_cast<std::uint32_t>((tlp.payload().raw() + 15) / 16); }
bool stalls(Cause cause) { return cause == Cause::CreditStall || cause == Cause::OrderingStall; }

void check_clock(const std::string& path, const pcie::LinkParams& params) {
  const double rate = static_cast<double>(params.lane_rate->raw()) * static_cast<double>(params.lanes->raw()) *
                      (1 - *params.skp_share);
  const double needed = rate / static_cast<double>(kShortestTlp.raw() * 8);
  if (static_cast<double>(params.core_clock->raw()) < needed)
    throw std::invalid_argument(path + ": one TLP a cycle of core_clock does not fill this link; at least " +
                                std::to_string(static_cast<std::int64_t>(std::ceil(needed / 1e6))) + " MHz, or fewer lanes");
}

}  // namespace

PcieTlpTxRtl::PcieTlpTxRtl(const std::string& path, const pcie::LinkParams& params, const pcie::CreditParams& receiver,
                           TlpWireIf& wire)
    : wire_(wire), station_(wire.wire_station()), pins_(path), clock_(*params.core_clock, *this),
      period_(period(*params.core_clock)),
      credits_timer_([](void* self) { static_cast<PcieTlpTxRtl*>(self)->clock_.wake(); }, this),
      wire_timer_(
          [](void* self) {
            auto& me = *static_cast<PcieTlpTxRtl*>(self);
            me.show_wire();
            me.note_causes();
            me.arm();
            me.clock_.wake();
          },
          this) {
  check_clock(path, params);
  station_.based_on(Cause::ClockCrossing, params.core_clock);
  station_.based_on(Cause::Arbitration, params.core_clock);
  const auto init = [this](TlpClass cls, Count headers, Count data) {
    Flow& flow = flows_[number(cls)];
    flow.header_limit = static_cast<std::uint32_t>(headers.raw());
    flow.data_limit = static_cast<std::uint32_t>(data.raw());
    pins_.init_credits(number(cls), flow.header_limit, flow.data_limit);
  };
  init(TlpClass::posted, *receiver.posted_headers, *receiver.posted_data);
  init(TlpClass::non_posted, *receiver.non_posted_headers, *receiver.non_posted_data);
  init(TlpClass::completion, *receiver.completion_headers, *receiver.completion_data);
  pins_.edge(0);  // the link is up when the run begins
  show_wire();
  for (unsigned i = PcieTlpTxPins::kSlots; i > 0; --i) free_slots_.push_back(i - 1);
}

PcieTlpTxRtl::~PcieTlpTxRtl() {
  for (const Waiting& w : line_) delete w.tlp;
  for (const Waiting& w : slots_) delete w.tlp;
}

void PcieTlpTxRtl::offer(Tlp* tlp) {
  tlp->queued_at = now();
  line_.push_back({tlp});
  clock_.wake();
}

void PcieTlpTxRtl::credits_back(TlpClass cls, Time due, std::int64_t data) {
  flows_[number(cls)].returns.push({due, data});
  arm();
}

void PcieTlpTxRtl::wire_taken(Time free_at) {
  if (taken_at_ == now()) return;
  taken_at_ = now();
  free_before_ = free_at;
}

std::string PcieTlpTxRtl::held_back() const {
  std::size_t count = line_.size();
  Cause why = Cause::ClockCrossing;
  for (const Waiting& w : slots_) {
    if (w.tlp == nullptr) continue;
    ++count;
    why = flows_[number(w.tlp->flow_class())].cause;
  }
  return count == 0 ? "" : std::to_string(count) + " TLPs wait in the transmitter (" + std::string(info(why).name) + ")";
}

bool PcieTlpTxRtl::edge() {
  cross();
  present_offer();
  present_credits();
  pins_.wire(wire_ready_before_now(), false);
  pins_.edge(static_cast<std::uint64_t>(now().ps()));
  if (pins_.granted()) launch(pins_.granted_index());
  show_wire();
  note_causes();
  arm();
  if (!pins_.quiescent() || candidate() != kNobody) return false;
  for (const Flow& flow : flows_)
    if (!flow.returns.empty() && flow.returns.front().due <= now()) return false;
  return true;
}

/// What came before this edge has waited for it.
void PcieTlpTxRtl::cross() {
  for (auto w = line_.rbegin(); w != line_.rend() && !w->crossed; ++w) {
    if (w->tlp->queued_at == now()) continue;
    spend(*w, Cause::ClockCrossing);
    w->crossed = true;
  }
}

/// Whom to offer: the first one for whose class there is room, and that passes none of its class and no write.
std::size_t PcieTlpTxRtl::candidate() const {
  std::array<bool, PcieTlpTxPins::kClasses> passed{};
  for (std::size_t i = 0; i < line_.size(); ++i) {
    const unsigned cls = number(line_[i].tlp->flow_class());
    if (!passed[cls] && !passed[number(TlpClass::posted)] && pins_.room(cls)) return i;
    passed[cls] = true;
  }
  return kNobody;
}

void PcieTlpTxRtl::present_offer() {
  const std::size_t i = candidate();
  if (i == kNobody || !line_[i].crossed) return;
  const Waiting w = line_[i];
  line_.erase(line_.begin() + static_cast<std::ptrdiff_t>(i));
  const unsigned index = free_slots_.back();
  free_slots_.pop_back();
  slots_[index] = w;
  pins_.offer(number(w.tlp->flow_class()), w.tlp->relaxed_ordering, units(*w.tlp), index);
}

void PcieTlpTxRtl::present_credits() {
  for (unsigned cls = 0; cls < PcieTlpTxPins::kClasses; ++cls) {
    Flow& flow = flows_[cls];
    if (flow.returns.empty() || flow.returns.front().due >= now()) continue;
    while (!flow.returns.empty() && flow.returns.front().due < now()) {
      ++flow.header_limit;
      flow.data_limit += static_cast<std::uint32_t>(flow.returns.pop().data);
    }
    pins_.update_credits(cls, flow.header_limit, flow.data_limit);
  }
}

/// The serialiser will be free by the edge after this one, as was known before this one.
bool PcieTlpTxRtl::wire_ready_before_now() const {
  const Time free = taken_at_ == now() ? free_before_ : wire_.wire_free_at();
  return free < now() + period_;
}

/// The same as seen from now on.
void PcieTlpTxRtl::show_wire() {
  const Time free = wire_.wire_free_at();
  pins_.wire(free <= now() + period_, free > now());
  pins_.settle();
}

void PcieTlpTxRtl::launch(unsigned index) {
  Waiting goes = std::exchange(slots_[index], Waiting{});
  if (goes.tlp == nullptr) throw std::logic_error(station_.path() + ": the transmitter granted a TLP that it was not offered");
  free_slots_.push_back(index);
  spend(goes, flows_[number(goes.tlp->flow_class())].cause);
  wire_.granted(goes.tlp, goes.stalled);
}

void PcieTlpTxRtl::spend(Waiting& w, Cause cause) {
  if (w.tlp->queued_at == now()) return;
  station_.charge_past(w.tlp->op, cause, SpanKind::queued, w.tlp->queued_at);
  w.tlp->queued_at = now();
  w.stalled = w.stalled || stalls(cause);
}

/// Where the head of a class begins to wait for something else, so do those behind it.
void PcieTlpTxRtl::note_causes() {
  for (unsigned cls = 0; cls < PcieTlpTxPins::kClasses; ++cls) {
    const std::uint8_t said = pins_.cause(cls);
    const Cause cause = said < kCauseCount ? static_cast<Cause>(said) : Cause::Arbitration;
    Cause& before = flows_[cls].cause;
    if (cause == before) continue;
    for (Waiting& w : slots_)
      if (w.tlp != nullptr && number(w.tlp->flow_class()) == cls) spend(w, before);
    for (Waiting& w : line_)
      if (w.crossed && number(w.tlp->flow_class()) == cls) spend(w, before);
    before = cause;
  }
}

/// The clock is woken by what changes the inputs: credits, and the wire a cycle before it is free. Nobody is woken while
/// nothing waits.
void PcieTlpTxRtl::arm() {
  if (free_slots_.size() == slots_.size()) return;
  Time due = Time::never();
  for (const Flow& flow : flows_)
    if (!flow.returns.empty()) due = std::min(due, flow.returns.front().due);
  if (due != Time::never() && due >= now()) credits_timer_.arm(due);
  if (const Time ready = wire_.wire_free_at() - period_; ready > now()) wire_timer_.arm(ready);
}

}  // namespace viosim::rtl_bridge
