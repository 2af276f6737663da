// One end of a perftest: its buffer, keys and queues, and the steps that both tests are made of. The buffer is
// laid out as perftest's: what is sent in the first half, what is received in the second.
#pragma once
#include <array>
#include <string>
#include <vector>

#include "protocols/verbs.h"
#include "workload/perftest_params.h"

namespace viosim::workload {

/// What software runs on, and the verbs that it calls.
struct PerftestEnd { Exec& exec; Verbs& verbs; };

class PerftestSide {
 public:
  PerftestSide(const char* name, PerftestEnd end, const PerftestParams& params);
  PerftestSide(const PerftestSide&) = delete;
  PerftestSide& operator=(const PerftestSide&) = delete;
  ~PerftestSide();

  // Set-up. All steps throw std::runtime_error that names side, operation and error.
  Task<> open();
  Task<> connect(const PerftestSide& peer);

  // Steps. `number` counts operations from 0; it is the wr_id. They are the provider's and the context's own verbs,
  // one of a kind at a time; who has awaited one hands on what came of it.
  Task<VerbsError> post(std::uint64_t number, int with_signal) {
    const Bytes offset(static_cast<std::int64_t>(offset_of(number)));
    wr_.wr_id = number;
    wr_.sge.address = local_ + offset;
    wr_.remote_address = remote_ + offset;
    wr_.signaled = with_signal != 0;
    return verbs.post_send(exec, qp_, wr_);
  }
  void posted(std::uint64_t number, VerbsError error) const {
    if (error != VerbsError::ok) [[unlikely]] refused("posting operation ", number, error);
  }
  Task<> post_receive(std::uint64_t number);
  /// One completion of the send or the receive queue, by spinning or by events; it has to be that of `number`.
  Task<int> await_sent() { return reap(send_cq, completion_); }
  Task<int> await_received() { return reap(receive_cq, completion_); }
  void completed(std::uint64_t number) const {
    check(completion_);
    if (completion_[0].wr_id != number) [[unlikely]] out_of_order(number);
  }
  /// Up to `into.size()` completions, at least one.
  Task<int> reap(CqHandle cq, std::span<Wc> into) {
    return events_ ? reap_by_events(cq, into) : verbs.spin_cq(exec, cq, into);
  }
  void check(std::span<const Wc> found) const {
    for (const Wc& wc : found)
      if (wc.status != WcStatus::success || (wc.is_receive && wc.byte_length != size_)) [[unlikely]] spoilt(wc);
  }
  /// Writes the flag byte, the last one of what is sent.
  Hold set_flag(std::byte value) { return exec.store(Gpa(buffer_.raw() + size_ - 1), {&value, 1}); }
  /// Spins until the last byte of what is received is written.
  auto await_flag() { return exec.poll(flag_, *params_.look); }
  /// Its value: the look has brought the line in, so that this load costs nothing more.
  Hold read_flag() {
    flag_.rearm();
    return exec.load(Gpa(buffer_.raw() + half_ + size_ - 1), seen_);
  }
  /// What was read is `value`; else it is the one below.
  bool flag_is(std::byte value) const {
    const auto before = static_cast<std::byte>(std::to_integer<unsigned>(value) - 1u);
    if (seen_[0] != value && seen_[0] != before) [[unlikely]] wrong_flag(value);
    return seen_[0] == value;
  }

  /// Fills what is sent with this side's pattern; clears what is received.
  Task<> fill();
  /// Compares what was received in `messages` messages with the pattern of `sender`; `flagged`: but the last byte.
  Task<> verify(const PerftestSide& sender, std::uint64_t messages, int flagged);

  const char* name;
  Exec& exec;
  Verbs& verbs;
  CqHandle send_cq{}, receive_cq{};

 private:
  Task<int> reap_by_events(CqHandle cq, std::span<Wc> into);
  [[noreturn]] void fail(const std::string& what) const;
  [[noreturn]] void refused(const char* what, std::uint64_t number, VerbsError error) const;
  [[noreturn]] void spoilt(const Wc& wc) const;
  [[noreturn]] void out_of_order(std::uint64_t awaited) const;
  [[noreturn]] void wrong_flag(std::byte awaited) const;
  /// perftest's cycle buffer: small messages of a bandwidth test go round a page, a cache line or more apart.
  std::uint64_t offset_of(std::uint64_t number) const { return streaming_ ? number % places_ * step_ : 0; }
  std::byte pattern(std::uint64_t offset) const;
  const PerftestParams& params_;
  WrOpcode opcode_;
  bool events_, streaming_, inline_;
  std::uint64_t size_, half_, step_, places_ = 1;
  Gpa buffer_;
  Gva local_, remote_;  // where operation 0 has its payload, here and at the peer
  MrKeys keys_{};
  QpHandle qp_{};
  SendWr wr_;           // but for what `post` writes, the same each time
  std::array<Wc, 1> completion_{};
  Watch flag_;
  std::array<std::byte, 1> seen_{};
  bool watching_ = false;
  int reaped_ = 0;  // by the last poll
};

}  // namespace viosim::workload
