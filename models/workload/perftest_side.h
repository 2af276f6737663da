// One end of a perftest: its buffer, keys and queues, and the steps that both tests are made of. The buffer is
// laid out as perftest's: what is sent in the first half, what is received in the second.
#pragma once
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

  // Steps. `number` counts operations from 0; it is the wr_id.
  Task<> post(std::uint64_t number, int with_signal);
  Task<> post_receive(std::uint64_t number);
  /// One completion of the send or the receive queue, by spinning or by events.
  Task<> await_sent(std::uint64_t number);
  Task<> await_received(std::uint64_t number);
  /// Up to `into.size()` completions, at least one; all of them checked.
  Task<int> reap(CqHandle cq, std::span<Wc> into);
  /// Writes the flag byte, the last one of what is sent.
  Hold set_flag(std::byte value);
  /// Spins on the last byte of what is received until it is `value`; before, it is the one below.
  Task<> await_flag(std::byte value);

  /// Fills what is sent with this side's pattern; clears what is received.
  Task<> fill();
  /// Compares what was received in `messages` messages with the pattern of `sender`; `flagged`: but the last byte.
  Task<> verify(const PerftestSide& sender, std::uint64_t messages, int flagged);

  const char* name;
  Exec& exec;
  Verbs& verbs;
  CqHandle send_cq{}, receive_cq{};

 private:
  Task<> await_one(CqHandle cq, std::uint64_t number);
  void check(const Wc& wc) const;
  [[noreturn]] void fail(const std::string& what) const;
  std::uint64_t offset_of(std::uint64_t number) const;
  std::byte pattern(std::uint64_t offset) const;
  const PerftestParams& params_;
  WrOpcode opcode_;
  bool events_, streaming_, inline_;
  std::uint64_t size_, half_;
  Gpa buffer_;
  MrKeys keys_{};
  QpHandle qp_{};
  std::uint64_t peer_buffer_ = 0;
  Rkey peer_key_;
  Watch flag_;
  bool watching_ = false;
  int reaped_ = 0;  // by the last poll
};

}  // namespace viosim::workload
