#include "hca/completion.h"

#include <cstring>
#include <memory>
#include <utility>

#include "hca/faults.h"

namespace viosim::hca {

using hca_abi::Syndrome;

namespace {

template <std::size_t Size>
inline Buffer zeroed() {
  Buffer b = Buffer::make(Bytes(Size));
  std::memset(b.bytes().data(), 0, Size);
  return b;
}

Bytes slot(std::uint32_t producer, std::uint32_t entries, std::size_t size) {
  return Bytes(static_cast<std::int64_t>((producer & (entries - 1)) * size));
}

}  // namespace

[[gnu::noinline]] void Completion::emit(CompletionQueue& cq, const Cqe& cqe, const Op& op) {
  Buffer b = zeroed<hca_abi::kCqeSize>();
  const std::span<std::byte> to = b.bytes();
  const bool error = cqe.syndrome != Syndrome::none;
  hca_abi::put<std::uint32_t>(to, hca_abi::kCqeQpn, cqe.qp.value);
  hca_abi::put<std::uint32_t>(to, hca_abi::kCqeByteCount, error ? 0 : cqe.byte_count);
  hca_abi::put<std::uint16_t>(to, hca_abi::kCqeWqeIndex, cqe.wqe_index);
  to[hca_abi::kCqeSyndrome] = static_cast<std::byte>(cqe.syndrome);
  const unsigned owner = (cq.producer & cq.config.entries) != 0 ? hca_abi::kCqeOwnerBit : 0;
  to[hca_abi::kCqeOwner] = static_cast<std::byte>(owner | (cqe.is_send ? hca_abi::kCqeIsSend : 0) |
                                                  (error ? hca_abi::kCqeError : cqe.opcode));
  const Iova at = cq.config.ring + slot(cq.producer, cq.config.entries, hca_abi::kCqeSize);
  ++cq.producer;
  ++e_.counters.cqes;
  e_.dma.post(station_, Cause::CompletionWrite, e_.tables.functions[cq.function].bdf, at, std::move(b), op);
  if (!cq.armed) return;
  cq.armed = false;
  if (cq.config.events) event(*cq.config.events, hca_abi::kEqeCompletion, cq.number.value, op.fork());
}

void Completion::write(Cqn number, Cqe& cqe, const Op& op) {
  CompletionQueue* const cq = e_.tables.cq(number);
  if (cq == nullptr || cq->failed) return;
  if (cq->first == nullptr && !cq->full()) emit(*cq, cqe, op);
  else stand_in_line(*cq, cqe, op);
}

void Completion::stand_in_line(CompletionQueue& cq, Cqe& cqe, const Op& op) {
  auto* const waiting = new Cqe(std::move(cqe));
  waiting->op = op.fork();
  (cq.first == nullptr ? cq.first : cq.last->next) = waiting;
  cq.last = waiting;
  if (std::exchange(cq.checking, true)) return;
  cq.completion = this;
  cq.fire = [](Wakeable* w) {
    auto& of = *static_cast<CompletionQueue*>(w);
    of.completion->check(of);
  };
  scheduler().wake_now(&cq);
}

void Completion::report_send(QueuePair& qp, const SendWqe& w, Syndrome syndrome, const Op& op) {
  if (!w.signaled && syndrome == Syndrome::none) return;
  Cqe cqe;
  cqe.qp = qp.number;
  cqe.is_send = true;
  cqe.opcode = static_cast<std::uint8_t>(w.opcode) & hca_abi::kCqeOpcodeMask;
  cqe.syndrome = syndrome;
  cqe.byte_count = w.length;
  cqe.wqe_index = w.index;
  write(qp.config.send_cq, cqe, op);
}

void Completion::report_receive(QueuePair& qp, std::uint16_t index, std::uint32_t bytes, Syndrome syndrome,
                                const Op& op) {
  constexpr std::uint8_t kReceivedSend = 0x01;  // MLX4_RECV_OPCODE_SEND
  Cqe cqe;
  cqe.qp = qp.number;
  cqe.is_send = false;
  cqe.opcode = kReceivedSend;
  cqe.syndrome = syndrome;
  cqe.byte_count = bytes;
  cqe.wqe_index = index;
  write(qp.config.receive_cq, cqe, op);
}

void Completion::arm(CompletionQueue& cq, std::uint32_t consumer, Op op) {
  consumer &= kPsnMask;
  if (((cq.producer - consumer) & kPsnMask) <= cq.config.entries) cq.consumer = consumer;
  cq.armed = consumer == (cq.producer & kPsnMask);
  if (!cq.armed && cq.config.events)
    event(*cq.config.events, hca_abi::kEqeCompletion, cq.number.value, std::move(op));
}

void Completion::event(Eqn number, std::uint8_t type, std::uint32_t object, Op op) {
  EventQueue* const found = e_.tables.eq(number);
  if (found == nullptr) return;
  EventQueue& eq = *found;
  const Bdf bdf = e_.tables.functions[eq.function].bdf;
  Buffer b = zeroed<hca_abi::kEqeSize>();
  b.bytes()[hca_abi::kEqeType] = std::byte{type};
  hca_abi::put<std::uint32_t>(b.bytes(), hca_abi::kEqeCqn, object);
  b.bytes()[hca_abi::kEqeOwner] = std::byte{(eq.producer & eq.entries) != 0 ? std::uint8_t{0x80} : std::uint8_t{0}};
  const Iova at = eq.ring + slot(eq.producer, eq.entries, hca_abi::kEqeSize);
  ++eq.producer;
  ++e_.counters.eqes;
  e_.dma.post(station_, Cause::CompletionWrite, bdf, at, std::move(b), op);
  Buffer data = Buffer::make(Bytes(4));
  for (unsigned i = 0; i < 4; ++i) data.bytes()[i] = static_cast<std::byte>(eq.msi_data >> (8 * i));
  ++e_.counters.msix;
  e_.dma.post(station_, Cause::CompletionWrite, bdf, Iova(eq.msi_address), std::move(data), op);
}

void Completion::check(CompletionQueue& cq) {
  cq.record.reset(e_.dma.read(station_, Cause::CompletionWrite, e_.tables.functions[cq.function].bdf,
                              cq.config.doorbell_record, Bytes(4)));
  cq.record->request.op = cq.first->op.fork();
  cq.record->owner = &cq;
  cq.record->then = [](DmaJob* job) {
    auto& of = *static_cast<CompletionQueue*>(job->owner);
    of.completion->checked(of);
  };
  e_.dma.start(cq.record.get());
}

void Completion::checked(CompletionQueue& cq) {
  const std::unique_ptr<DmaJob> job = std::move(cq.record);
  if (job->request.status == CplStatus::successful) {
    const std::uint32_t consumer = hca_abi::get<std::uint32_t>(job->request.data.bytes(), 0) & kPsnMask;
    if (((cq.producer - consumer) & kPsnMask) <= cq.config.entries) cq.consumer = consumer;
  }
  if (cq.full()) overflow(cq, std::move(job->request.op));
  while (cq.first != nullptr && !cq.full()) {
    const std::unique_ptr<Cqe> cqe(std::exchange(cq.first, cq.first->next));
    settle(station_, cqe->op, Cause::CompletionWrite);
    emit(cq, *cqe, cqe->op);
  }
  cq.checking = cq.first != nullptr;
  if (cq.checking) check(cq);
}

void Completion::overflow(CompletionQueue& cq, Op op) {
  cq.failed = true;
  while (cq.first != nullptr) delete std::exchange(cq.first, cq.first->next);
  if (cq.config.events) event(*cq.config.events, hca_abi::kEqeCqError, cq.number.value, op.fork());
  for (const auto& qp : e_.tables.qps)
    if (qp != nullptr && (qp->config.send_cq == cq.number || qp->config.receive_cq == cq.number))
      e_.faults->fail(*qp, op.fork());
}

}  // namespace viosim::hca
