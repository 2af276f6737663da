#include "hca/doorbells.h"

#include <cstring>
#include <utility>

#include "hca/completion.h"
#include "hca/wqe_fetcher.h"

namespace viosim::hca {

using hca_abi::get;

namespace {

bool takes_posts(const QueuePair* qp, unsigned function) {
  return qp != nullptr && qp->function == function && qp->state != QpState::init && qp->state != QpState::reset;
}

}  // namespace

[[gnu::always_inline]] bool Doorbells::blueflame(unsigned function, std::size_t uar, std::uint64_t offset, Tlp& tlp) {
  const auto buffer = static_cast<std::uint64_t>(e_.tables.functions[function].blueflame.raw());
  const std::span<const std::byte> line = tlp.data.bytes();
  if (buffer == 0 || line.empty() || (line.size() | offset) % hca_abi::kBlock != 0) return false;
  const std::size_t place = function * kUars + uar;
  if (posts_.size() <= place) [[unlikely]] posts_.resize((function + 1) * kUars);
  Post& post = posts_[place];
  const auto have = static_cast<std::size_t>(offset & (buffer - 1));  // its size is a power of two
  if (post.wqe.bytes().empty() || offset != post.next) {
    const bool broken = !post.wqe.bytes().empty();  // another post's lines are missing
    if (broken) post.wqe = {};
    if (have != 0) return false;
    if (broken) ++e_.counters.bad_doorbells;
    const std::size_t units = get<std::uint32_t>(line, 4) & 0x3f, blocks = (units + 3) / 4;
    if (units < 2 || blocks * hca_abi::kBlock > buffer) return false;
    post.wqe = Buffer::make(Bytes(static_cast<std::int64_t>(blocks * hca_abi::kBlock)));
    post.next = offset;
  }
  const std::span<std::byte> whole = post.wqe.bytes();
  if (have + line.size() > whole.size()) {
    post.wqe = {};
    return false;
  }
  for (std::size_t at = 0; at < line.size(); at += hca_abi::kBlock)
    std::memcpy(whole.data() + have + at, line.data() + at, hca_abi::kBlock);
  post.next += line.size();
  if (have + line.size() < whole.size()) return true;
  const Buffer wqe = std::move(post.wqe);
  QueuePair* const qp = e_.tables.qp(Qpn{get<std::uint32_t>(whole, 4) >> 8});
  if (!takes_posts(qp, function) || wqe.size() > qp->config.send_stride) return false;
  const auto index = static_cast<std::uint16_t>(get<std::uint32_t>(whole, 0) >> hca_abi::kBlueFlameIndexShift);
  e_.fetcher->pushed(*qp, wqe, index, std::move(tlp.op));
  return true;
}

void Doorbells::write(Tlp& tlp) {
  const unsigned function = e_.tables.function_of(tlp.target);
  const std::uint64_t uar = tlp.address.raw() / hca_abi::kUarSize, offset = tlp.address.raw() % hca_abi::kUarSize;
  bool good = false;
  if (function < e_.tables.functions.size() && tlp.bar == hca_abi::kUarBar && uar < kUars) {
    if (offset >= hca_abi::kBlueFlame)
      good = blueflame(function, static_cast<std::size_t>(uar), offset - hca_abi::kBlueFlame, tlp);
    else if (offset == hca_abi::kSendDoorbell) good = send(function, tlp);
    else if (offset == hca_abi::kCqDoorbell) good = arm(function, tlp);
    else if (offset >= hca_abi::kEqDoorbell && offset < hca_abi::kEqDoorbell + 32)
      good = consumed(function, static_cast<unsigned>(offset - hca_abi::kEqDoorbell) / 8, tlp);
  }
  if (!good) ++e_.counters.bad_doorbells;
}

bool Doorbells::send(unsigned function, Tlp& tlp) {
  if (tlp.data.size() != Bytes(4)) return false;
  QueuePair* const qp = e_.tables.qp(Qpn{get<std::uint32_t>(tlp.data.bytes(), 0) >> 8});
  if (!takes_posts(qp, function)) return false;
  ++e_.counters.doorbells;
  e_.fetcher->doorbell(*qp, std::move(tlp.op));
  return true;
}

bool Doorbells::arm(unsigned function, Tlp& tlp) {
  if (tlp.data.size() != Bytes(8)) return false;
  const auto command = get<std::uint32_t>(tlp.data.bytes(), 0);
  CompletionQueue* const cq = e_.tables.cq(Cqn{command & kPsnMask});
  if (cq == nullptr || cq->function != function || (command & (3u << 24)) != hca_abi::kArmNext) return false;
  e_.completion->arm(*cq, get<std::uint32_t>(tlp.data.bytes(), 4), std::move(tlp.op));
  return true;
}

/// A consumer index; the lower two bits of the queue's number are in the address.
bool Doorbells::consumed(unsigned function, unsigned place, const Tlp& tlp) {
  if (tlp.address.raw() % 8 != 0 || tlp.data.size() != Bytes(4)) return false;
  const std::uint32_t index = get<std::uint32_t>(tlp.data.bytes(), 0) & kPsnMask;
  for (const auto& eq : e_.tables.eqs)
    if (eq != nullptr && eq->function == function && eq->number.value % 4 == place) eq->consumer = index;
  return true;
}

}  // namespace viosim::hca
