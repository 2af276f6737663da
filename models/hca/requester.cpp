#include "hca/requester.h"

#include <algorithm>
#include <utility>

#include "hca/faults.h"
#include "hca/gather.h"
#include "hca/wqe_engine.h"
#include "hca/wqe_fetcher.h"

namespace viosim::hca {

using hca_abi::Opcode;
using hca_abi::Syndrome;

namespace {

/// The next WQE with something to send; one that failed holds back all behind it.
SendWqe* next_to_send(const QueuePair& qp) {
  SendWqe* const w = qp.cursor;
  return qp.state != QpState::ready || w == nullptr || (w->started && w->error != Syndrome::none) ? nullptr : w;
}

IbOpcode data_opcode(const SendWqe& w, bool first, bool last) {
  const bool write = w.opcode == Opcode::rdma_write;
  if (first && last) return write ? IbOpcode::write_only : IbOpcode::send_only;
  if (first) return write ? IbOpcode::write_first : IbOpcode::send_first;
  if (last) return write ? IbOpcode::write_last : IbOpcode::send_last;
  return write ? IbOpcode::write_middle : IbOpcode::send_middle;
}

}  // namespace

Requester::Requester(const std::string& path, Engines& engines) : station_(path, 0), e_(engines) {
  station_.based_on(Cause::AckWait, e_.params.send_window);
}

void Requester::begin(QueuePair& qp, SendWqe& w) {
  w.started = true;
  --qp.unsent;
  e_.fetcher->pump(qp);
  if (w.opcode == Opcode::nop || w.error != Syndrome::none) return;
  const Right right = w.wants_response() ? Right::local_write : Right::local_read;
  if (e_.translator.check(qp, w.sges, right) == Verdict::refused) {
    w.error = Syndrome::local_protection;
    return;
  }
  w.first_psn = qp.next_psn;
  w.packets = w.is_atomic() ? 1 : HcaTiming::packets(w.length, qp.peer.mtu);
  qp.next_psn = psn_add(qp.next_psn, w.packets);
}

Requester::Cut Requester::cut(const QueuePair& qp, const SendWqe& w) {
  const auto mtu = static_cast<std::uint32_t>(qp.peer.mtu.raw()), offset = mtu * w.next_packet;
  return {offset, std::min(mtu, w.length - offset)};
}

/// As the send engine cut it, the first time; else here.
Requester::Cut Requester::cut_by_engine(QueuePair& qp, SendWqe& w) {
  if (e_.send_engine == nullptr || w.next_packet != w.described) return cut(qp, w);
  const PacketDescriptor d = qp.descriptors.pop();
  w.described = w.wants_response() ? w.packets : w.described + 1;
  e_.send_engine->sent(qp.number);
  return {d.offset, d.length};
}

IbPacket* Requester::make_packet(QueuePair& qp, const SendWqe& w, std::uint32_t number, Cut part) {
  auto* const p = new IbPacket;
  const auto mtu = static_cast<std::uint32_t>(qp.peer.mtu.raw());
  p->destination_lid = qp.peer.remote_lid;
  p->destination_qp = qp.peer.remote_qp;
  p->psn = psn_add(w.first_psn, number);
  p->remote_address = w.remote_address;
  p->rkey = w.rkey;
  p->dma_length = w.length;
  if (w.is_atomic()) {
    p->opcode = w.opcode == Opcode::atomic_cs ? IbOpcode::compare_swap : IbOpcode::fetch_add;
    p->swap_or_add = w.swap_or_add;
    p->compare = w.compare;
  } else if (w.opcode == Opcode::rdma_read) {  // again: from the first response that is missing
    const std::uint32_t done = w.responses * mtu;
    p->opcode = IbOpcode::read_request;
    p->psn = psn_add(w.first_psn, w.responses);
    p->remote_address = w.remote_address + Bytes(done);
    p->dma_length = w.length - done;
  } else {
    p->opcode = data_opcode(w, number == 0, number + 1 == w.packets);
    if (w.is_inline) p->payload = w.inline_data.slice(Bytes(part.offset), Bytes(part.length));
  }
  return p;
}

void Requester::note_sending(QueuePair& qp, SendWqe& w, IbPacket* p, Op& op) {
  const bool last = w.wants_response() || w.next_packet + 1 == w.packets;
  const auto window = static_cast<std::uint32_t>(e_.params.send_window->raw());
  p->ack_request = last || ++qp.since_request >= window / 2;  // the window must not fill unheard
  if (p->ack_request) qp.since_request = 0;
  const std::uint32_t beyond = w.wants_response() ? psn_add(w.last_psn(), 1) : psn_add(p->psn, 1);
  if (psn_distance(qp.highest_sent, p->psn) < 0) ++e_.counters.retransmissions;
  if (psn_distance(qp.highest_sent, beyond) > 0) qp.highest_sent = beyond;
  p->op = op.fork();
  if (w.wants_response()) {
    ++qp.reads_outstanding;
    w.next_packet = w.packets;
  } else {
    ++w.next_packet;
  }
}

bool Requester::send_at_once(QueuePair& qp, SendWqe& w) {
  const bool gathers = !w.is_inline && w.length > 0 && !w.wants_response();
  if (w.started || w.error != Syndrome::none || w.opcode == Opcode::nop || gathers || qp.rnr_waiting ||
      (w.wants_response() && qp.reads_outstanding >= qp.peer.max_rd_atomic))
    return false;
  const std::uint32_t beyond = psn_add(qp.next_psn, w.is_atomic() ? 1 : HcaTiming::packets(w.length, qp.peer.mtu));
  if (psn_distance(qp.unacknowledged, beyond) > e_.params.send_window->raw() || !e_.wqe_engine->free() ||
      !e_.contexts.has_qp(qp.number))
    return false;
  settle(station_, w.op, qp.send_waits);
  qp.send_waits = Cause::Pipeline;
  e_.wqe_engine->grant(w.op);
  begin(qp, w);
  if (w.error == Syndrome::none) {
    while (w.next_packet < w.packets) {
      IbPacket* const p = make_packet(qp, w, w.next_packet, cut(qp, w));
      note_sending(qp, w, p, w.op);
      e_.gather->submit(qp.tx, p);
    }
    qp.cursor = w.next;
  }
  settle_head(qp);
  return true;
}

void Requester::kick(QueuePair& qp) {
  if (qp.serving) {
    qp.send_changed.notify();
    return;
  }
  qp.serving = true;
  while (SendWqe* const w = next_to_send(qp)) {
    if (e_.send_engine == nullptr && send_at_once(qp, *w)) continue;
    ++qp.users;
    spawn(serve(qp), "hca requester");
    return;
  }
  qp.serving = false;
}

Process Requester::serve(QueuePair& qp) {
  for (SendWqe* w = next_to_send(qp); w != nullptr; w = next_to_send(qp)) {
    const std::uint32_t epoch = qp.epoch;
    settle(station_, w->op, qp.send_waits);
    Op op = std::move(w->op);
    w->op = op.fork();
    qp.send_waits = Cause::Pipeline;
    auto started = [this, &qp, w, epoch] {
      const bool waits = e_.send_engine != nullptr && qp.epoch == epoch && !w->started && qp.descriptors.empty();
      return waits ? e_.send_engine->waits_for() : kNoCause;
    };
    co_await e_.wqe_engine->station().ready(op, started, qp.send_changed);
    if (qp.epoch != epoch) continue;
    Hold start;
    start.until = e_.send_engine == nullptr ? e_.wqe_engine->grant(op) : now();
    co_await start;
    if (qp.epoch != epoch) continue;
    CplStatus context = CplStatus::successful;
    if (!e_.contexts.has_qp(qp.number)) context = co_await e_.contexts.fetch_qp(op, qp.number);
    if (qp.epoch != epoch) continue;
    if (context != CplStatus::successful) {
      e_.faults->catastrophic(qp, std::move(op));
      continue;
    }
    if (!w->started) {
      begin(qp, *w);
      if (e_.send_engine != nullptr && w->opcode == Opcode::nop) cut_by_engine(qp, *w);
    }
    if (w->error == Syndrome::none) {
      const Sent sent = co_await send_packets(qp, *w, op);
      if (sent == Sent::restart) continue;
    }
    if (w->error == Syndrome::none) qp.cursor = w->next;
    if (op.traced()) w->op = std::move(op);
    settle_head(qp);
  }
  qp.serving = false;
  if (--qp.users == 0) qp.bury();
}

Task<Requester::Sent> Requester::send_packets(QueuePair& qp, SendWqe& w, Op& op) {
  const std::uint32_t epoch = qp.epoch;
  auto window = [this, &qp, &w, epoch] {
    if (qp.epoch != epoch) return kNoCause;
    if (qp.rnr_waiting) return Cause::RnrWait;
    const std::uint32_t psn = psn_add(w.first_psn, w.next_packet);
    const bool full = psn_distance(qp.unacknowledged, psn) >= e_.params.send_window->raw();
    const bool reads = w.wants_response() && qp.reads_outstanding >= qp.peer.max_rd_atomic;
    return full || reads ? Cause::AckWait : kNoCause;
  };
  auto described = [this, &qp, &w, epoch] {
    const bool waits = e_.send_engine != nullptr && qp.epoch == epoch && w.next_packet == w.described &&
                       qp.descriptors.empty();
    return waits ? e_.send_engine->waits_for() : kNoCause;
  };
  auto slot = [this, &qp, epoch] {
    return qp.epoch != epoch || e_.gather->has_slot() ? kNoCause : Cause::DmaRead;
  };
  while (w.next_packet < w.packets) {
    qp.send_waits = Cause::AckWait;
    co_await station_.ready(op, window, qp.send_changed);
    if (qp.epoch != epoch) co_return Sent::restart;
    qp.send_waits = Cause::Pipeline;
    co_await e_.wqe_engine->station().ready(op, described, qp.send_changed);
    if (qp.epoch != epoch) co_return Sent::restart;
    const Cut part = cut_by_engine(qp, w);
    IbPacket* const p = make_packet(qp, w, w.next_packet, part);
    qp.tx_segments.clear();
    if (!w.wants_response() && !w.is_inline && w.length > 0) {
      qp.send_waits = Cause::DmaRead;
      co_await e_.gather->station().ready(op, slot, e_.gather->slot_free);
      Verdict v = Verdict::good;
      if (qp.epoch == epoch)
        v = co_await e_.translator.local(op, qp, w.sges, part.offset, part.length, Right::local_read, qp.tx_segments);
      if (qp.epoch != epoch || v == Verdict::refused) {
        delete p;
        if (qp.epoch != epoch) co_return Sent::restart;
        w.error = Syndrome::local_protection;
        co_return Sent::all;
      }
    }
    note_sending(qp, w, p, op);
    e_.gather->submit(qp.tx, p, qp.tx_segments, &w);
  }
  co_return Sent::all;
}

void Requester::leaving(QueuePair& qp, const IbPacket&) {
  if (qp.ack_timeout != kZeroTime && !qp.timeout.armed()) qp.timeout.arm(now() + qp.ack_timeout);
}

void Requester::unreadable(QueuePair& qp, TxPacket& packet) {
  auto* const w = static_cast<SendWqe*>(packet.wqe);
  w->error = Syndrome::local_protection;
  w->op = std::move(packet.packet->op);
  qp.cursor = w;
  ++qp.epoch;
  qp.send_changed.notify();
  e_.gather->slot_free.notify();
  settle_head(qp);
}

}  // namespace viosim::hca
