#include "hca/wqe_fetcher.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "hca/faults.h"
#include "hca/requester.h"
#include "hca/wqe_engine.h"

namespace viosim::hca {

void WqeFetcher::doorbell(QueuePair& qp, Op&& op) {
  if (qp.state == QpState::error) {
    e_.faults->flush_posted(qp, std::move(op));
    return;
  }
  if (e_.send_engine != nullptr) {
    e_.send_engine->doorbell(qp.number, std::move(op));
    return;
  }
  FetchState& f = qp.fetch;
  ++f.rings;
  f.announced = std::min(f.announced + 1, qp.config.send_entries);
  f.op = std::move(op);
  pump(qp);
}

void WqeFetcher::accept(QueuePair& qp, const Buffer& wqe, Op&& op) {
  auto* const w = new SendWqe(static_cast<std::uint16_t>(qp.fetch.fetched++), std::move(op));
  parse_send_wqe(wqe, *w);
  qp.append(w);
}

void WqeFetcher::pushed(QueuePair& qp, const Buffer& wqe, std::uint16_t index, Op&& op) {
  if (e_.send_engine != nullptr && qp.state == QpState::ready) {
    ++e_.counters.blueflame_posts;
    e_.send_engine->post(qp.number, index, wqe, std::move(op));
    return;
  }
  FetchState& f = qp.fetch;
  if (qp.state != QpState::ready || static_cast<std::uint16_t>(f.fetched) != index ||
      owner_bit(wqe.bytes()) != qp.owner_parity(f.fetched) || qp.unsent >= e_.params.wqe_buffer->raw()) {
    doorbell(qp, std::move(op));
    return;
  }
  ++e_.counters.blueflame_posts;
  ++f.rings;
  ++f.generation;  // a read that guessed at this WQE is void
  if (f.reads > 0) {
    f.announced = std::max(f.announced, 1u);
    f.op = op.fork();
  }
  accept(qp, wqe, std::move(op));
  f.next_read = f.fetched;
  f.changed.notify();
  pump(qp);
  e_.requester->kick(qp);
}

void WqeFetcher::fetch(QueuePair& qp) {
  FetchState& f = qp.fetch;
  while (qp.state == QpState::ready && f.announced > 0 && f.reads < e_.params.wqe_reads->raw()) {
    const std::int64_t room = e_.params.wqe_buffer->raw() - qp.unsent - (f.next_read - f.fetched);
    const std::uint32_t place = f.next_read & (qp.config.send_entries - 1);
    const std::int64_t count = std::min({std::int64_t{f.announced}, e_.params.wqes_per_read->raw(), room,
                                         std::int64_t{qp.config.send_entries - place}});
    if (count <= 0) return;
    f.announced -= static_cast<std::uint32_t>(count);
    DmaJob* const job = e_.dma.read(e_.wqe_engine->fetch(), Cause::WqeFetch, qp.bdf,
                                    qp.config.send_ring + qp.config.send_stride * place,
                                    qp.config.send_stride * count);
    job->request.op = f.announced > 0 ? f.op.fork() : std::move(f.op);
    const std::uint32_t index = f.next_read;
    f.next_read += static_cast<std::uint32_t>(count);
    ++f.reads;
    ++e_.counters.wqe_fetches;
    spawn(read(qp, job, index, static_cast<std::uint32_t>(count)), "hca WQE fetch");
  }
}

Process WqeFetcher::read(QueuePair& qp, DmaJob* raw, std::uint32_t index, std::uint32_t count) {
  const std::unique_ptr<DmaJob> job(raw);
  Op& op = job->request.op;
  const std::uint32_t generation = qp.fetch.generation;
  const std::uint64_t rings = qp.fetch.rings;
  Station& station = e_.wqe_engine->fetch();
  settle(station, op, Cause::WqeFetch);
  CplStatus context = CplStatus::successful;
  if (!e_.contexts.has_qp(qp.number)) context = co_await e_.contexts.fetch_qp(op, qp.number);
  if (context == CplStatus::successful) co_await e_.dma.run(*job);
  else job->request.status = context;
  auto turn = [&qp, generation, index] {  // reads may end out of order, WQEs are taken in order
    return qp.fetch.generation != generation || qp.fetch.fetched == index ? kNoCause : Cause::WqeFetch;
  };
  co_await station.ready(op, turn, qp.fetch.changed);
  --qp.fetch.reads;
  if (qp.fetch.generation == generation && qp.state == QpState::ready) {
    if (job->request.status == CplStatus::successful) take(qp, *job, count, rings);
    else e_.faults->catastrophic(qp, std::move(op));
  }
  pump(qp);
  e_.requester->kick(qp);
}

void WqeFetcher::take(QueuePair& qp, const DmaJob& job, std::uint32_t count, std::uint64_t rings) {
  FetchState& f = qp.fetch;
  const Bytes stride = qp.config.send_stride;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Buffer wqe = job.request.data.slice(stride * i, stride);
    if (owner_bit(wqe.bytes()) == qp.owner_parity(f.fetched)) {
      accept(qp, wqe, job.request.op.fork());
      continue;
    }
    ++f.generation;  // the ring ends here; what was read beyond is void
    f.next_read = f.fetched;
    f.guess = 1;
    if (f.announced == 0 || !f.op.traced()) f.op = job.request.op.fork();
    f.announced = f.rings != rings ? 1 : 0;  // a doorbell came after this was read: look again
    f.changed.notify();
    return;
  }
  f.changed.notify();
  if (f.announced > 0 || f.next_read != f.fetched) return;
  f.op = job.request.op.fork();
  f.announced = f.guess;
  f.guess = std::min(f.guess * 2, static_cast<std::uint32_t>(e_.params.wqes_per_read->raw()));
}

}  // namespace viosim::hca
