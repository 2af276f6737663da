#include "workload/perftest_side.h"

#include <array>

namespace viosim::workload {
namespace {

constexpr std::uint64_t kCycle = 4096, kLine = 64;

const char* name_of(WcStatus status) {
  switch (status) {
    case WcStatus::success: return "success";
    case WcStatus::local_length_error: return "local length error";
    case WcStatus::local_qp_operation_error: return "local QP operation error";
    case WcStatus::local_protection_error: return "local protection error";
    case WcStatus::flushed: return "work request flushed";
    case WcStatus::bad_response: return "bad response";
    case WcStatus::local_access_error: return "local access error";
    case WcStatus::remote_invalid_request: return "remote invalid request";
    case WcStatus::remote_access_error: return "remote access error";
    case WcStatus::remote_operation_error: return "remote operation error";
    case WcStatus::retry_exceeded: return "transport retries exceeded";
    case WcStatus::rnr_retry_exceeded: return "receiver-not-ready retries exceeded";
    case WcStatus::general_error: break;
  }
  return "general error";
}

}  // namespace

/// perftest's cycle buffer: small messages of a bandwidth test go round a page, a cache line or more apart.
std::uint64_t PerftestSide::offset_of(std::uint64_t number) const {
  if (!streaming_ || size_ > kCycle / 2) return 0;
  const std::uint64_t step = (size_ + kLine - 1) / kLine * kLine;
  return number % (kCycle / step) * step;
}

Task<> PerftestSide::post(std::uint64_t number, int with_signal) {
  const std::uint64_t offset = offset_of(number);
  // A read fetches what the peer sends; the others leave in the peer's receive half.
  const bool read = opcode_ == WrOpcode::rdma_read;
  SendWr wr;
  wr.wr_id = number;
  wr.opcode = opcode_;
  wr.sge = Sge{Gva(buffer_.raw() + offset + (read ? half_ : 0)), static_cast<std::uint32_t>(size_), keys_.lkey};
  wr.signaled = with_signal != 0;
  wr.inline_data = inline_;
  wr.remote_address = Gva(peer_buffer_ + offset + (read ? 0 : half_));
  wr.rkey = peer_key_;
  const VerbsError error = co_await verbs.post_send(exec, qp_, wr);
  if (error != VerbsError::ok)
    fail("posting operation " + std::to_string(number) + " answered error " +
         std::to_string(static_cast<int>(error)));
}

Task<> PerftestSide::post_receive(std::uint64_t number) {
  RecvWr wr;
  wr.wr_id = number;
  wr.sge = Sge{Gva(buffer_.raw() + half_ + offset_of(number)), static_cast<std::uint32_t>(size_), keys_.lkey};
  const VerbsError error = co_await verbs.post_recv(exec, qp_, wr);
  if (error != VerbsError::ok)
    fail("posting receive " + std::to_string(number) + " answered error " + std::to_string(static_cast<int>(error)));
}

void PerftestSide::check(const Wc& wc) const {
  if (wc.status != WcStatus::success)
    fail((wc.is_receive ? "receive " : "operation ") + std::to_string(wc.wr_id) + " completed with status " +
         std::to_string(static_cast<int>(wc.status)) + " (" + name_of(wc.status) + ")");
  if (wc.is_receive && wc.byte_length != size_)
    fail("receive " + std::to_string(wc.wr_id) + " has " + std::to_string(wc.byte_length) + " bytes");
}

Task<int> PerftestSide::reap(CqHandle cq, std::span<Wc> into) {
  int n = 0;
  if (!events_) {
    while (n == 0) n = co_await verbs.spin_cq(exec, cq, into);
  }
  // run_iter_bw goes on polling without an event while there are completions.
  if (events_ && streaming_ && reaped_ > 0) n = co_await verbs.poll_cq(exec, cq, into);
  // ctx_notify_events re-arms before it polls, so that none is lost; an event may then come without a
  // completion, and the wait goes on.
  while (n == 0) {
    co_await verbs.get_event(exec, cq);
    co_await verbs.req_notify(exec, cq);
    n = co_await verbs.poll_cq(exec, cq, into);
  }
  for (int i = 0; i < n; ++i) check(into[static_cast<std::size_t>(i)]);
  reaped_ = n;
  co_return n;
}

Task<> PerftestSide::await_one(CqHandle cq, std::uint64_t number) {
  std::array<Wc, 1> wc{};
  co_await reap(cq, wc);
  if (wc[0].wr_id != number)
    fail("completion of " + std::to_string(wc[0].wr_id) + " where " + std::to_string(number) + " was awaited");
}

Task<> PerftestSide::await_sent(std::uint64_t number) { return await_one(send_cq, number); }
Task<> PerftestSide::await_received(std::uint64_t number) { return await_one(receive_cq, number); }

Hold PerftestSide::set_flag(std::byte value) {
  return exec.store(Gpa(buffer_.raw() + size_ - 1), std::span<const std::byte>(&value, 1));
}

Task<> PerftestSide::await_flag(std::byte value) {
  const auto before = static_cast<std::byte>(std::to_integer<unsigned>(value) - 1u);
  std::array<std::byte, 1> seen{before};
  while (seen[0] != value) {
    co_await exec.poll(flag_, *params_.look);
    flag_.rearm();
    // The value: the look has brought the line in, so that this load costs nothing more.
    co_await exec.load(Gpa(buffer_.raw() + half_ + size_ - 1), std::span<std::byte>(seen));
    if (seen[0] != value && seen[0] != before)
      fail("the flag byte is " + std::to_string(std::to_integer<int>(seen[0])) + " where " +
           std::to_string(std::to_integer<int>(value)) + " was awaited");
  }
}

}  // namespace viosim::workload
