// Polling: mlx4_poll_cq, and the loop around it.
#include <array>

#include "guest/mlx4_verbs.h"

namespace viosim::guest {
namespace abi = hca_abi;
namespace {

WcStatus status_of(abi::Syndrome s) {
  switch (s) {
    case abi::Syndrome::none: return WcStatus::success;
    case abi::Syndrome::local_length: return WcStatus::local_length_error;
    case abi::Syndrome::local_qp_operation: return WcStatus::local_qp_operation_error;
    case abi::Syndrome::local_protection: return WcStatus::local_protection_error;
    case abi::Syndrome::flushed: return WcStatus::flushed;
    case abi::Syndrome::bad_response: return WcStatus::bad_response;
    case abi::Syndrome::local_access: return WcStatus::local_access_error;
    case abi::Syndrome::remote_invalid_request: return WcStatus::remote_invalid_request;
    case abi::Syndrome::remote_access: return WcStatus::remote_access_error;
    case abi::Syndrome::remote_operation: return WcStatus::remote_operation_error;
    case abi::Syndrome::transport_retry_exceeded: return WcStatus::retry_exceeded;
    case abi::Syndrome::rnr_retry_exceeded: return WcStatus::rnr_retry_exceeded;
  }
  return WcStatus::general_error;
}

Hold load_next(Exec& on, const Mlx4Cq& cq, Mlx4Cqe& into) { return on.load(cq.entry(cq.consumer), into); }

/// The device learns from the CQ's record which entries it may use again.
Hold tell_consumed(Exec& on, const Mlx4Cq& cq) {
  std::array<std::byte, 4> record;
  abi::put<std::uint32_t>(record, 0, cq.consumer & 0xffffff);
  return on.store(cq.record, record);
}

}  // namespace

/// Watches the owner byte of the next entry from here on.
void Mlx4Verbs::expect(Exec& on, Mlx4Cq& cq) {
  on.watch(cq.next, cq.entry(cq.consumer) + Bytes(abi::kCqeOwner));
  cq.waiting = true;
}

/// A caller that has done nothing but look since its last empty look has waited for this completion: its account
/// goes on from the completion's.
void Mlx4Verbs::adopt(Exec& on, Mlx4Cq& cq) {
  cq.waiting = false;
  if (!cq.next.op.traced() || cq.next.op.last() > now()) return;
  site_.charge_past(cq.next.op, Cause::PollGap, SpanKind::queued, cq.next.op.last());
  on.op() = std::move(cq.next.op);
}

void Mlx4Verbs::consume(Mlx4Cq& cq, const Mlx4Cqe& cqe, Wc& wc) {
  ++cq.consumer;
  const auto owner = std::to_integer<std::uint8_t>(cqe[abi::kCqeOwner]);
  wc = Wc{};
  wc.qp = Qpn{abi::get<std::uint32_t>(cqe, abi::kCqeQpn) & 0xffffff};
  wc.is_receive = (owner & abi::kCqeIsSend) == 0;
  wc.byte_length = abi::get<std::uint32_t>(cqe, abi::kCqeByteCount);
  const bool error = (owner & abi::kCqeOpcodeMask) == abi::kCqeError;
  if (error) wc.status = status_of(static_cast<abi::Syndrome>(std::to_integer<std::uint8_t>(cqe[abi::kCqeSyndrome])));
  const std::uint32_t handle = qp_by_number_.find(wc.qp.value);
  if (handle == NumberTable::kNone) {
    wc.status = WcStatus::general_error;
    return;
  }
  Mlx4Qp& qp = *qps_[handle];
  // An error of a receive comes without the send bit, as a success does. One send completion retires all
  // unsignalled work before it.
  if (wc.is_receive) {
    wc.wr_id = qp.receive.wr_ids[qp.receive.tail++ & (qp.receive.entries - 1)];
  } else {
    const std::uint32_t index = abi::get<std::uint16_t>(cqe, abi::kCqeWqeIndex);
    qp.send.tail += qp.send.slot(index - qp.send.tail);
    wc.wr_id = qp.send.wr_ids[qp.send.slot(qp.send.tail++)];
  }
}

/// Both verbs in one frame: poll_cq is one look, spin_cq goes on `until_found`.
Task<int> Mlx4Verbs::look(Exec& on, CqHandle h, std::span<Wc> into, int until_found) {
  Mlx4Cq* const cq = find(h);
  if (cq == nullptr || into.empty()) co_return 0;
  Mlx4Cqe cqe;
  for (;;) {
    if (cq->waiting && cq->next.hit) adopt(on, *cq);
    std::size_t found = 0;
    while (found < into.size()) {
      Hold loaded = load_next(on, *cq, cqe);
      const bool owner = (std::to_integer<std::uint8_t>(cqe[abi::kCqeOwner]) & abi::kCqeOwnerBit) != 0;
      if (owner != cq->lap()) {
        if (found == 0) expect(on, *cq);  // no time has passed since the bytes were read
        co_await loaded;
        break;
      }
      cq->waiting = false;
      consume(*cq, cqe, into[found]);
      co_await loaded;
      co_await on.execute(timing_.poll_success(into[found].is_receive, found == 0));
      ++found;
    }
    if (found > 0) {
      co_await tell_consumed(on, *cq);
      co_return static_cast<int>(found);
    }
    ++empty_polls_;
    co_await on.execute(timing_.poll_empty());
    if (until_found == 0) co_return 0;
    if (cq->next.hit) continue;  // it came during the look: the next one adopts it
    co_await on.poll(cq->next, timing_.poll_empty());
    cq->waiting = false;  // the context has inherited the account itself
  }
}

Task<int> Mlx4Verbs::poll_cq(Exec& on, CqHandle cq, std::span<Wc> into) { return look(on, cq, into, 0); }
Task<int> Mlx4Verbs::spin_cq(Exec& on, CqHandle cq, std::span<Wc> into) { return look(on, cq, into, 1); }

}  // namespace viosim::guest
