// Between the front ends of paravirtual RDMA and its back end: commands, work and completions in a form that
// belongs to no transport. A front end turns its ABI into these calls; the back end checks every value in them.
#pragma once
#include <cstdint>
#include <span>

#include "kernel/address.h"
#include "protocols/exec.h"
#include "protocols/hca_control.h"
#include "protocols/verbs.h"

namespace viosim {

enum class VrdmaError : int { ok = 0, bad_handle = 1, bad_index = 2, bad_address = 3, bad_argument = 4,
                              no_memory = 5, busy = 6 };

/// One entry of a work queue as the guest wrote it: nothing in it is trusted.
struct VrdmaWork {
  std::uint64_t wr_id = 0;
  std::uint32_t opcode = 0;   ///< vrdma_abi::Opcode, if it is one
  bool signaled = true;
  std::uint64_t address = 0;
  std::uint32_t length = 0, lkey = 0;
  std::uint64_t remote_address = 0;
  std::uint32_t rkey = 0;
  std::uint64_t compare_add = 0, swap = 0;
};

struct VrdmaCompletion {
  std::uint64_t wr_id = 0;
  WcStatus status = WcStatus::success;
  bool is_receive = false;
  std::uint32_t byte_length = 0;
  std::uint32_t qp_number = 0;
};

/// A work queue that the guest shares. Entries are copied out once, so the guest cannot change what was checked.
class VrdmaWorkQueueIf {
 public:
  virtual ~VrdmaWorkQueueIf() = default;
  virtual std::uint32_t entries() const = 0;
  /// The slot behind the guest's last entry, as the guest claims: any value may come back.
  virtual Task<std::uint32_t> produced(Exec& on) = 0;
  /// Entry `slot` (below entries()).
  virtual Task<VrdmaWork> fetch(Exec& on, std::uint32_t slot) = 0;
  /// Tells the guest that everything before `slot` has been taken.
  virtual Task<> consumed(Exec& on, std::uint32_t slot) = 0;
};

/// A completion queue in the guest's memory.
class VrdmaCompletionQueueIf {
 public:
  virtual ~VrdmaCompletionQueueIf() = default;
  virtual std::uint32_t entries() const = 0;
  /// Copies `completion` into the guest's ring: 1, or 0 if the ring is full.
  virtual Task<int> put(Exec& on, const VrdmaCompletion& completion) = 0;
  /// The guest had armed the queue: raises its interrupt.
  virtual Task<> notify(Exec& on) = 0;
};

/// What a creating command answers: a handle that is valid for this virtual machine only.
struct VrdmaObject {
  VrdmaError error = VrdmaError::ok;
  std::uint32_t handle = 0;
  std::uint32_t number = 0;  ///< what peers use on the wire: QPN, rkey
};

/// The back end of one virtual machine. `on` is the monitor's context that handles the guest's request.
class VrdmaBackendIf {
 public:
  virtual ~VrdmaBackendIf() = default;
  virtual Task<VrdmaError> open(Exec& on) = 0;
  virtual Lid lid() const = 0;
  /// The guest has to ask (by `poll`) for completions to be moved.
  virtual bool poll_on_request() const = 0;

  virtual Task<VrdmaObject> create_pd(Exec& on) = 0;
  virtual Task<VrdmaError> destroy_pd(Exec& on, std::uint32_t pd) = 0;
  /// `pages`: guest-physical addresses of the 4 KB pages from the one that holds `start` on.
  virtual Task<VrdmaObject> reg_mr(Exec& on, std::uint32_t pd, Gva start, Bytes length, MrAccess access,
                                   std::span<const Gpa> pages) = 0;
  virtual Task<VrdmaObject> create_cq(Exec& on, VrdmaCompletionQueueIf& ring) = 0;
  virtual Task<VrdmaObject> create_qp(Exec& on, std::uint32_t pd, std::uint32_t send_cq, std::uint32_t receive_cq,
                                      VrdmaWorkQueueIf& send, VrdmaWorkQueueIf& receive) = 0;
  virtual Task<VrdmaError> connect(Exec& on, std::uint32_t qp, const QpConnection& to) = 0;

  /// There is work in the QP's send or receive queue.
  virtual Task<VrdmaError> post_notice(Exec& on, std::uint32_t qp, bool receive) = 0;
  virtual Task<VrdmaError> poll(Exec& on, std::uint32_t cq) = 0;
  virtual Task<VrdmaError> arm(Exec& on, std::uint32_t cq) = 0;
};

}  // namespace viosim
