#include "pcie/switch_port.h"

#include <utility>

namespace viosim::pcie {

SwitchPort::SwitchPort(const std::string& path)
    : station_(path, 0),
      starving_(path, [](const void* self) { return static_cast<const SwitchPort*>(self)->held_back(); }, this) {}

std::string SwitchPort::held_back() const {
  if (waiting_ == 0) return "";
  return std::to_string(waiting_) + (served_ == kNobody ? " TLPs wait for credits of the next receiver (CreditStall)"
                                                        : " TLPs wait for the wire (Arbitration)");
}

SwitchPort::Lane& SwitchPort::add_lane(LinkDirection* from, std::int64_t weight) {
  lanes_.push_back(std::make_unique<Lane>());
  Lane& lane = *lanes_.back();
  lane.output = this;
  lane.from = from;
  lane.weight = weight;
  return lane;
}

void SwitchPort::enter(Lane& lane, Tlp* tlp) {
  if (to_->impossible(*tlp)) {
    to_->send(tlp);  // it says why
    return;
  }
  lane.line.push(tlp);
  ++waiting_;
  pump();
}

void SwitchPort::pump() {
  to_->await_credits(nullptr);
  if (served_ == kNobody) settle_all();  // as long as each still stands behind what it waited for
  while (waiting_ > 0) {
    if (const Time free = to_->free_at(); free > now()) {
      timer_.arm(free);
      return;
    }
    if (!send_next()) {
      become(kNobody);
      to_->await_credits(&timer_);
      return;
    }
  }
}

bool SwitchPort::send_next() {
  const auto fits = [this](const Tlp& tlp) { return to_->takes(tlp); };
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    const std::size_t number = (turn_ + i) % lanes_.size();
    Lane& lane = *lanes_[number];
    Tlp* const tlp = lane.line.take(fits);
    if (tlp == nullptr) continue;
    --waiting_;
    settle(lane, number, *tlp);
    become(number);
    if (number != turn_) in_a_row_ = 0;
    turn_ = number;
    if (++in_a_row_ >= lane.weight) {
      turn_ = (number + 1) % lanes_.size();
      in_a_row_ = 0;
    }
    const TlpClass cls = tlp->flow_class();
    const Bytes payload = tlp->payload();
    const Duration service = to_->on_wire(*tlp);
    to_->send(tlp);
    // The input's buffer is free when the last bit has left it.
    if (lane.from != nullptr) lane.from->consumed(cls, payload, to_->last_start() + service);
    return true;
  }
  return false;
}

void SwitchPort::settle(Lane& lane, std::size_t number, Tlp& tlp) {
  if (tlp.op.last() == now()) return;
  const bool behind_write = !lane.line.empty() && lane.line.front() != &tlp &&
                            lane.line.front()->flow_class() == TlpClass::posted && !passes_writes(tlp);
  const Cause cause = served_ == number    ? Cause::LinkSerialization
                      : served_ != kNobody ? Cause::Arbitration
                      : behind_write       ? Cause::OrderingStall
                                           : Cause::CreditStall;
  station_.charge_past(tlp.op, cause, SpanKind::queued, tlp.op.last());
}

void SwitchPort::become(std::size_t served) {
  if (served == served_) return;
  settle_all();
  served_ = served;
}

void SwitchPort::settle_all() {
  for (std::size_t i = 0; i < lanes_.size(); ++i)
    lanes_[i]->line.each([&](Tlp& tlp) { settle(*lanes_[i], i, tlp); });
}

}  // namespace viosim::pcie
