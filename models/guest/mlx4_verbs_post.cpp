// Posting: mlx4_post_send and mlx4_post_recv.
#include <algorithm>
#include <array>

#include "guest/mlx4_verbs.h"

namespace viosim::guest {
namespace abi = hca_abi;
namespace {

constexpr std::size_t kPage = 4096;

Hold store_entry(Exec& on, Gpa entry, const WqeArray& wqe, std::size_t size) {
  return on.store(entry, std::span(wqe).first(size));
}

}  // namespace

const Mlx4Region* Mlx4Verbs::region(Gva address, std::uint32_t length) const {
  for (const Mlx4Region& r : regions_) {
    const std::int64_t at = (address - r.start).raw();
    if (address >= r.start && at <= r.length.raw() && length <= r.length.raw() - at) return &r;
  }
  return nullptr;
}

/// Loads the payload from byte `done` on as far as its page goes, and counts it as done.
Hold Mlx4Verbs::fetch_inline(Exec& on, const Mlx4Region& from, const Sge& payload, std::size_t& done, WqeArray& into) {
  const Gva at = payload.address + bytes(done);
  const std::uint64_t in_page = at.raw() % kPage;
  const auto index = static_cast<std::uint64_t>((at - from.start.align_down(bytes(kPage))).raw()) / kPage;
  const std::size_t n = std::min<std::size_t>(payload.length - done, kPage - in_page);
  const Gpa page = from.pages[index].align_down(bytes(kPage));
  const std::span<std::byte> part = std::span(into).subspan(done, n);
  done += n;
  return on.load(page + bytes(in_page), part);
}

Hold Mlx4Verbs::ring_doorbell(Exec& on, const Mlx4Qp& qp) {
  ++doorbells_;
  return on.mmio_store(uar_ + Bytes(abi::kSendDoorbell), __builtin_bswap32(qp.number.value << 8), Bytes(4));
}

Hold Mlx4Verbs::push(Exec& on, const WqeArray& wqe, std::int64_t lines) {
  ++blueflames_;
  const Gpa buffer = uar_ + bytes(abi::kBlueFlame + blueflame_at_);
  blueflame_at_ ^= blueflame_;  // two buffers in turn
  return on.mmio_store_lines(buffer, std::span(wqe).first(static_cast<std::size_t>(lines) * abi::kBlock));
}

Task<VerbsError> Mlx4Verbs::post_send(Exec& on, QpHandle h, const SendWr& wr) {
  Mlx4Qp* const qp = find(h);
  if (qp == nullptr || wr.opcode > WrOpcode::fetch_add) co_return VerbsError::invalid;
  Mlx4SendQueue& sq = qp->send;
  if (wr.inline_data && (!mlx4_may_inline(wr.opcode) || wr.sge.length > qp->max_inline))
    co_return VerbsError::invalid;
  const std::size_t inlined = wr.inline_data ? wr.sge.length : 0;
  const Mlx4Region* const from = inlined > 0 ? region(wr.sge.address, wr.sge.length) : nullptr;
  if (inlined > 0 && from == nullptr) co_return VerbsError::invalid;
  if (sq.head - sq.tail >= sq.limit) {
    co_await on.execute(timing_.poll_empty());  // lock, look at the indices, unlock: what an empty poll does
    co_return VerbsError::no_memory;
  }
  const std::uint32_t index = sq.head++;
  sq.wr_ids[sq.slot(index)] = wr.wr_id;
  qp->send_cq->waiting = false;

  WqeArray wqe, payload;  // mlx4_build writes all that is used
  for (std::size_t done = 0; done < inlined;) co_await fetch_inline(on, *from, wr.sge, done, payload);
  const Mlx4Wqe built = mlx4_build(wr, sq.lap(index), std::span(payload).first(inlined), wqe);
  const std::int64_t flame = flame_lines(wr.opcode, built);
  if (flame > 0) mlx4_set_blueflame(wqe, index, qp->number);
  co_await on.execute(timing_.post_send(mlx4_has_remote(wr.opcode), built.inline_lines, flame));
  co_await store_entry(on, sq.entry(index), wqe, built.size);
  if (flame > 0) co_await push(on, wqe, flame);
  else co_await ring_doorbell(on, *qp);
  co_return VerbsError::ok;
}

Task<VerbsError> Mlx4Verbs::post_recv(Exec& on, QpHandle h, const RecvWr& wr) {
  Mlx4Qp* const qp = find(h);
  if (qp == nullptr) co_return VerbsError::invalid;
  Mlx4ReceiveQueue& rq = qp->receive;
  if (rq.head - rq.tail >= rq.limit) {
    co_await on.execute(timing_.poll_empty());
    co_return VerbsError::no_memory;
  }
  const std::uint32_t slot = rq.head++ & (rq.entries - 1);
  rq.wr_ids[slot] = wr.wr_id;
  qp->receive_cq->waiting = false;
  std::array<std::byte, abi::kSegment> wqe{};
  abi::put<std::uint32_t>(wqe, 0, wr.sge.length);
  abi::put<std::uint32_t>(wqe, 4, wr.sge.lkey.value);
  abi::put<std::uint64_t>(wqe, 8, wr.sge.address.raw());
  co_await on.execute(timing_.post_receive());
  co_await on.store(rq.ring + Bytes(static_cast<std::int64_t>(slot) * rq.stride), wqe);
  std::array<std::byte, 4> record{};
  abi::put<std::uint32_t>(record, 0, rq.head & 0xffff);
  co_await on.store(rq.record, record);
  co_return VerbsError::ok;
}

}  // namespace viosim::guest
