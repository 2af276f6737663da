#include "hca/faults.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "hca/completion.h"
#include "hca/gather.h"

namespace viosim::hca {

using hca_abi::Syndrome;

void Faults::quiesce(QueuePair& qp) {
  ++qp.epoch;
  ++qp.resets;
  e_.gather->flush(qp.tx);
  e_.gather->flush(qp.responses);
  qp.timeout.cancel();
  qp.rnr_timer.cancel();
  qp.rnr_waiting = false;
  qp.response_asked = false;
  QueuePair::drop(qp.arrived);
  QueuePair::drop(qp.requests);
  if (e_.send_engine != nullptr) e_.send_engine->close(qp.number);
  while (!qp.descriptors.empty()) qp.descriptors.pop();
  ++qp.fetch.generation;
  qp.fetch.announced = 0;
  qp.fetch.next_read = qp.fetch.fetched;
  qp.reads_outstanding = 0;
  qp.fetch.changed.notify();
  qp.send_changed.notify();
  e_.gather->slot_free.notify();
}

void Faults::fail(QueuePair& qp, Op op) {
  if (qp.state == QpState::error) return;
  qp.state = QpState::error;
  quiesce(qp);
  while (qp.head != nullptr) {
    e_.completion->report_send(qp, *qp.head, Syndrome::flushed, op);
    qp.retire();
  }
  if (std::exchange(qp.incoming, Incoming::none) == Incoming::send)
    e_.completion->report_receive(qp, static_cast<std::uint16_t>(qp.receive.consumed - 1), 0, Syndrome::flushed,
                                  op);
  flush_posted(qp, std::move(op));
}

void Faults::catastrophic(QueuePair& qp, Op op) {
  const CompletionQueue* const cq = e_.tables.cq(qp.config.send_cq);
  if (qp.state != QpState::error && cq != nullptr && cq->config.events)
    e_.completion->event(*cq->config.events, hca_abi::kEqeQpCatastrophic, qp.number.value, op.fork());
  fail(qp, std::move(op));
}

void Faults::flush_posted(QueuePair& qp, Op op) {
  qp.flush_op = std::move(op);
  qp.flush_again = true;
  if (qp.flushing) return;
  qp.flushing = true;
  spawn(flush(qp), "hca flush");
}

Process Faults::flush(QueuePair& qp) {
  while (qp.flush_again) {
    qp.flush_again = false;
    Op op = std::move(qp.flush_op);
    settle(station_, op, Cause::WqeFetch);
    const std::uint32_t generation = qp.resets;
    co_await flush_sends(qp, op);
    if (qp.resets == generation) co_await flush_receives(qp, op);
  }
  qp.flushing = false;
}

Task<> Faults::flush_sends(QueuePair& qp, Op& op) {
  const std::uint32_t generation = qp.resets;
  for (std::uint32_t n = 0; n < qp.config.send_entries; ++n) {  // a ring holds no more
    const std::uint32_t index = qp.fetch.fetched;
    const Bytes at = qp.config.send_stride * (index & (qp.config.send_entries - 1));
    std::unique_ptr<DmaJob> job(
        e_.dma.read(station_, Cause::WqeFetch, qp.bdf, qp.config.send_ring + at, qp.config.send_stride));
    job->request.op = std::move(op);
    co_await e_.dma.run(*job);
    op = std::move(job->request.op);
    ++e_.counters.wqe_fetches;
    if (qp.resets != generation || job->request.status != CplStatus::successful) co_return;
    if (owner_bit(job->request.data.bytes()) != qp.owner_parity(index)) co_return;
    SendWqe w(static_cast<std::uint16_t>(index));
    parse_send_wqe(job->request.data, w);
    qp.fetch.next_read = ++qp.fetch.fetched;
    e_.completion->report_send(qp, w, Syndrome::flushed, op);
  }
}

Task<> Faults::flush_receives(QueuePair& qp, Op& op) {
  const std::uint32_t generation = qp.resets;
  std::unique_ptr<DmaJob> job(
      e_.dma.read(station_, Cause::WqeFetch, qp.bdf, qp.config.receive_doorbell_record, Bytes(4)));
  job->request.op = std::move(op);
  co_await e_.dma.run(*job);
  op = std::move(job->request.op);
  if (qp.resets != generation || job->request.status != CplStatus::successful) co_return;
  const auto posted = static_cast<std::uint16_t>(hca_abi::get<std::uint32_t>(job->request.data.bytes(), 0));
  const auto waiting = static_cast<std::uint16_t>(posted - qp.receive.consumed);
  if (waiting > qp.config.receive_entries) co_return;  // a count that no ring can hold
  for (std::uint16_t i = 0; i < waiting; ++i)
    e_.completion->report_receive(qp, static_cast<std::uint16_t>(qp.receive.consumed + i), 0, Syndrome::flushed,
                                  op);
  qp.receive.consumed = qp.receive.fetched = posted;
}

}  // namespace viosim::hca
