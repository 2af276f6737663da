// Requester: going back when something was lost.
#include <utility>

#include "hca/faults.h"
#include "hca/gather.h"
#include "hca/requester.h"

namespace viosim::hca {

using hca_abi::Syndrome;

void Requester::lost(QueuePair& qp, const Op* why) {
  if (qp.retries_left > 0) {
    --qp.retries_left;
    go_back(qp, why);
    return;
  }
  SendWqe& w = *qp.head;
  if (why == nullptr) settle(station_, w.op, Cause::RetransmitTimeout);
  fail_head(qp, Syndrome::transport_retry_exceeded, why != nullptr ? why->fork() : std::move(w.op));
}

void Requester::response_lost(QueuePair& qp, const Op& why) {
  if (qp.response_asked) return;
  qp.response_asked = true;
  lost(qp, &why);
}

void Requester::go_back(QueuePair& qp, const Op* why) {
  ++qp.epoch;
  e_.gather->flush(qp.tx);
  qp.reads_outstanding = 0;
  SendWqe* w = qp.head;
  while (w != nullptr && w->started && w->error == Syndrome::none &&
         (w->packets == 0 || psn_distance(qp.unacknowledged, w->last_psn()) < 0))
    w = w->next;
  qp.cursor = w;
  for (; w != nullptr && w->started && w->error == Syndrome::none; w = w->next) {
    const std::int32_t arrived = psn_distance(w->first_psn, qp.unacknowledged);
    w->next_packet = w->wants_response() || arrived < 0 ? 0 : static_cast<std::uint32_t>(arrived);
    if (why != nullptr) w->op = why->fork();
    else settle(station_, w->op, Cause::RetransmitTimeout);
  }
  qp.send_waits = why != nullptr ? Cause::AckWait : Cause::RetransmitTimeout;
  e_.gather->slot_free.notify();
  kick(qp);
}

void Requester::timed_out(QueuePair& qp) {
  if (qp.state != QpState::ready || psn_distance(qp.unacknowledged, qp.highest_sent) <= 0) return;
  ++e_.counters.timeouts;
  qp.response_asked = false;
  lost(qp, nullptr);
}

void Requester::on_timeout(void* owner) {
  auto& qp = *static_cast<QueuePair*>(owner);
  static_cast<Requester*>(qp.requester)->timed_out(qp);
}

void Requester::on_rnr(void* owner) {
  auto& qp = *static_cast<QueuePair*>(owner);
  qp.rnr_waiting = false;
  static_cast<Requester*>(qp.requester)->kick(qp);
}

}  // namespace viosim::hca
