#include "hca/doorbells.h"

#include <algorithm>
#include <utility>

#include "hca/completion.h"
#include "hca/wqe_fetcher.h"

namespace viosim::hca {

using hca_abi::get;

void Doorbells::write(const Tlp& tlp, Op op) {
  const unsigned function = e_.tables.function_of(tlp.target);
  const std::uint64_t uar = tlp.address.raw() / hca_abi::kUarSize, offset = tlp.address.raw() % hca_abi::kUarSize;
  bool good = false;
  if (function < e_.tables.functions.size() && tlp.bar == hca_abi::kUarBar && uar < kUars) {
    if (offset == hca_abi::kSendDoorbell) good = send(function, tlp, op);
    else if (offset == hca_abi::kCqDoorbell) good = arm(function, tlp, op);
    else if (offset >= hca_abi::kEqDoorbell && offset < hca_abi::kEqDoorbell + 32)
      good = offset % 8 == 0 && tlp.data.size() == Bytes(4);  // a consumer index: the rings are not watched
    else if (offset >= hca_abi::kBlueFlame)
      good = blueflame(function, static_cast<std::size_t>(uar), offset - hca_abi::kBlueFlame, tlp, op);
  }
  if (!good) ++e_.counters.bad_doorbells;
}

bool Doorbells::send(unsigned function, const Tlp& tlp, Op& op) {
  if (tlp.data.size() != Bytes(4)) return false;
  QueuePair* const qp = e_.tables.qp(Qpn{get<std::uint32_t>(tlp.data.bytes(), 0) >> 8});
  if (qp == nullptr || qp->function != function || qp->state == QpState::init || qp->state == QpState::reset)
    return false;
  ++e_.counters.doorbells;
  e_.fetcher->doorbell(*qp, std::move(op));
  return true;
}

bool Doorbells::arm(unsigned function, const Tlp& tlp, Op& op) {
  if (tlp.data.size() != Bytes(8)) return false;
  const auto command = get<std::uint32_t>(tlp.data.bytes(), 0);
  CompletionQueue* const cq = e_.tables.cq(Cqn{command & kPsnMask});
  if (cq == nullptr || cq->function != function || (command & (3u << 24)) != hca_abi::kArmNext) return false;
  e_.completion->arm(*cq, get<std::uint32_t>(tlp.data.bytes(), 4), std::move(op));
  return true;
}

bool Doorbells::blueflame(unsigned function, std::size_t uar, std::uint64_t offset, const Tlp& tlp, Op& op) {
  const auto buffer = static_cast<std::uint64_t>(e_.tables.functions[function].blueflame.raw());
  const auto size = static_cast<std::uint64_t>(tlp.data.size().raw());
  if (buffer == 0 || size == 0 || size % hca_abi::kBlock != 0 || offset % hca_abi::kBlock != 0) return false;
  if (posts_.size() <= function) posts_.resize(e_.tables.functions.size());
  if (posts_[function].size() <= uar) posts_[function].resize(uar + 1);
  Post& post = posts_[function][uar];
  const std::span<const std::byte> line = tlp.data.bytes();
  if (post.lines == 0 || offset != post.next) {
    const bool broken = std::exchange(post.lines, 0) != 0;  // another post's lines are missing
    if (offset % buffer != 0) return false;
    if (broken) ++e_.counters.bad_doorbells;
    const std::size_t units = get<std::uint32_t>(line, 4) & 0x3f, lines = (units + 3) / 4;
    if (units < 2 || lines * hca_abi::kBlock > buffer) return false;
    post.lines = lines;
    post.have = 0;
    post.next = offset;
  }
  if (post.have + size > post.lines * hca_abi::kBlock) {
    post.lines = 0;
    return false;
  }
  std::ranges::copy(line, post.bytes.begin() + static_cast<std::ptrdiff_t>(post.have));
  post.have += size;
  post.next += size;
  if (post.have < post.lines * hca_abi::kBlock) return true;
  const std::size_t whole = std::exchange(post.lines, 0) * hca_abi::kBlock;
  const std::span<const std::byte> bytes(post.bytes.data(), whole);
  QueuePair* const qp = e_.tables.qp(Qpn{get<std::uint32_t>(bytes, 4) >> 8});
  if (qp == nullptr || qp->function != function || qp->state == QpState::init || qp->state == QpState::reset ||
      Bytes(static_cast<std::int64_t>(whole)) > qp->config.send_stride)
    return false;
  Buffer wqe = Buffer::make(Bytes(static_cast<std::int64_t>(whole)));
  std::ranges::copy(bytes, wqe.bytes().begin());
  const auto index = static_cast<std::uint16_t>(get<std::uint32_t>(bytes, 0) >> hca_abi::kBlueFlameIndexShift);
  e_.fetcher->pushed(*qp, wqe, index, std::move(op));
  return true;
}

}  // namespace viosim::hca
