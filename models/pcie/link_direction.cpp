#include "pcie/link_direction.h"

#include <memory>
#include <stdexcept>
#include <utility>

#include "pcie/ordering.h"

namespace viosim::pcie {
namespace {

constexpr Time kCounted{-1};  // a turn that is over, of a TLP that is one of the stalled

}  // namespace

LinkDirection::LinkDirection(std::string path, Towards towards, const LinkParams& params, const LinkTiming& timing,
                             const CreditParams& receiver, Out<Tlp>& out)
    : station_(path, 1), short_below_(towards == Towards::root ? std::uint64_t{1} << 32 : 0), timing_(timing),
      propagation_(*params.propagation), dllp_(timing.dllp()), update_fc_delay_(*receiver.update_fc_delay),
      update_transfer_(dllp_ + propagation_),
      ack_interval_(params.ack_interval->raw()), until_ack_(ack_interval_), out_(out),
      flows_{Flow{Credits(*receiver.posted_headers, *receiver.posted_data),
                  counters().add(path, "tlps_write", "memory write TLPs sent")},
             Flow{Credits(*receiver.non_posted_headers, *receiver.non_posted_data),
                  counters().add(path, "tlps_read", "memory read TLPs sent")},
             Flow{Credits(*receiver.completion_headers, *receiver.completion_data),
                  counters().add(path, "tlps_completion", "completion TLPs sent")}},
      credit_stalls_(counters().add(path, "credit_stalls",
                                    "TLPs that lack of credits, their own or a write's before them, held back")),
      dllps_(counters().add(path, "dllps", "Ack and UpdateFC DLLPs sent")),
      retry_([](void* self) { static_cast<LinkDirection*>(self)->drain(); }, this),
      starving_(path, [](const void* self) { return static_cast<const LinkDirection*>(self)->held_back(); }, this) {
  station_.based_on(Cause::LinkSerialization, params.lane_rate);
  station_.based_on(Cause::LinkSerialization, params.lanes);
  station_.based_on(Cause::LinkPropagation, params.propagation);
  station_.based_on(Cause::CreditStall, receiver.posted_headers);
  station_.based_on(Cause::CreditStall, receiver.posted_data);
  station_.based_on(Cause::CreditStall, receiver.non_posted_headers);
  station_.based_on(Cause::CreditStall, receiver.update_fc_delay);
}

void LinkDirection::too_large(Tlp* tlp) const {
  const std::unique_ptr<Tlp> refused(tlp);  // nobody else frees it
  throw std::runtime_error(station_.path() + ": a TLP of " + std::to_string(tlp->payload().raw()) +
                           " bytes is larger than the receiver's buffer");
}

void LinkDirection::send(Tlp* tlp) {
  Flow& flow = of(tlp->flow_class());
  const Bytes payload = tlp->payload();
  if (waiting_ == 0 && flow.credits.enough(Credits::units(payload))) launch(tlp, flow, payload);
  else send_past_waiting(tlp);  // or the credits are back, and have not been counted yet
}

void LinkDirection::send_past_waiting(Tlp* tlp) {
  const TlpClass cls = tlp->flow_class();
  const bool posted = cls == TlpClass::posted;
  if (transmitter_ != nullptr) {
    if (impossible(*tlp)) too_large(tlp);
    ++waiting_;
    if (posted) ++posted_waiting_;
    transmitter_->offer(tlp);
    return;
  }
  const bool behind_writes = !line_.empty() && !passes_writes(*tlp);
  if (!behind_writes && (posted || stalled(cls).empty()) && fits(*tlp)) {
    if (posted_waiting_ > 0 && posted) ++passed_;
    launch(tlp);
    return;
  }
  if (!of(cls).credits.possible(Credits::units(tlp->payload()))) too_large(tlp);
  tlp->turn = free_at();
  ++waiting_;
  if (posted) ++posted_waiting_;
  if (posted || behind_writes) line_.push(tlp);
  else stalled(cls).push(tlp);
  arm();
}

void LinkDirection::transmit_by(TlpTransmitterIf& transmitter) {
  if (transmitter_ != nullptr) throw std::logic_error(station_.path() + ": two transmitters");
  transmitter_ = &transmitter;
  ++waiting_;
}

void LinkDirection::granted(Tlp* tlp, bool stalled) {
  if (!fits(*tlp)) throw std::logic_error(station_.path() + ": the transmitter granted a TLP without credits");
  if (stalled) ++credit_stalls_;
  const bool told = observer_ != nullptr && tlp->flow_class() == TlpClass::posted;
  Op waited = told ? tlp->op.fork() : Op();
  launch_waiting(tlp);
  if (told) observer_->posted_granted(std::move(waited));
}

std::string LinkDirection::held_back() const {
  std::string text = transmitter_ != nullptr ? transmitter_->held_back() : "";
  const auto add = [&](const TlpLine& line, const char* what, TlpClass cls) {
    if (line.empty()) return;
    const Credits& used = credits(cls);
    text += (text.empty() ? "" : ", ") + std::string(what) + " of " + std::to_string(line.front()->length.raw()) +
            " bytes waits for credits (CreditStall; not back are " + std::to_string(used.headers_used()) +
            " headers and " + std::to_string(used.data_used()) + " units of data)";
  };
  add(line_, "a write", TlpClass::posted);
  add(reads_, "a read", TlpClass::non_posted);
  add(completions_, "a completion", TlpClass::completion);
  if (waiting_ > 1 && transmitter_ == nullptr) text += ", " + std::to_string(waiting_) + " TLPs in all";
  if (replay_ != nullptr && replay_->unacknowledged() > 0)
    text += (text.empty() ? "" : ", ") + std::to_string(replay_->unacknowledged()) + " TLPs without Ack and " +
            std::to_string(replay_->waiting()) + " behind them (AckWait)";
  return text;
}

/// Up to its turn a TLP would have waited for the wire in any case.
void LinkDirection::charge_wait(Tlp* tlp, Cause cause) {
  const Time turn = latest({tlp->queued_at}, {std::min(tlp->turn, now())}).at;
  ledger().charge(tlp->op, station_.site(), Cause::LinkSerialization, SpanKind::queued, tlp->queued_at, turn);
  if (turn == now()) return;
  station_.charge_past(tlp->op, cause, SpanKind::queued, turn);
  if (std::exchange(tlp->turn, kCounted) != kCounted) ++credit_stalls_;
}

void LinkDirection::launch_waiting(Tlp* tlp) {
  const TlpClass cls = tlp->flow_class();
  --waiting_;
  if (cls == TlpClass::posted) --posted_waiting_;
  launch(tlp);
}

[[gnu::noinline]] void LinkDirection::launch(Tlp* tlp) { launch(tlp, of(tlp->flow_class()), tlp->payload()); }

inline Time LinkDirection::place_dllp() {
  ++dllps_;
  if (transmitter_ != nullptr) [[unlikely]] transmitter_->wire_taken(free_at());
  const Time start = latest({now(), kNoCause}, {wire_.free_at, Cause::LinkSerialization}).at;
  wire_.free_at = start + dllp_;
  station_.occupied(Cause::LinkSerialization, start, wire_.free_at);
  return wire_.free_at;
}

Time LinkDirection::put_dllp() { return place_dllp(); }

inline void LinkDirection::launch(Tlp* tlp, Flow& flow, Bytes payload) {
  flow.credits.take(Credits::units(payload));
  ++flow.launched;
  const Duration service = timing_.on_wire(tlp->kind, payload, short_address(*tlp));
  Time there;
  if (special_) [[unlikely]] {
    there = launch_specially(tlp, service);
    if (there == Time::never()) return;  // the replay layer has it
  } else {
    there = station_.send_from(tlp->op, now(), wire_, Cause::LinkSerialization, service, Cause::LinkPropagation,
                               propagation_);
    last_start_ = wire_.free_at - service;
  }
  const bool acknowledges = --until_ack_ == 0;  // TLPs arrive in the order in which they start
  if (acknowledges) until_ack_ = ack_interval_;
  else if (ahead_) {
    out_.send(tlp);
    return;
  }
  tlp->destination = this;
  tlp->fire = acknowledges ? &arrive<true> : &arrive<false>;
  scheduler().wake_at(there, tlp);
}

template <bool Acknowledges>
void LinkDirection::arrive(Wakeable* w) {
  auto* const tlp = static_cast<Tlp*>(w);
  auto& self = *static_cast<LinkDirection*>(tlp->destination);
  if constexpr (Acknowledges) self.reverse_->place_dllp();
  self.out_.send(tlp);
}

Time LinkDirection::launch_specially(Tlp* tlp, Duration service) {
  if (replay_ != nullptr) {
    last_start_ = replay_->send(tlp, service);
    return Time::never();
  }
  last_start_ = latest({now()}, {wire_.free_at}).at;
  if (last_start_ != now())
    ledger().charge(tlp->op, station_.site(), Cause::LinkSerialization, SpanKind::queued, now(), last_start_);
  wire_.free_at = last_start_ + service;
  // The whole serialisation stands on the critical path once, at the last link.
  const Time sent = last_start_ + header(*tlp);
  return station_.serve_and_delay(tlp->op, Cause::LinkSerialization, last_start_, sent, wire_.free_at,
                                  Cause::LinkPropagation, propagation_);
}

void LinkDirection::inject(const FaultParams& params, std::uint64_t seed) {
  replay_ = std::make_unique<Replay>(params, seed, station_, wire_, out_, propagation_, ack_interval_, *reverse_);
  special_ = true;
}

void LinkDirection::freed(Flow& flow, Bytes payload, Time at) {
  if (flow.credits.infinite()) return;
  const std::int64_t units = Credits::units(payload);
  if (at > flow.update_at) {
    flow.update_at = at + update_fc_delay_;
    flow.credits.give(flow.update_at + update_transfer_, units);
    reverse_->place_dllp();
  } else {  // an UpdateFC that is due anyway tells it too
    flow.credits.give_with_last(flow.update_at + update_transfer_, units);
  }
  if (waiting_ > 0 || awaiting_ != nullptr) [[unlikely]] tell_who_waits(flow, units);
}

void LinkDirection::tell_who_waits(const Flow& flow, std::int64_t units) {
  if (transmitter_ != nullptr) {
    const auto cls = static_cast<TlpClass>(&flow - flows_.data());
    transmitter_->credits_back(cls, flow.update_at + update_transfer_, units);
    return;
  }
  if (waiting_ > 0) arm();
  if (awaiting_ != nullptr) announce();
}

void LinkDirection::announce() {
  Time next = Time::never();
  for (Flow& flow : flows_) {
    flow.credits.collect(now());  // what is back already wakes nobody
    next = std::min(next, flow.credits.next_return());
  }
  if (next != Time::never()) awaiting_->arm(next);
}

void LinkDirection::drain_stalled(TlpLine& line) {
  while (!line.empty() && fits(*line.front())) {
    Tlp* tlp = line.pop();
    charge_wait(tlp, Cause::CreditStall);
    launch_waiting(tlp);
  }
}

void LinkDirection::drain() {
  const std::uint64_t launched_before = posted_launched();
  drain_stalled(completions_);
  drain_stalled(reads_);
  while (!line_.empty()) {
    Tlp* const head = line_.front();
    const bool posted = head->flow_class() == TlpClass::posted;
    if (posted && !fits(*head)) break;
    line_.pop();
    charge_wait(head, posted ? Cause::CreditStall : Cause::OrderingStall);
    TlpLine& own = stalled(head->flow_class());
    if (posted || (own.empty() && fits(*head))) launch_waiting(head);
    else own.push(head);  // no write stands before it any more: what is missing are its own credits
  }
  arm();
  if (observer_ != nullptr && posted_launched() != launched_before) observer_->posted_launched();
}

void LinkDirection::arm() {
  Time next = Time::never();
  const auto wait_for = [&](TlpClass cls) { next = std::min(next, credits(cls).next_return()); };
  if (!line_.empty()) wait_for(TlpClass::posted);
  if (!reads_.empty()) wait_for(TlpClass::non_posted);
  if (!completions_.empty()) wait_for(TlpClass::completion);
  if (next != Time::never()) retry_.arm(next);
}

}  // namespace viosim::pcie
