// Posting: mlx4_post_send and mlx4_post_recv.
#include <algorithm>
#include <array>

#include "guest/mlx4_verbs.h"
#include "guest/mlx4_wqe.h"

namespace viosim::guest {
namespace abi = hca_abi;
namespace {

constexpr std::size_t kPage = 4096;

std::int64_t lines(std::size_t size) { return static_cast<std::int64_t>((size + abi::kBlock - 1) / abi::kBlock); }

}  // namespace

const Mlx4Region* Mlx4Verbs::region(Gva address, std::uint32_t length) const {
  for (const Mlx4Region& r : regions_) {
    const std::int64_t at = (address - r.start).raw();
    if (address >= r.start && at <= r.length.raw() && length <= r.length.raw() - at) return &r;
  }
  return nullptr;
}

Hold Mlx4Verbs::fetch_inline(Exec& on, const Mlx4Region& from, Gva address, std::span<std::byte> into) {
  const auto at = static_cast<std::uint64_t>((address - from.start.align_down(Bytes(static_cast<std::int64_t>(kPage)))).raw());
  const Gpa page = from.pages[at / kPage].align_down(Bytes(static_cast<std::int64_t>(kPage)));
  return on.load(page + Bytes(static_cast<std::int64_t>(at % kPage)), into);
}

Hold Mlx4Verbs::ring_doorbell(Exec& on, const Mlx4Qp& qp) {
  ++doorbells_;
  return on.mmio_store(uar_ + Bytes(abi::kSendDoorbell), __builtin_bswap32(qp.number.value << 8), Bytes(4));
}

Task<VerbsError> Mlx4Verbs::post_send(Exec& on, QpHandle h, const SendWr& wr) {
  Mlx4Qp* const qp = find(h);
  if (qp == nullptr || wr.opcode > WrOpcode::fetch_add) co_return VerbsError::invalid;
  Mlx4SendQueue& sq = qp->send;
  const bool may_inline = wr.opcode == WrOpcode::rdma_write || wr.opcode == WrOpcode::send;
  const bool send_inline = wr.inline_data && wr.sge.length > 0;
  const Mlx4Region* from = nullptr;
  if (wr.inline_data && (!may_inline || wr.sge.length > qp->max_inline)) co_return VerbsError::invalid;
  if (send_inline) from = region(wr.sge.address, wr.sge.length);
  if (send_inline && from == nullptr) co_return VerbsError::invalid;
  if (sq.head - sq.tail >= sq.limit) {
    co_await on.execute(timing_.poll_empty());  // lock, look at the indices, unlock: what an empty poll does
    co_return VerbsError::no_memory;
  }
  const std::uint32_t index = sq.head++;
  const std::uint32_t slot = index & (sq.entries - 1);
  sq.wr_ids[slot] = wr.wr_id;
  qp->send_cq->waiting = false;

  std::array<std::byte, kMaxWqe> wqe, payload;  // mlx4_build clears what it uses
  const std::span<std::byte> inlined = std::span(payload).first(send_inline ? wr.sge.length : 0);
  for (std::size_t done = 0; done < inlined.size();) {  // page by page
    const Gva at = wr.sge.address + Bytes(static_cast<std::int64_t>(done));
    const std::size_t n = std::min<std::size_t>(inlined.size() - done, kPage - at.raw() % kPage);
    co_await fetch_inline(on, *from, at, inlined.subspan(done, n));
    done += n;
  }
  const Mlx4Wqe built = mlx4_build(wr, send_inline, inlined, wqe);
  mlx4_set_owner(wqe, wr.opcode, (index & sq.entries) != 0);

  // Upstream takes BlueFlame for inline data and for what has no payload to send (READ); see mlx4_post_send.
  const bool wants = send_inline || wr.opcode == WrOpcode::rdma_read || *params_.blueflame == "always";
  const bool blueflame = wants && static_cast<std::int64_t>(built.size) <= blueflame_.raw();
  const std::int64_t flame_lines = blueflame ? lines(built.size) : 0;
  co_await on.execute(timing_.post_send(mlx4_has_remote(wr.opcode), built.inline_lines, flame_lines));
  if (blueflame) mlx4_set_blueflame(wqe, index, qp->number);
  co_await on.store(sq.ring + Bytes(static_cast<std::int64_t>(slot) * sq.stride), std::span(wqe).first(built.size));
  if (!blueflame) {
    co_await ring_doorbell(on, *qp);
    co_return VerbsError::ok;
  }
  ++blueflames_;
  const Gpa buffer = uar_ + Bytes(static_cast<std::int64_t>(abi::kBlueFlame + blueflame_at_));
  blueflame_at_ ^= static_cast<std::uint64_t>(blueflame_.raw());  // two buffers in turn
  co_await on.mmio_store_lines(buffer, std::span(wqe).first(static_cast<std::size_t>(flame_lines) * abi::kBlock));
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
