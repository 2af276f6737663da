#include "hca/receiver.h"

#include <memory>
#include <utility>

#include "hca/faults.h"
#include "hca/requester.h"
#include "hca/responder.h"

namespace viosim::hca {

Receiver::Receiver(const std::string& path, Engines& engines)
    : e_(engines), datapath_(path, engines, engines.params.rx_pipeline) {}

void Receiver::arrive(IbPacket* p) {
  Time whole = latest({now(), kNoCause}, {p->tail_at, Cause::LinkSerialization}).at;
  if (p->op.traced()) {
    if (p->op.last() < whole)
      datapath_.station().delay(p->op, Cause::LinkSerialization, p->op.last(), whole - p->op.last());
    whole = p->op.last();
  }
  p->destination = this;
  p->fire = [](Wakeable* w) {
    auto* const packet = static_cast<IbPacket*>(w);
    static_cast<Receiver*>(packet->destination)->process(packet);
  };
  scheduler().wake_at(datapath_.cross(*p, whole), p);
}

bool Receiver::take_at_once(QueuePair& qp, IbPacket& p) {
  return p.is_response() ? e_.requester->response_at_once(qp, p) : e_.responder->request_at_once(qp, p);
}

void Receiver::take(QueuePair& qp, IbPacket* p) {
  for (; p != nullptr; p = QueuePair::pop(qp.arrived)) {
    settle(datapath_.station(), p->op, qp.receive_waits);
    qp.receive_waits = Cause::ContextMiss;
    if (qp.state == QpState::ready && (!e_.contexts.has_qp(qp.number) || !take_at_once(qp, *p))) {
      QueuePair::push_front(qp.arrived, qp.arrived_last, p);
      spawn(serve(qp), "hca receiver");
      return;
    }
    delete p;
    if (qp.placing != nullptr) return;
  }
  qp.receiving = false;
}

void Receiver::process(IbPacket* p) {
  QueuePair* const qp = e_.tables.qp(p->destination_qp);
  const bool lost = p->corrupt || qp == nullptr || qp->state != QpState::ready;
  if (lost || p->source_lid != qp->peer.remote_lid) [[unlikely]] {
    if (p->corrupt) ++e_.counters.dropped_corrupt;
    delete p;  // silently: the sender's timer notices
    return;
  }
  if (qp->receiving) {
    QueuePair::push(qp->arrived, qp->arrived_last, p);
    return;
  }
  qp->receiving = true;
  take(*qp, p);
}

void Receiver::run(QueuePair& qp) {
  if (qp.placing == nullptr) take(qp, QueuePair::pop(qp.arrived));
}

Process Receiver::serve(QueuePair& qp) {
  if (qp.arrived != nullptr) {
    const std::unique_ptr<IbPacket> p(QueuePair::pop(qp.arrived));
    const std::uint32_t generation = qp.resets;
    CplStatus context = CplStatus::successful;
    if (!e_.contexts.has_qp(qp.number)) context = co_await e_.contexts.fetch_qp(p->op, qp.number);
    if (context != CplStatus::successful && qp.resets == generation) e_.faults->catastrophic(qp, std::move(p->op));
    if (qp.resets == generation && qp.state == QpState::ready && !take_at_once(qp, *p)) {
      if (p->is_response()) co_await e_.requester->response(qp, *p);
      else co_await e_.responder->request(qp, *p);
    }
  }
  run(qp);
}

}  // namespace viosim::hca
