#include "hca/gather.h"

#include <algorithm>
#include <utility>

namespace viosim::hca {

Gather::Gather(const std::string& path, Engines& engines) : station_(path, 0), e_(engines) {
  station_.based_on(Cause::DmaRead, e_.params.dma_engine_latency);
  station_.based_on(Cause::DmaRead, e_.params.gather_reads);
}

TxPacket* Gather::append(TxFifo& fifo, IbPacket* packet) {
  auto* const t = new TxPacket;
  t->fifo = &fifo;
  t->packet = packet;
  (fifo.first == nullptr ? fifo.first : fifo.last->next) = t;
  fifo.last = t;
  return t;
}

void Gather::submit(TxFifo& fifo, IbPacket* packet, const Segments& from, void* wqe) {
  if (from.empty()) {
    submit(fifo, packet);
    return;
  }
  TxPacket* const t = append(fifo, packet);
  t->wqe = wqe;
  t->gather = this;
  t->pending = static_cast<unsigned>(from.size());
  ++busy_;
  Bytes total;
  for (const Segment& s : from) total += s.length;
  if (from.size() > 1) packet->payload = Buffer::make(total);
  Bytes offset;
  for (std::size_t i = 0; i < from.size(); ++i) {
    DmaJob* const job = e_.dma.read(station_, Cause::DmaRead, fifo.qp->bdf, from[i].address, from[i].length);
    job->request.op = i + 1 < from.size() ? packet->op.fork() : std::move(packet->op);
    job->offset = offset;
    offset += from[i].length;
    job->owner = t;
    job->then = [](DmaJob* j) {
      auto* const owner = static_cast<TxPacket*>(j->owner);
      static_cast<Gather*>(owner->gather)->arrived(j);
    };
    e_.dma.start(job);
  }
}

void Gather::arrived(DmaJob* job) {
  auto* const t = static_cast<TxPacket*>(job->owner);
  IbPacket* const p = t->packet;
  p->op = std::move(job->request.op);  // the piece that comes last is the one that was waited for
  if (job->request.status != CplStatus::successful) t->failed = true;
  else if (p->payload.size() == Bytes{}) p->payload = job->request.data;
  else std::ranges::copy(job->request.data.bytes(), p->payload.bytes().begin() + job->offset.raw());
  delete job;
  if (--t->pending > 0) return;
  --busy_;
  slot_free.notify();
  if (t->fifo == nullptr) {  // void
    delete p;
    delete t;
    return;
  }
  TxFifo& fifo = *t->fifo;
  if (!t->failed) {
    drain(fifo);
    return;
  }
  truncate(fifo, t);
  fifo.listener->unreadable(*fifo.qp, *t);
  delete t->packet;
  delete t;
}

void Gather::drain(TxFifo& fifo) {
  while (fifo.first != nullptr && fifo.first->pending == 0) {
    TxPacket* const t = fifo.first;
    fifo.first = t->next;
    settle(station_, t->packet->op, Cause::DmaRead);
    let_go(fifo, t->packet);
    delete t;
  }
}

void Gather::truncate(TxFifo& fifo, TxPacket* from) {
  TxPacket* before = nullptr;
  TxPacket* t = fifo.first;
  while (t != from && from != nullptr && t != nullptr) {
    before = t;
    t = t->next;
  }
  (before == nullptr ? fifo.first : before->next) = nullptr;
  fifo.last = before;
  while (t != nullptr) {
    TxPacket* const next = t->next;
    t->fifo = nullptr;
    if (t->pending == 0 && !t->failed) {
      delete t->packet;
      delete t;
    }
    t = next;
  }
}

}  // namespace viosim::hca
