// Requester: what comes back.
#include <algorithm>
#include <utility>

#include "hca/completion.h"
#include "hca/faults.h"
#include "hca/requester.h"

namespace viosim::hca {

using hca_abi::Syndrome;

void Requester::progressed(QueuePair& qp) {
  qp.retries_left = qp.peer.retry_count;
  qp.rnr_left = qp.peer.rnr_retry;
  qp.response_asked = false;
  if (qp.ack_timeout != kZeroTime && psn_distance(qp.unacknowledged, qp.highest_sent) > 0)
    qp.timeout.arm(now() + qp.ack_timeout);
  else
    qp.timeout.cancel();
  qp.send_changed.notify();
}

bool Requester::response_at_once(QueuePair& qp, IbPacket& p) {
  if (p.opcode != IbOpcode::acknowledge) return false;
  if ((p.syndrome & 0xe0) == 0) acknowledged(qp, p.psn, p.op);
  else negative(qp, p);
  return true;
}

Task<> Requester::response(QueuePair& qp, IbPacket& p) {
  ++qp.users;  // keeps the WQE while its data is being placed
  co_await read_response(qp, p);
  if (--qp.users == 0) qp.bury();
}

bool Requester::acknowledged(QueuePair& qp, std::uint32_t psn, Op& op) {
  if (psn_distance(qp.unacknowledged, psn) < 0 || psn_distance(psn, qp.highest_sent) <= 0) return true;
  while (qp.head != nullptr && qp.head->started && qp.head->error == Syndrome::none &&
         (qp.head->packets == 0 || psn_distance(qp.head->last_psn(), psn) >= 0)) {
    SendWqe& w = *qp.head;
    if (w.wants_response() && !w.answered) {
      qp.unacknowledged = psn_add(w.first_psn, w.responses);
      response_lost(qp, op);
      return false;
    }
    e_.completion->report_send(qp, w, Syndrome::none, op);
    qp.retire();
  }
  qp.unacknowledged = psn_add(psn, 1);
  progressed(qp);
  settle_head(qp);
  return true;
}

void Requester::negative(QueuePair& qp, IbPacket& p) {
  if (psn_distance(qp.unacknowledged, p.psn) < 0 || psn_distance(p.psn, qp.highest_sent) <= 0) return;
  if (!acknowledged(qp, psn_before(p.psn), p.op) || qp.state != QpState::ready || qp.head == nullptr) return;
  if (p.syndrome == kAethNakPsn) {
    lost(qp, &p.op);
    return;
  }
  if ((p.syndrome & 0xe0) == kAethRnr) {
    if (qp.peer.rnr_retry != 7 && qp.rnr_left-- == 0) {
      fail_head(qp, Syndrome::rnr_retry_exceeded, std::move(p.op));
      return;
    }
    qp.rnr_waiting = true;
    qp.rnr_timer.arm(now() + HcaTiming::rnr_timer(p.syndrome & 0x1f));
    qp.timeout.cancel();
    go_back(qp, &p.op);
    return;
  }
  const Syndrome why = p.syndrome == kAethNakInvalidRequest ? Syndrome::remote_invalid_request
                       : p.syndrome == kAethNakRemoteAccess ? Syndrome::remote_access
                                                            : Syndrome::remote_operation;
  fail_head(qp, why, std::move(p.op));
}

SendWqe* Requester::unanswered(QueuePair& qp, std::uint32_t psn) {
  for (SendWqe* w = qp.head; w != nullptr && w->started; w = w->next)
    if (w->wants_response() && !w->answered && w->error == Syndrome::none && w->next_packet == w->packets &&
        psn_distance(w->first_psn, psn) >= 0 && psn_distance(psn, w->last_psn()) >= 0)
      return w;
  return nullptr;
}

Task<> Requester::read_response(QueuePair& qp, IbPacket& p) {
  SendWqe* const w = unanswered(qp, p.psn);
  if (w == nullptr) co_return;  // a duplicate
  const bool earlier = acknowledged(qp, psn_before(w->first_psn), p.op);
  if (!earlier || qp.head != w) co_return;
  const std::int32_t ahead = psn_distance(psn_add(w->first_psn, w->responses), p.psn);
  if (ahead < 0) co_return;
  if (ahead > 0) {
    response_lost(qp, p.op);
    co_return;
  }
  const auto mtu = static_cast<std::uint64_t>(qp.peer.mtu.raw());
  const std::uint64_t offset = mtu * w->responses;
  if (w->is_atomic() != (p.opcode == IbOpcode::atomic_acknowledge)) {
    fail_head(qp, Syndrome::bad_response, std::move(p.op));
    co_return;
  }
  if (w->is_atomic()) {  // the original value, in the byte order of memory
    p.payload = Buffer::make(Bytes(8));
    for (unsigned i = 0; i < 8; ++i) p.payload.bytes()[i] = static_cast<std::byte>(p.original >> (8 * i));
  } else if (static_cast<std::uint64_t>(p.payload.size().raw()) != std::min(mtu, w->length - offset)) {
    fail_head(qp, Syndrome::bad_response, std::move(p.op));
    co_return;
  }
  co_await scatter(qp, *w, p, offset);
}

Task<> Requester::scatter(QueuePair& qp, SendWqe& w, IbPacket& p, std::uint64_t offset) {
  const std::uint32_t epoch = qp.epoch;
  qp.rx_segments.clear();
  const Verdict v = co_await e_.translator.local(p.op, qp, w.sges, offset,
                                                 static_cast<std::uint64_t>(p.payload.size().raw()),
                                                 Right::local_write, qp.rx_segments);
  if (qp.epoch != epoch) co_return;  // it will be asked for again
  if (v == Verdict::refused) {
    fail_head(qp, Syndrome::local_protection, std::move(p.op));
    co_return;
  }
  Bytes done;
  for (const Segment& s : qp.rx_segments) {
    e_.dma.post(station_, Cause::DmaWrite, qp.bdf, s.address, p.payload.slice(done, s.length), p.op);
    done += s.length;
  }
  if (++w.responses < w.packets) {
    qp.unacknowledged = psn_add(p.psn, 1);
    progressed(qp);
    co_return;
  }
  w.answered = true;
  if (qp.reads_outstanding > 0) --qp.reads_outstanding;
  acknowledged(qp, p.psn, p.op);
}

void Requester::report_head(QueuePair& qp) {
  while (qp.head != nullptr && qp.head->started && qp.head->error == Syndrome::none &&
         qp.head->opcode == hca_abi::Opcode::nop && qp.cursor != qp.head) {
    settle(station_, qp.head->op, Cause::AckWait);
    e_.completion->report_send(qp, *qp.head, Syndrome::none, qp.head->op);
    qp.retire();
  }
  if (qp.head == nullptr || !qp.head->started || qp.head->error == Syndrome::none) return;
  settle(station_, qp.head->op, Cause::AckWait);
  fail_head(qp, qp.head->error, std::move(qp.head->op));
}

void Requester::fail_head(QueuePair& qp, Syndrome syndrome, Op op) {
  e_.completion->report_send(qp, *qp.head, syndrome, op);
  qp.retire();
  e_.faults->fail(qp, std::move(op));
}

}  // namespace viosim::hca
