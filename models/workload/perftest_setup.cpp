// Set-up of a perftest's end, and the check of what arrived: outside the measured window.
#include <algorithm>
#include <array>
#include <stdexcept>

#include "workload/perftest_side.h"

namespace viosim::workload {
namespace {

constexpr std::uint64_t kPage = 4096, kLine = 64;

WrOpcode opcode_of(const std::string& operation) {
  return operation == "read" ? WrOpcode::rdma_read : operation == "send" ? WrOpcode::send : WrOpcode::rdma_write;
}

}  // namespace

PerftestSide::PerftestSide(const char* side, PerftestEnd end, const PerftestParams& params)
    : name(side), exec(end.exec), verbs(end.verbs), params_(params), opcode_(opcode_of(*params.operation)),
      events_(*params.completion == "event"), streaming_(*params.test == "bandwidth"),
      inline_(opcode_ != WrOpcode::rdma_read && *params.size <= *params.inline_limit),
      size_(static_cast<std::uint64_t>(params.size->raw())), half_((size_ + kPage - 1) / kPage * kPage),
      step_((size_ + kLine - 1) / kLine * kLine) {
  if (size_ <= kPage / 2) places_ = kPage / step_;
}

PerftestSide::~PerftestSide() {
  if (watching_) exec.remove_watch(flag_);
}

void PerftestSide::fail(const std::string& what) const {
  throw std::runtime_error(std::string("perftest ") + name + ": " + *params_.operation + " " + *params_.test + ": " +
                           what);
}

Task<> PerftestSide::open() {
  co_await verbs.open(exec);
  const Bytes length(static_cast<std::int64_t>(2 * half_));
  buffer_ = exec.allocate(length, bytes(kPage));
  std::vector<Gpa> pages;
  for (std::uint64_t at = 0; at < 2 * half_; at += kPage) pages.push_back(Gpa(buffer_.raw() + at));
  MrAccess access;
  access.remote_read = access.remote_write = true;
  keys_ = co_await verbs.reg_mr(exec, Gva(buffer_.raw()), length, access, pages);
  if (keys_.lkey.value == 0) fail("the registration of its buffer was refused");
  const auto sends = static_cast<std::uint32_t>(streaming_ ? params_.tx_depth->raw() : 1);
  const auto receives = static_cast<std::uint32_t>(params_.rx_depth->raw());
  send_cq = co_await verbs.create_cq(exec, sends, events_);
  if (send_cq == kNoCq) fail("the provider refused a completion queue");
  receive_cq = co_await verbs.create_cq(exec, receives, events_);
  if (receive_cq == kNoCq) fail("the provider refused a completion queue");
  QpCapabilities wanted;
  wanted.max_send_wr = sends;
  wanted.max_recv_wr = receives;
  wanted.max_inline = static_cast<std::uint32_t>(params_.inline_limit->raw());
  qp_ = co_await verbs.create_qp(exec, send_cq, receive_cq, wanted);
  if (qp_ == kNoQp) fail("the provider refused a queue pair");
  inline_ = inline_ && size_ <= verbs.max_inline(qp_);  // what the provider grants, as perftest does
  co_await fill();
  if (opcode_ == WrOpcode::rdma_write && !streaming_) {
    flag_.address = exec.translate(Gpa(buffer_.raw() + half_ + size_ - 1), bytes(1));
    flag_.length = bytes(1);
    exec.add_watch(flag_);
    watching_ = true;
  }
}

Task<> PerftestSide::connect(const PerftestSide& peer) {
  QpConnection to;
  to.remote_lid = peer.verbs.lid();
  to.remote_qp = peer.verbs.qp_number(peer.qp_);
  to.mtu = *params_.mtu;
  const VerbsError error = co_await verbs.connect(exec, qp_, to);
  if (error != VerbsError::ok) fail("connecting answered error " + std::to_string(static_cast<int>(error)));
  // A read fetches what the peer sends; the others leave in the peer's receive half.
  const bool read = opcode_ == WrOpcode::rdma_read;
  local_ = Gva(buffer_.raw() + (read ? half_ : 0));
  remote_ = Gva(peer.buffer_.raw() + (read ? 0 : half_));
  wr_.opcode = opcode_;
  wr_.sge = Sge{local_, static_cast<std::uint32_t>(size_), keys_.lkey};
  wr_.inline_data = inline_;
  wr_.rkey = peer.keys_.rkey;
  if (events_) {
    co_await verbs.req_notify(exec, send_cq);
    co_await verbs.req_notify(exec, receive_cq);
  }
}

std::byte PerftestSide::pattern(std::uint64_t offset) const {
  const std::uint64_t salt = name[0] == 's' ? 91 : 17;
  return static_cast<std::byte>((offset * 31 + (offset >> 8) * 7 + salt) & 0xff);
}

Task<> PerftestSide::fill() {
  std::array<std::byte, kPage> page{};
  for (std::uint64_t at = 0; at < half_; at += kPage) {
    for (std::uint64_t i = 0; i < kPage; ++i) page[i] = pattern(at + i);
    if (at + kPage >= half_ && !streaming_) page[(size_ - 1) % kPage] = std::byte{0};  // the flag
    co_await exec.store(Gpa(buffer_.raw() + at), std::span<const std::byte>(page));
  }
}

Task<> PerftestSide::verify(const PerftestSide& sender, std::uint64_t messages, int flagged) {
  std::uint64_t end = size_;  // of what was written
  for (std::uint64_t n = 0; n < std::min<std::uint64_t>(messages, kPage / 64); ++n)
    end = std::max(end, offset_of(n) + size_);
  std::array<std::byte, kPage> page{};
  for (std::uint64_t at = 0; at < end; at += kPage) {
    co_await exec.load(Gpa(buffer_.raw() + half_ + at), std::span<std::byte>(page));
    for (std::uint64_t i = at; i < std::min(end, at + kPage); ++i) {
      const std::uint64_t in_slot = i % std::max<std::uint64_t>(1, offset_of(1) > 0 ? offset_of(1) : end);
      if (in_slot >= size_ || (flagged != 0 && i == size_ - 1)) continue;
      const std::byte expected = !streaming_ && i == size_ - 1 ? std::byte{0} : sender.pattern(i);
      if (page[i - at] != expected)
        fail("byte " + std::to_string(i) + " arrived as " + std::to_string(std::to_integer<int>(page[i - at])) +
             ", sent was " + std::to_string(std::to_integer<int>(expected)));
    }
  }
}

}  // namespace viosim::workload
