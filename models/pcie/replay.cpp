#include "pcie/replay.h"

#include <stdexcept>
#include <string>
#include <utility>

#include "pcie/link_direction.h"

namespace viosim::pcie {
namespace {

/// REPLAY_NUM has two bits: the fourth replay in a row makes it roll over (PCI Express Base Specification 3.0,
/// 3.5.2.1).
constexpr int kReplaysInARow = 4;

}  // namespace

Replay::Replay(const FaultParams& params, std::uint64_t seed, Station& station, Server& wire, Out<Tlp>& out,
               Duration propagation, std::int64_t ack_interval, LinkDirection& reverse)
    : faults_(params, seed, station.path()), station_(station), wire_(wire), out_(out), propagation_(propagation),
      ack_latency_(*params.ack_latency), timeout_(*params.replay_timer), retrain_(*params.retrain),
      ack_interval_(ack_interval), retrain_limit_(params.retrain_limit->raw()),
      capacity_(static_cast<std::size_t>(params.replay_buffer->raw())), reverse_(reverse),
      pump_([](void* self) { static_cast<Replay*>(self)->pump(); }, this),
      timer_([](void* self) { static_cast<Replay*>(self)->expire(); }, this),
      ack_([](void* self) { static_cast<Replay*>(self)->answer(false); }, this),
      corrupted_(counters().add(station.path(), "tlps_corrupted", "TLPs that arrived with a wrong LCRC")),
      lost_(counters().add(station.path(), "tlps_lost", "TLPs that did not arrive")),
      duplicates_(counters().add(station.path(), "tlps_duplicate", "TLPs that the receiver had already")),
      discarded_(counters().add(station.path(), "tlps_discarded", "TLPs behind a missing one")),
      naks_(counters().add(station.path(), "naks", "Naks sent for this direction")),
      timeouts_(counters().add(station.path(), "replay_timeouts", "replays that the timer started")),
      replayed_(counters().add(station.path(), "tlps_replayed", "TLPs sent again")),
      retrains_(counters().add(station.path(), "retrains", "trainings after four replays in a row")),
      lost_dllps_(counters().add(station.path(), "dllps_lost", "Acks and Naks that were lost")) {
  station_.based_on(Cause::AckWait, params.ack_latency);
  station_.based_on(Cause::RetransmitTimeout, params.replay_timer);
  station_.based_on(Cause::RetransmitTimeout, params.retrain);
}

Replay::~Replay() {
  for (const Kept& kept : kept_) delete kept.tlp;
  while (!line_.empty()) delete line_.pop().tlp;
}

Time Replay::send(Tlp* tlp, Duration service) {
  if (tlp->payload() > Bytes{} && faults_.poisons()) tlp->poisoned = true;
  if (now() < down_until_)
    ledger().charge(tlp->op, station_.site(), Cause::RetransmitTimeout, SpanKind::queued, now(), down_until_);
  const Time start = latest({now()}, {wire_.free_at}).at + backlog_;
  line_.push({tlp, service});
  ++waiting_;
  backlog_ += service;
  pump();
  return start;
}

void Replay::pump() {
  while (to_send_ < kept_.size() || !line_.empty()) {
    if (wire_.free_at > now()) {
      pump_.arm(wire_.free_at);
      return;
    }
    if (to_send_ == kept_.size()) {
      if (kept_.size() == capacity_) {
        if (!full_) settle_line(Cause::LinkSerialization);
        full_ = true;
        return;
      }
      kept_.push_back(line_.pop());
      --waiting_;
      backlog_ -= kept_.back().service;
    } else {
      ++replayed_;
    }
    transmit(to_send_++);
  }
}

void Replay::transmit(std::size_t index) {
  Kept& kept = kept_[index];
  const std::uint64_t number = first_ + index;
  const Time start = now(), sent = start + kept.service;
  wire_.free_at = sent;
  if (kept.tlp == nullptr) {
    station_.occupied(Cause::LinkSerialization, start, sent);
  } else {
    Op& op = kept.tlp->op;
    if (op.last() < start) station_.charge_past(op, Cause::LinkSerialization, SpanKind::queued, op.last());
    station_.serve(op, Cause::LinkSerialization, start, sent, sent);
  }
  if (!timer_.armed()) timer_.arm(sent + timeout_);
  const Fault fault = faults_.next();
  if (fault == Fault::lose) {
    ++lost_;
    return;
  }
  auto* arrival = new Arrival;
  arrival->owner = this;
  arrival->tlp = nullptr;
  arrival->finding = fault == Fault::corrupt || number > accept_ ? Finding::refused
                     : number < accept_                          ? Finding::duplicate
                                                                 : Finding::accepted;
  if (fault == Fault::corrupt) ++corrupted_;
  else if (arrival->finding == Finding::refused) ++discarded_;
  if (arrival->finding == Finding::accepted) {
    ++accept_;
    arrival->tlp = std::exchange(kept.tlp, nullptr);
    station_.delay(arrival->tlp->op, Cause::LinkPropagation, sent, propagation_);
  }
  arrival->fire = [](Wakeable* w) {
    auto* a = static_cast<Arrival*>(w);
    const Arrival here = *a;
    delete a;
    here.owner->arrive(here.tlp, here.finding);
  };
  arrival->drop = [](Wakeable* w) {
    auto* a = static_cast<Arrival*>(w);
    delete a->tlp;
    delete a;
  };
  scheduler().wake_at(sent + propagation_, arrival);
}

void Replay::arrive(Tlp* tlp, Finding finding) {
  if (finding == Finding::refused) {
    if (!std::exchange(nak_sent_, true)) {
      ++naks_;
      answer(true);
    }
    return;
  }
  if (finding == Finding::accepted) {
    ++received_;
    nak_sent_ = false;
  } else {
    ++duplicates_;
  }
  if (++unanswered_ >= ack_interval_) answer(false);
  else if (!ack_.armed()) ack_.arm(now() + ack_latency_);
  if (tlp != nullptr) out_.send(tlp);
}

void Replay::answer(bool nak) {
  unanswered_ = 0;
  ack_.cancel();
  const Time sent = reverse_.put_dllp();
  if (faults_.loses_dllp()) {
    ++lost_dllps_;
    return;
  }
  auto* a = new Answer;
  a->owner = this;
  a->expected = received_;
  a->nak = nak;
  a->fire = [](Wakeable* w) {
    auto* answer = static_cast<Answer*>(w);
    const Answer here = *answer;
    delete answer;
    here.owner->answered(here.expected, here.nak);
  };
  a->drop = [](Wakeable* w) { delete static_cast<Answer*>(w); };
  scheduler().wake_at(sent + propagation_, a);
}

void Replay::answered(std::uint64_t expected, bool nak) {
  if (first_ < expected) {
    replays_ = 0;
    trainings_ = 0;
    timer_.cancel();
    for (; first_ < expected; ++first_) {
      kept_.pop_front();
      if (to_send_ > 0) --to_send_;
    }
    if (to_send_ > 0) timer_.arm(now() + timeout_);
  }
  leave_full();
  if (nak) start_replay(Cause::AckWait);
  pump();
}

void Replay::expire() {
  ++timeouts_;
  leave_full();
  start_replay(Cause::RetransmitTimeout);
  pump();
}

void Replay::start_replay(Cause waited) {
  if (kept_.empty()) return;
  for (const Kept& kept : kept_)
    if (kept.tlp != nullptr && kept.tlp->op.last() < now())
      station_.charge_past(kept.tlp->op, waited, SpanKind::queued, kept.tlp->op.last());
  to_send_ = 0;
  timer_.cancel();
  if (++replays_ == kReplaysInARow) train();
}

void Replay::train() {
  ++retrains_;
  replays_ = 0;
  if (++trainings_ > retrain_limit_) {
    const std::string path = station_.path();
    scheduler().fail(std::make_exception_ptr(std::runtime_error(
                         path + ": TLP " + std::to_string(first_ + 1) + " did not get through after " +
                         std::to_string(retrain_limit_) + " trainings of the link (fault_corrupt, fault_lose, "
                         "fault_lose_dllp, replay_timer)")),
                     path.c_str());
    return;
  }
  down(now() + retrain_);
  reverse_.down(now() + retrain_);
}

void Replay::down(Time until) {
  leave_full();
  if (timer_.armed()) timer_.arm(timer_.deadline() + (until - now()));  // it stands still (3.5.2.1)
  down_until_ = until;
  wire_.free_at = latest({wire_.free_at}, {until}).at;
  const auto stays = [&](Tlp* tlp) {
    if (tlp == nullptr) return;
    Op& op = tlp->op;
    if (op.last() < now()) station_.charge_past(op, Cause::LinkSerialization, SpanKind::queued, op.last());
    if (op.last() < until)
      ledger().charge(op, station_.site(), Cause::RetransmitTimeout, SpanKind::queued, op.last(), until);
  };
  for (std::size_t i = to_send_; i < kept_.size(); ++i) stays(kept_[i].tlp);
  line_.each([&](const Kept& kept) { stays(kept.tlp); });
}

void Replay::settle_line(Cause cause) {
  line_.each([&](const Kept& kept) {
    Op& op = kept.tlp->op;
    if (op.last() < now()) station_.charge_past(op, cause, SpanKind::queued, op.last());
  });
}

void Replay::leave_full() {
  if (std::exchange(full_, false)) settle_line(Cause::AckWait);
}

}  // namespace viosim::pcie
