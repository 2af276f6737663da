// The data path: queue pages, doorbell hypercalls, events.
#include <array>

#include "guest/vrdma_verbs.h"

namespace viosim::guest {
namespace abi = vrdma_abi;
namespace {

template <class T>
std::array<std::byte, sizeof(T)> bytes_of(const T& value) {
  std::array<std::byte, sizeof(T)> out;
  std::memcpy(out.data(), &value, sizeof value);
  return out;
}

Bytes offset(std::uint64_t n) { return Bytes(static_cast<std::int64_t>(n)); }

}  // namespace

/// Entry, then the tail: the device looks at the tail first.
Task<> VrdmaVerbs::enqueue(Exec& on, WorkQueue& queue, const abi::Wqe& wqe) {
  const std::uint64_t at = queue.tail;
  queue.tail = (queue.tail + sizeof wqe) % queue.pair.produce_size;
  ++queue.outstanding;
  const auto entry = bytes_of(wqe);
  const auto tail = bytes_of(queue.tail);
  co_await on.store(queue.pair.produce_data + offset(at), entry);
  co_await on.store(queue.pair.produce_header + offset(vmci_abi::kProducerTail), tail);
}

Task<VerbsError> VrdmaVerbs::post_send(Exec& on, QpHandle h, const SendWr& wr) {
  Qp* const qp = find(h);
  if (qp == nullptr || wr.opcode > WrOpcode::fetch_add) co_return VerbsError::invalid;
  if (wr.inline_data && wr.sge.length > 0) co_return VerbsError::invalid;
  if (qp->send.outstanding >= qp->send.limit) {
    co_await on.execute(*params_.poll_empty);  // lock, look at the indices, unlock: what an empty poll does
    co_return VerbsError::no_memory;
  }
  ++qp->unsignaled;
  if (wr.signaled) {
    qp->retires[qp->retires_tail++ % qp->retires.size()] = qp->unsignaled;
    qp->unsignaled = 0;
  }
  const abi::Wqe wqe{wr.wr_id, static_cast<std::uint32_t>(wr.opcode), wr.signaled ? abi::kSignaled : 0,
                     wr.sge.address.raw(), wr.sge.length, wr.sge.lkey.value, wr.remote_address.raw(), wr.rkey.value,
                     0, wr.compare_add, wr.swap};
  co_await on.execute(*params_.post_send);
  co_await enqueue(on, qp->send, wqe);
  ++doorbells_;
  const std::int32_t rung = co_await vmci_.ring(on, abi::doorbell(abi::Doorbell::send, qp->device));
  co_return rung < 0 ? VerbsError::invalid : VerbsError::ok;
}

Task<VerbsError> VrdmaVerbs::post_recv(Exec& on, QpHandle h, const RecvWr& wr) {
  Qp* const qp = find(h);
  if (qp == nullptr) co_return VerbsError::invalid;
  if (qp->receive.outstanding >= qp->receive.limit) {
    co_await on.execute(*params_.poll_empty);
    co_return VerbsError::no_memory;
  }
  const abi::Wqe wqe{wr.wr_id, 0, 0, wr.sge.address.raw(), wr.sge.length, wr.sge.lkey.value, 0, 0, 0, 0, 0};
  co_await on.execute(*params_.post_receive);
  co_await enqueue(on, qp->receive, wqe);
  ++doorbells_;
  const std::int32_t rung = co_await vmci_.ring(on, abi::doorbell(abi::Doorbell::receive, qp->device));
  co_return rung < 0 ? VerbsError::invalid : VerbsError::ok;
}

/// One send completion retires the unsignaled requests before it; an error retires its own request only.
void VrdmaVerbs::retire(const Wc& wc) {
  for (Qp& qp : qps_) {
    if (qp.number != wc.qp.value) continue;
    std::uint32_t& outstanding = wc.is_receive ? qp.receive.outstanding : qp.send.outstanding;
    std::uint32_t n = 1;
    if (!wc.is_receive && wc.status == WcStatus::success && qp.retires_head != qp.retires_tail)
      n = qp.retires[qp.retires_head++ % qp.retires.size()];
    outstanding -= std::min(n, outstanding);
    return;
  }
}

/// Moves what is in the ring to `into`.
Task<int> VrdmaVerbs::take(Exec& on, Cq& cq, std::span<Wc> into) {
  std::array<std::byte, 8> tail_bytes{};
  Hold look = on.load(cq.pair.consume_header + offset(vmci_abi::kProducerTail), tail_bytes);
  std::uint64_t tail = 0;
  std::memcpy(&tail, tail_bytes.data(), sizeof tail);
  if (tail == cq.head)  // no time has passed since the bytes were read
    on.watch(cq.tail, cq.pair.consume_header + offset(vmci_abi::kProducerTail));
  co_await look;
  int found = 0;
  for (Wc& wc : into) {
    if (tail == cq.head) break;
    abi::Cqe cqe{};
    std::array<std::byte, sizeof cqe> bytes{};
    const std::uint64_t at = cq.head;
    cq.head = (cq.head + sizeof cqe) % cq.pair.consume_size;
    co_await on.load(cq.pair.consume_data + offset(at), bytes);
    std::memcpy(&cqe, bytes.data(), sizeof cqe);
    wc = Wc{cqe.wr_id, static_cast<WcStatus>(cqe.status), (cqe.flags & abi::kIsReceive) != 0, cqe.byte_length,
            Qpn{cqe.qp}};
    retire(wc);
    co_await on.execute(*params_.poll_success);
    ++found;
  }
  if (found == 0) {
    co_await on.execute(*params_.poll_empty);
    co_return 0;
  }
  const auto head = bytes_of(cq.head);
  co_await on.store(cq.pair.produce_header + offset(vmci_abi::kConsumerHead), head);
  co_return found;
}

Task<int> VrdmaVerbs::poll_cq(Exec& on, CqHandle h, std::span<Wc> into) {
  Cq* const cq = find(h);
  if (cq == nullptr || into.empty()) co_return 0;
  int found = co_await take(on, *cq, into);
  if (found == 0 && poll_by_doorbell_) {  // the device looks, moves what is there, and answers after that
    ++doorbells_;
    co_await vmci_.ring(on, abi::doorbell(abi::Doorbell::poll, cq->device));
    found = co_await take(on, *cq, into);
  }
  if (found == 0) ++empty_polls_;
  co_return found;
}

Task<int> VrdmaVerbs::spin_cq(Exec& on, CqHandle h, std::span<Wc> into) {
  Cq* const cq = find(h);
  if (cq == nullptr || into.empty()) co_return 0;
  for (;;) {
    const int found = co_await poll_cq(on, h, into);
    if (found > 0) co_return found;
    if (poll_by_doorbell_ || cq->tail.hit) continue;
    co_await on.poll(cq->tail, *params_.poll_empty);
  }
}

Task<> VrdmaVerbs::req_notify(Exec& on, CqHandle h) {
  Cq* const cq = find(h);
  if (cq == nullptr) co_return;
  ++doorbells_;
  co_await vmci_.ring(on, abi::doorbell(abi::Doorbell::arm, cq->device));
}

Task<> VrdmaVerbs::get_event(Exec& on, CqHandle h) {
  Cq* const cq = find(h);
  if (cq == nullptr) co_return;
  co_await on.execute(*params_.get_event);
  cq->sleeper = &on;
  while (cq->events == 0) co_await on.sleep(cq->wake);
  cq->sleeper = nullptr;
  --cq->events;
  co_await on.execute(*params_.ack_event);
}

void VrdmaVerbs::completion(void* self, Exec& on, std::uint32_t) {
  auto* const cq = static_cast<Cq*>(self);
  ++cq->events;
  if (cq->sleeper != nullptr) cq->sleeper->wake_with(on.op());
  cq->wake.notify();
}

}  // namespace viosim::guest
