#include "hca/send_engine_client.h"

#include <memory>
#include <utility>

#include "hca/faults.h"
#include "hca/requester.h"
#include "hca/wqe_engine.h"

namespace viosim::hca {

void SendEngineClient::read(Qpn n, unsigned tag, std::uint32_t place, std::uint32_t count, Op op) {
  QueuePair& qp = *e_.tables.qp(n);
  DmaJob* const job = e_.dma.read(e_.wqe_engine->fetch(), Cause::WqeFetch, qp.bdf,
                                  qp.config.send_ring + qp.config.send_stride * place, qp.config.send_stride * count);
  job->request.op = std::move(op);
  ++e_.counters.wqe_fetches;
  spawn(fetch(qp, job, tag), "hca WQE fetch");
}

Process SendEngineClient::fetch(QueuePair& qp, DmaJob* raw, unsigned tag) {
  const std::unique_ptr<DmaJob> job(raw);
  Op& op = job->request.op;
  settle(e_.wqe_engine->fetch(), op, Cause::WqeFetch);
  CplStatus context = CplStatus::successful;
  if (!e_.contexts.has_qp(qp.number)) context = co_await e_.contexts.fetch_qp(op, qp.number);
  if (context == CplStatus::successful) co_await e_.dma.run(*job);
  else job->request.status = context;
  e_.send_engine->fetched(tag, job->request.status, job->request.data, std::move(op));
}

void SendEngineClient::accept(Qpn n, const ParsedWqe& wqe, Op op) {
  QueuePair& qp = *e_.tables.qp(n);
  auto* const w = new SendWqe(wqe.index, std::move(op));
  w->opcode = wqe.opcode;
  w->signaled = wqe.signaled;
  w->remote_address = Gva(wqe.remote_address);
  w->rkey = Rkey{wqe.rkey};
  w->swap_or_add = wqe.swap_or_add;
  w->compare = wqe.compare;
  w->sges = SgeList{wqe.bytes, wqe.data_at, wqe.data_count};
  w->inline_data = wqe.inline_data;
  w->is_inline = wqe.is_inline;
  w->length = wqe.length;
  w->error = wqe.error;
  qp.fetch.next_read = ++qp.fetch.fetched;
  qp.append(w);
  e_.requester->kick(qp);
}

void SendEngineClient::packet(Qpn n, PacketDescriptor packet) {
  QueuePair& qp = *e_.tables.qp(n);
  qp.descriptors.push(packet);
  e_.requester->kick(qp);
}

void SendEngineClient::broken(Qpn n, Op op) { e_.faults->catastrophic(*e_.tables.qp(n), std::move(op)); }

void SendEngineClient::refused() { ++e_.counters.bad_doorbells; }

}  // namespace viosim::hca
