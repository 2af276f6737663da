// Verbs as applications call them (rdma-core's libibverbs names): the same calls over every provider, the
// physical HCA's or vRDMA's, natively or in a guest.
#pragma once
#include <cstdint>
#include <span>
#include <stdexcept>

#include "kernel/address.h"
#include "kernel/ids.h"
#include "kernel/task.h"
#include "protocols/exec.h"
#include "protocols/hca_control.h"

namespace viosim {

enum class WrOpcode : std::uint8_t { rdma_write, rdma_read, send, compare_swap, fetch_add };

/// ibv_wc_status.
enum class WcStatus : std::uint8_t {
  success = 0, local_length_error = 1, local_qp_operation_error = 2, local_protection_error = 4,
  flushed = 5, bad_response = 7, local_access_error = 8, remote_invalid_request = 9, remote_access_error = 10,
  remote_operation_error = 11, retry_exceeded = 12, rnr_retry_exceeded = 13, general_error = 21,
};

struct Sge { Gva address; std::uint32_t length; Lkey lkey; };

struct SendWr {
  std::uint64_t wr_id = 0;
  WrOpcode opcode = WrOpcode::rdma_write;
  Sge sge{};
  bool signaled = true;
  bool inline_data = false;   ///< the caller wants it inline; its length is within the QP's max_inline
  Gva remote_address;
  Rkey rkey;
  std::uint64_t compare_add = 0, swap = 0;
};

struct RecvWr { std::uint64_t wr_id = 0; Sge sge{}; };

struct Wc {
  std::uint64_t wr_id = 0;
  WcStatus status = WcStatus::success;
  bool is_receive = false;
  std::uint32_t byte_length = 0;
  Qpn qp;
};

using QpHandle = Id<struct QpHandleTag>;  ///< a provider's own number
using CqHandle = Id<struct CqHandleTag>;

/// What a provider answers when it refuses to create one.
inline constexpr QpHandle kNoQp{~0u};
inline constexpr CqHandle kNoCq{~0u};

/// A kernel consumer's completion handler: runs in the provider's interrupt handler.
struct CompletionHandler {
  Task<> (*run)(void* self, Exec& on, CqHandle cq);
  void* self;
};

struct QpCapabilities { std::uint32_t max_send_wr = 128, max_recv_wr = 512, max_inline = 0; };

/// Result of a posting verb: 0, or the errno that libibverbs returns (EINVAL 22, ENOMEM 12).
enum class VerbsError : int { ok = 0, no_memory = 12, invalid = 22 };

class Verbs {
 public:
  virtual ~Verbs() = default;

  // Control path: before the measured window. Time passes where the provider models it.
  virtual Task<> open(Exec& on) = 0;  ///< device, protection domain, event queue
  /// Registers [start, start + length). `pages`: physical addresses, as this software knows them, of the 4 KB
  /// pages from the one that holds `start` on. Keys of 0 mean that the range or a page was refused.
  virtual Task<MrKeys> reg_mr(Exec& on, Gva start, Bytes length, MrAccess access, std::span<const Gpa> pages) = 0;
  /// Providers that have it not answer invalid, also for destroy_qp.
  virtual Task<VerbsError> dereg_mr(Exec&, Lkey) { co_return VerbsError::invalid; }
  virtual Task<CqHandle> create_cq(Exec& on, std::uint32_t entries, int with_events) = 0;
  virtual Task<QpHandle> create_qp(Exec& on, CqHandle send, CqHandle receive, QpCapabilities wanted) = 0;
  /// The number the peer must know.
  virtual Qpn qp_number(QpHandle qp) const = 0;
  virtual Lid lid() const = 0;
  virtual Task<VerbsError> connect(Exec& on, QpHandle qp, const QpConnection& to) = 0;
  virtual Task<VerbsError> destroy_qp(Exec&, QpHandle) { co_return VerbsError::invalid; }
  /// Bytes that this QP sends inline.
  virtual std::uint32_t max_inline(QpHandle qp) const = 0;

  // Data path. What is passed by reference stays as it is until the task has ended.
  virtual Task<VerbsError> post_send(Exec& on, QpHandle qp, const SendWr& wr) = 0;
  virtual Task<VerbsError> post_recv(Exec& on, QpHandle qp, const RecvWr& wr) = 0;
  /// One look: how many completions were moved to `into`.
  virtual Task<int> poll_cq(Exec& on, CqHandle cq, std::span<Wc> into) = 0;
  /// Looks until at least one is there: what a program does by `while (!ibv_poll_cq(...))`. The context inherits
  /// the completion's op if it had to wait.
  virtual Task<int> spin_cq(Exec& on, CqHandle cq, std::span<Wc> into) = 0;
  virtual Task<> req_notify(Exec& on, CqHandle cq) = 0;
  /// ibv_get_cq_event and ibv_ack_cq_events: blocks until the armed CQ has had a completion.
  virtual Task<> get_event(Exec& on, CqHandle cq) = 0;
  /// Kernel consumers: `handler` runs at each event of `cq` instead of waking who waits for it. A provider of
  /// user space alone has none (throws std::logic_error).
  virtual void on_completion(CqHandle, CompletionHandler) {
    throw std::logic_error("this verbs provider runs no completion handlers");
  }
};

}  // namespace viosim
