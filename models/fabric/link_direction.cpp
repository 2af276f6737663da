#include "fabric/link_direction.h"

#include <memory>
#include <stdexcept>
#include <utility>

namespace viosim::fabric {

LinkDirection::LinkDirection(const std::string& path, const LinkParams& params, std::uint64_t seed,
                             Out<IbPacket>& out)
    : station_(path, 1), timing_(params), faults_(params.faults, seed, path), out_(out),
      credits_due_([](void* self) { static_cast<LinkDirection*>(self)->serve(); }, this),
      held_due_([](void* self) { static_cast<LinkDirection*>(self)->release_held(); }, this),
      dropped_(counters().add(path, "packets_dropped", "packets that the wire lost")),
      corrupted_(counters().add(path, "packets_corrupted", "packets in which the wire flipped a bit")),
      reordered_(counters().add(path, "packets_reordered", "packets that later ones overtook")),
      stalls_(counters().add(path, "credit_stalls", "packets that waited for link-level credits")) {
  lanes_.assign(static_cast<std::size_t>(params.virtual_lanes->raw()),
                Lane{LaneCredits(timing_.buffer(), *params.flow_control_interval, timing_.flow_control())});
  station_.based_on(Cause::LinkSerialization, params.signalling);
  station_.based_on(Cause::LinkSerialization, params.skip_interval);
  station_.based_on(Cause::LinkPropagation, params.length);
  station_.based_on(Cause::LinkPropagation, params.per_metre);
  station_.based_on(Cause::LinkPropagation, params.serdes);
  station_.based_on(Cause::PauseStall, params.receive_buffer);
  station_.based_on(Cause::PauseStall, params.flow_control_interval);
}

LinkDirection::~LinkDirection() {
  for (const Lane& lane : lanes_)
    for (IbPacket* p = lane.first; p != nullptr;) delete std::exchange(p, static_cast<IbPacket*>(p->next));
  for (const Held& h : held_) delete h.packet;
}

void LinkDirection::refuse(IbPacket* packet) const {
  const std::unique_ptr<IbPacket> refused(packet);  // nobody else frees it
  if (packet->virtual_lane >= lanes_.size())
    throw std::runtime_error(station_.path() + ": no virtual lane " + std::to_string(packet->virtual_lane));
  throw std::runtime_error(station_.path() + ": a packet of " +
                           std::to_string(timing_.blocks(packet->wire_size()).raw()) +
                           " blocks, and the receiver's buffer has " + std::to_string(timing_.buffer().raw()));
}

void LinkDirection::send(Lane& lane, IbPacket* packet, Bytes size, Count blocks, Time at) {
  const Duration service = timing_.on_wire(size);
  const Ready start = LinkTiming::start(at, wire_free_, packet->tail_at, service);
  const Time free = start.at + service;
  lane.credits.take(blocks);
  if (start.at != at)
    ledger().charge(packet->op, station_.site(), Cause::LinkSerialization, SpanKind::queued, at, start.at);
  // A receiver that wants heads: the op goes on with the head, and what follows it occupies the wire only. The
  // whole serialisation stands on the critical path once, at the last link.
  const Time sent = heads_ ? start.at + timing_.head() : free;
  const Time arrival = station_.serve_and_delay(packet->op, Cause::LinkSerialization, start.at, sent, free,
                                                Cause::LinkPropagation, timing_.propagation());
  if (waiting_ > 0) [[unlikely]] {
    if (busy_.back().end == start.at) busy_.back().end = free;
    else busy_.push_back({start.at, free});
  }
  wire_free_ = free;
  const Time tail = free + timing_.propagation();
  packet->tail_at = tail;
  if (PacketHolder* const holder = std::exchange(packet->holder, nullptr)) holder->leaving(*packet, free);

  const Fault fault = faults_.next();
  if (heads_ && fault != Fault::drop) {
    packet->holder = this;
    packet->held_blocks = static_cast<std::uint32_t>(blocks.raw());
  } else {
    lane.credits.give_back(blocks, tail);
  }
  if (fault != Fault::none && !suffer(packet, fault, arrival)) [[unlikely]] return;
  deliver(packet, arrival);
  if (!held_.empty()) [[unlikely]] let_go_after(tail, arrival);
}

bool LinkDirection::suffer(IbPacket* packet, Fault fault, Time arrival) {
  switch (fault) {
    case Fault::drop:
      ++dropped_;
      delete packet;
      return false;
    case Fault::reorder:
      ++reordered_;
      hold_back(packet, arrival);
      return false;
    case Fault::corrupt:
      ++corrupted_;
      packet->corrupt = true;
      break;
    case Fault::none: break;
  }
  return true;
}

void LinkDirection::arrive(IbPacket* packet) {
  if (packet->virtual_lane >= lanes_.size()) [[unlikely]] refuse(packet);
  Lane& lane = lanes_[packet->virtual_lane];
  const Bytes size = packet->wire_size();
  const Count need = LinkTiming::blocks(size);
  const Time at = latest(Ready{now()}, Ready{packet->op.last()}).at;
  if (at > now() && !(foreseeable() && lane.credits.at_hand(need))) [[unlikely]] await_arrival(packet, at);
  else if (lane.first == nullptr && lane.credits.enough(need, now())) [[likely]] send(lane, packet, size, need, at);
  else stand_in_line(lane, packet);
}

void LinkDirection::await_arrival(IbPacket* packet, Time at) {
  if (LinkTiming::blocks(packet->wire_size()) > timing_.buffer()) refuse(packet);
  ++coming_;
  packet->destination = this;
  packet->fire = [](Wakeable* w) {
    auto* const p = static_cast<IbPacket*>(w);
    auto& self = *static_cast<LinkDirection*>(p->destination);
    --self.coming_;
    self.arrive(p);
  };
  scheduler().wake_at(at, packet);
}

void LinkDirection::stand_in_line(Lane& lane, IbPacket* packet) {
  if (LinkTiming::blocks(packet->wire_size()) > timing_.buffer()) refuse(packet);
  packet->queued_at = now();
  if (waiting_ == 0) busy_.assign(1, {now(), wire_free_});
  ++waiting_;
  ++stalls_;
  packet->next = nullptr;
  if (lane.first == nullptr) lane.first = packet;
  else lane.last->next = packet;
  lane.last = packet;
  arm();
}

void LinkDirection::arm() {
  if (waiting_ == 0) return;
  Time earliest = Time::never();
  for (const Lane& lane : lanes_) {
    if (lane.first != nullptr && lane.credits.next_return() < earliest) earliest = lane.credits.next_return();
  }
  if (earliest < Time::never()) credits_due_.arm(latest(Ready{earliest}, Ready{now()}).at);
}

void LinkDirection::serve() {
  for (Lane& lane : lanes_) {
    while (lane.first != nullptr) {
      IbPacket* const packet = lane.first;
      const Bytes size = packet->wire_size();
      const Count need = LinkTiming::blocks(size);
      if (!lane.credits.enough(need, now())) break;
      lane.first = static_cast<IbPacket*>(packet->next);
      --waiting_;
      charge_wait(*packet);
      send(lane, packet, size, need, now());
    }
  }
  arm();
}

/// In line until now: where the wire was busy, for those ahead; the rest, for credits.
void LinkDirection::charge_wait(IbPacket& packet) {
  Time done = packet.queued_at;
  for (const Stretch& s : busy_) {
    if (s.end <= done) continue;
    if (s.begin >= now()) break;
    if (s.begin > done) {
      ledger().charge(packet.op, station_.site(), Cause::PauseStall, SpanKind::queued, done, s.begin);
      done = s.begin;
    }
    const Time end = s.end < now() ? s.end : now();
    ledger().charge(packet.op, station_.site(), Cause::LinkSerialization, SpanKind::queued, done, end);
    done = end;
  }
  station_.charge_past(packet.op, Cause::PauseStall, SpanKind::queued, done);
}

void LinkDirection::let_go_after(Time tail, Time at) {
  std::size_t kept = 0;
  for (Held& h : held_) {
    if (--h.overtakers > 0) {
      held_[kept++] = h;
      continue;
    }
    h.packet->tail_at = tail;
    station_.delay(h.packet->op, Cause::LinkPropagation, h.packet->op.last(), at - h.packet->op.last());
    deliver(h.packet, at);
  }
  held_.resize(kept);
  arm_held();
}

void LinkDirection::hold_back(IbPacket* packet, Time at) {
  held_.push_back({packet, faults_.reorder_depth(), at + faults_.reorder_hold()});
  arm_held();
}

void LinkDirection::release_held() {
  std::size_t kept = 0;
  for (const Held& h : held_) {
    if (h.until > now()) {
      held_[kept++] = h;
      continue;
    }
    station_.charge_past(h.packet->op, Cause::LinkPropagation, SpanKind::delay, h.packet->op.last());
    out_.send(h.packet);
  }
  held_.resize(kept);
  arm_held();
}

void LinkDirection::arm_held() {
  if (held_.empty()) held_due_.cancel();
  else held_due_.arm(held_.front().until);
}

}  // namespace viosim::fabric
