#include "hca/receive_queue.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace viosim::hca {

Task<Taken> ReceiveQueue::next(QueuePair& qp, Op& op) {
  ReceiveState& r = qp.receive;
  const std::uint32_t generation = qp.resets;
  auto idle = [&r] { return r.refilling ? Cause::WqeFetch : kNoCause; };
  if (held(qp) == 0) {
    co_await station_.ready(op, idle, r.refilled);
    if (qp.resets != generation) co_return Taken::none;
    Taken got = Taken::wqe;
    if (held(qp) == 0) {
      r.refilling = true;
      got = co_await refill(qp, op);
      r.refilling = false;
      r.refilled.notify();
    }
    if (qp.resets != generation) co_return Taken::none;
    if (got != Taken::wqe) co_return got;
  }
  qp.receive_wqe = parse_receive_wqe(r.lines[r.consumed++ % r.lines.size()]);
  if (held(qp) <= e_.params.wqes_per_read->raw() / 2 && !r.refilling) {
    r.refilling = true;
    spawn(refill_ahead(qp), "hca receive WQE fetch");
  }
  co_return Taken::wqe;
}

Process ReceiveQueue::refill_ahead(QueuePair& qp) {
  Op op;  // nobody waits for it
  co_await refill(qp, op);
  qp.receive.refilling = false;
  qp.receive.refilled.notify();
}

Task<Taken> ReceiveQueue::refill(QueuePair& qp, Op& op) {
  ReceiveState& r = qp.receive;
  const std::uint32_t generation = qp.resets;
  if (r.posted == r.fetched) {
    std::unique_ptr<DmaJob> record(
        e_.dma.read(station_, Cause::WqeFetch, qp.bdf, qp.config.receive_doorbell_record, Bytes(4)));
    record->request.op = std::move(op);
    co_await e_.dma.run(*record);
    op = std::move(record->request.op);
    if (record->request.status != CplStatus::successful) co_return Taken::broken;
    if (qp.resets != generation) co_return Taken::none;
    r.posted = static_cast<std::uint16_t>(hca_abi::get<std::uint32_t>(record->request.data.bytes(), 0));
    if (static_cast<std::uint16_t>(r.posted - r.consumed) > qp.config.receive_entries) {
      r.posted = r.fetched;
      co_return Taken::broken;
    }
  }
  const std::uint32_t place = r.fetched & (qp.config.receive_entries - 1);
  const auto room = static_cast<std::int64_t>(r.lines.size()) - held(qp);
  const std::int64_t count =
      std::min({std::int64_t{static_cast<std::uint16_t>(r.posted - r.fetched)}, e_.params.wqes_per_read->raw(), room,
                std::int64_t{qp.config.receive_entries - place}});
  if (count <= 0) co_return Taken::none;
  const Bytes stride = qp.config.receive_stride;
  std::unique_ptr<DmaJob> job(e_.dma.read(station_, Cause::WqeFetch, qp.bdf,
                                          qp.config.receive_ring + stride * place, stride * count));
  job->request.op = std::move(op);
  ++e_.counters.wqe_fetches;
  co_await e_.dma.run(*job);
  op = std::move(job->request.op);
  if (job->request.status != CplStatus::successful) co_return Taken::broken;
  if (qp.resets != generation) co_return Taken::none;
  for (std::int64_t i = 0; i < count; ++i)
    r.lines[r.fetched++ % r.lines.size()] = job->request.data.slice(stride * i, stride);
  co_return Taken::wqe;
}

}  // namespace viosim::hca
