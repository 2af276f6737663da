#include "workload/perftest_side.h"

namespace viosim::workload {
namespace {

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

void PerftestSide::refused(const char* what, std::uint64_t number, VerbsError error) const {
  fail(what + std::to_string(number) + " answered error " + std::to_string(static_cast<int>(error)));
}

Task<> PerftestSide::post_receive(std::uint64_t number) {
  RecvWr wr;
  wr.wr_id = number;
  wr.sge = Sge{Gva(buffer_.raw() + half_ + offset_of(number)), static_cast<std::uint32_t>(size_), keys_.lkey};
  const VerbsError error = co_await verbs.post_recv(exec, qp_, wr);
  if (error != VerbsError::ok) refused("posting receive ", number, error);
}

void PerftestSide::spoilt(const Wc& wc) const {
  if (wc.status != WcStatus::success)
    fail((wc.is_receive ? "receive " : "operation ") + std::to_string(wc.wr_id) + " completed with status " +
         std::to_string(static_cast<int>(wc.status)) + " (" + name_of(wc.status) + ")");
  fail("receive " + std::to_string(wc.wr_id) + " has " + std::to_string(wc.byte_length) + " bytes");
}

void PerftestSide::out_of_order(std::uint64_t awaited) const {
  const std::uint64_t found = completion_[0].wr_id;
  fail("completion of " + std::to_string(found) + " where " + std::to_string(awaited) + " was awaited");
}

Task<int> PerftestSide::reap_by_events(CqHandle cq, std::span<Wc> into) {
  int n = 0;
  // run_iter_bw goes on polling without an event while there are completions.
  if (streaming_ && reaped_ > 0) n = co_await verbs.poll_cq(exec, cq, into);
  // ctx_notify_events re-arms before it polls, so that none is lost; an event may then come without a
  // completion, and the wait goes on.
  while (n == 0) {
    co_await verbs.get_event(exec, cq);
    co_await verbs.req_notify(exec, cq);
    n = co_await verbs.poll_cq(exec, cq, into);
  }
  reaped_ = n;
  co_return n;
}

void PerftestSide::wrong_flag(std::byte awaited) const {
  fail("the flag byte is " + std::to_string(std::to_integer<int>(seen_[0])) + " where " +
       std::to_string(std::to_integer<int>(awaited)) + " was awaited");
}

}  // namespace viosim::workload
