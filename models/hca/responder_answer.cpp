// Responder: acknowledgements, read responses, atomics. They leave in the order of their requests.
#include <algorithm>
#include <memory>
#include <utility>

#include "hca/faults.h"
#include "hca/gather.h"
#include "hca/responder.h"

namespace viosim::hca {

IbPacket* Responder::make_answer(const QueuePair& qp, IbOpcode opcode, std::uint32_t psn, Op&& op) {
  auto* const a = new IbPacket(std::move(op));
  a->destination_lid = qp.peer.remote_lid;
  a->destination_qp = qp.peer.remote_qp;
  a->opcode = opcode;
  a->psn = psn;
  a->syndrome = kAethAck;
  a->msn = qp.msn;
  return a;
}

void Responder::respond(QueuePair& qp, IbPacket* p) {
  if (qp.answering) QueuePair::push(qp.requests, qp.requests_last, p);
  else e_.gather->submit(qp.responses, p);
}

void Responder::acknowledge(QueuePair& qp, std::uint32_t psn, std::uint8_t syndrome, Op&& op) {
  IbPacket* const a = make_answer(qp, IbOpcode::acknowledge, psn, std::move(op));
  a->syndrome = syndrome;
  respond(qp, a);
}

void Responder::refuse(QueuePair& qp, std::uint32_t psn, std::uint8_t syndrome, Op op) {
  ++e_.counters.naks;
  qp.refused = true;
  acknowledge(qp, psn, syndrome, std::move(op));
}

void Responder::leaving(QueuePair& qp, const IbPacket& p) {
  if (p.opcode == IbOpcode::acknowledge && p.syndrome > kAethNakPsn) e_.faults->fail(qp, p.op.fork());
}

void Responder::unreadable(QueuePair& qp, TxPacket& t) {
  ++qp.resets;  // ends what is under way
  QueuePair::drop(qp.requests);
  ++e_.counters.naks;
  qp.refused = true;
  IbPacket* const a = make_answer(qp, IbOpcode::acknowledge, t.packet->psn, std::move(t.packet->op));
  a->syndrome = kAethNakRemoteOperational;
  e_.gather->submit(qp.responses, a);
}

void Responder::incoming_fetch(QueuePair& qp, IbPacket& p) {
  const bool read = p.opcode == IbOpcode::read_request;
  const std::uint64_t length = read ? p.dma_length : 8;
  if (qp.incoming != Incoming::none || (!read && p.remote_address.raw() % 8 != 0)) {
    refuse(qp, p.psn, kAethNakInvalidRequest, std::move(p.op));
    return;
  }
  if (e_.translator.check(qp, p.rkey.value, p.remote_address, length,
                          read ? Right::remote_read : Right::remote_atomic) == Verdict::refused) {
    refuse(qp, p.psn, kAethNakRemoteAccess, std::move(p.op));
    return;
  }
  qp.expected_psn = psn_add(qp.expected_psn, read ? HcaTiming::packets(p.dma_length, qp.peer.mtu) : 1);
  qp.msn = psn_add(qp.msn, 1);
  enqueue(qp, p);
}

void Responder::duplicate(QueuePair& qp, IbPacket& p) {
  if (p.opcode == IbOpcode::read_request) {
    if (e_.translator.check(qp, p.rkey.value, p.remote_address, p.dma_length, Right::remote_read) == Verdict::good)
      enqueue(qp, p);
    return;
  }
  if (p.opcode == IbOpcode::compare_swap || p.opcode == IbOpcode::fetch_add) {
    for (const AtomicResult& saved : qp.atomics) {
      if (saved.psn != p.psn) continue;
      IbPacket* const a = make_answer(qp, IbOpcode::atomic_acknowledge, p.psn, std::move(p.op));
      a->original = saved.original;
      respond(qp, a);
      return;
    }
    return;  // its first execution is under way and will answer
  }
  acknowledge(qp, psn_before(qp.expected_psn), kAethAck, std::move(p.op));
}

void Responder::enqueue(QueuePair& qp, IbPacket& p) {
  auto* const copy = new IbPacket(std::move(p.op));
  copy->opcode = p.opcode;
  copy->psn = p.psn;
  copy->remote_address = p.remote_address;
  copy->rkey = p.rkey;
  copy->dma_length = p.dma_length;
  copy->swap_or_add = p.swap_or_add;
  copy->compare = p.compare;
  QueuePair::push(qp.requests, qp.requests_last, copy);
  if (std::exchange(qp.answering, true)) return;
  spawn(answer(qp), "hca responder");
}

Process Responder::answer(QueuePair& qp) {
  while (qp.requests != nullptr) {
    std::unique_ptr<IbPacket> p(QueuePair::pop(qp.requests));
    settle(station_, p->op, Cause::DmaRead);
    if (p->is_response()) e_.gather->submit(qp.responses, p.release());
    else if (p->opcode == IbOpcode::read_request) co_await answer_read(qp, *p);
    else co_await answer_atomic(qp, *p);
  }
  qp.answering = false;
}

Task<> Responder::answer_read(QueuePair& qp, IbPacket& p) {
  const std::uint32_t generation = qp.resets;
  const auto mtu = static_cast<std::uint32_t>(qp.peer.mtu.raw());
  const std::uint32_t count = HcaTiming::packets(p.dma_length, qp.peer.mtu);
  auto slot = [this, &qp, generation] {
    return qp.resets != generation || e_.gather->has_slot() ? kNoCause : Cause::DmaRead;
  };
  for (std::uint32_t i = 0; i < count; ++i) {
    co_await e_.gather->station().ready(p.op, slot, e_.gather->slot_free);
    if (qp.resets != generation) co_return;
    const std::uint32_t offset = i * mtu;
    qp.answer_segments.clear();
    const Verdict v = co_await e_.translator.range(p.op, qp, p.rkey.value, p.remote_address + Bytes(offset),
                                                   std::min(mtu, p.dma_length - offset), Right::remote_read,
                                                   qp.answer_segments);
    if (qp.resets != generation) co_return;
    if (v == Verdict::refused) {
      ++e_.counters.naks;
      qp.refused = true;
      IbPacket* const nak = make_answer(qp, IbOpcode::acknowledge, psn_add(p.psn, i), std::move(p.op));
      nak->syndrome = kAethNakRemoteAccess;
      e_.gather->submit(qp.responses, nak);
      co_return;
    }
    const IbOpcode opcode = count == 1       ? IbOpcode::read_response_only
                            : i == 0         ? IbOpcode::read_response_first
                            : i + 1 == count ? IbOpcode::read_response_last
                                             : IbOpcode::read_response_middle;
    IbPacket* const a = make_answer(qp, opcode, psn_add(p.psn, i), i + 1 < count ? p.op.fork() : std::move(p.op));
    e_.gather->submit(qp.responses, a, qp.answer_segments, nullptr);
  }
}

Task<> Responder::answer_atomic(QueuePair& qp, IbPacket& p) {
  const std::uint32_t generation = qp.resets;
  auto turn = [this] { return atomic_busy_ ? Cause::Arbitration : kNoCause; };
  co_await station_.ready(p.op, turn, atomic_free_);
  atomic_busy_ = true;
  if (qp.resets == generation) {
    qp.answer_segments.clear();
    const Verdict v = co_await e_.translator.range(p.op, qp, p.rkey.value, p.remote_address, 8, Right::remote_atomic,
                                                   qp.answer_segments);
    if (v == Verdict::good) co_await execute_atomic(qp, p, qp.answer_segments.front().address);
  }
  atomic_busy_ = false;
  atomic_free_.notify();
}

Task<> Responder::execute_atomic(QueuePair& qp, IbPacket& p, Iova at) {
  const std::uint32_t generation = qp.resets;
  const std::unique_ptr<DmaJob> load(e_.dma.read(station_, Cause::DmaRead, qp.bdf, at, Bytes(8)));
  load->request.op = std::move(p.op);
  co_await e_.dma.run(*load);
  p.op = std::move(load->request.op);
  if (qp.resets != generation) co_return;
  if (load->request.status != CplStatus::successful) {
    ++e_.counters.naks;
    qp.refused = true;
    IbPacket* const nak = make_answer(qp, IbOpcode::acknowledge, p.psn, std::move(p.op));
    nak->syndrome = kAethNakRemoteOperational;
    e_.gather->submit(qp.responses, nak);
    co_return;
  }
  std::uint64_t original = 0;
  for (unsigned i = 0; i < 8; ++i)
    original |= static_cast<std::uint64_t>(load->request.data.bytes()[i]) << (8 * i);
  std::uint64_t result = original + p.swap_or_add;
  if (p.opcode == IbOpcode::compare_swap) result = original == p.compare ? p.swap_or_add : original;
  Buffer bytes = Buffer::make(Bytes(8));
  for (unsigned i = 0; i < 8; ++i) bytes.bytes()[i] = static_cast<std::byte>(result >> (8 * i));
  const std::unique_ptr<DmaJob> store(
      e_.dma.write(station_, Cause::DmaWrite, qp.bdf, at, std::move(bytes), std::move(p.op)));
  co_await e_.dma.run(*store);
  if (qp.resets != generation) co_return;
  qp.atomics[qp.next_atomic++ % qp.atomics.size()] = {p.psn, original};
  IbPacket* const a = make_answer(qp, IbOpcode::atomic_acknowledge, p.psn, std::move(store->request.op));
  a->original = original;
  e_.gather->submit(qp.responses, a);
}

}  // namespace viosim::hca
