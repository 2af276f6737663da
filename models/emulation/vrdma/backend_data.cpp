// The data path of the back end: work out of the guest's rings, completions into them.
#include "emulation/vrdma/backend.h"
#include "protocols/vrdma_abi.h"

namespace viosim::emulation {
namespace abi = vrdma_abi;
namespace {

/// A message of IBA is at most 2^31 bytes (vol. 1, 9.7.1).
constexpr std::uint32_t kMaxMessage = 1u << 31;

}  // namespace

/// What IBA (vol. 1, 10.8.2 and 11.6.2) says of such a request; success if it may be posted, with the physical key.
WcStatus Backend::check(const BackendQp& qp, const VrdmaWork& work, bool receive, Lkey& key) {
  if (!receive && work.opcode > static_cast<std::uint32_t>(abi::Opcode::fetch_add)) {
    reject(Reject::opcode);
    return WcStatus::local_qp_operation_error;
  }
  const auto opcode = static_cast<abi::Opcode>(work.opcode);
  const bool atomic = !receive && opcode >= abi::Opcode::compare_swap;
  if (work.length > kMaxMessage || (atomic && work.length != 8)) {
    reject(Reject::length);
    return WcStatus::local_length_error;
  }
  key = Lkey{};
  if (work.length == 0) return WcStatus::success;  // a segment without bytes: its key is not looked at
  const std::uint32_t index = work.lkey - 1;
  if (work.lkey == 0 || index >= regions_.size() || regions_[index].pd != qp.pd) {
    reject(Reject::key);
    return WcStatus::local_protection_error;
  }
  const BackendRegion& region = regions_[index];
  if (!region.holds(work.address, work.length)) {
    reject(Reject::address);
    return WcStatus::local_protection_error;
  }
  if ((receive || atomic || opcode == abi::Opcode::rdma_read) && !region.access.local_write) {
    reject(Reject::key);
    return WcStatus::local_protection_error;
  }
  key = region.physical.lkey;
  return WcStatus::success;
}

Task<WcStatus> Backend::submit(Exec& on, const BackendQp& qp, const VrdmaWork& work, bool receive) {
  Lkey key;
  const WcStatus checked = check(qp, work, receive, key);
  if (checked != WcStatus::success) co_return checked;
  const Sge sge{Gva(work.address), work.length, key};
  const QpHandle physical = qp.physical;
  VerbsError posted = VerbsError::ok;
  if (receive) {
    const RecvWr wr{work.wr_id, sge};
    posted = co_await verbs_.post_recv(on, physical, wr);
  } else {
    SendWr wr;
    wr.wr_id = work.wr_id;
    wr.opcode = static_cast<WrOpcode>(work.opcode);  // the same numbers: asserted below
    wr.sge = sge;
    wr.signaled = work.signaled;
    wr.remote_address = Gva(work.remote_address);
    wr.rkey = Rkey{work.rkey};
    wr.compare_add = work.compare_add;
    wr.swap = work.swap;
    posted = co_await verbs_.post_send(on, physical, wr);
  }
  if (posted == VerbsError::ok) {
    ++work_requests_;
    co_return WcStatus::success;
  }
  reject(Reject::queue_full);  // more under way than its ring has entries: it took back what was not completed
  co_return WcStatus::local_qp_operation_error;
}
static_assert(static_cast<int>(WrOpcode::rdma_write) == static_cast<int>(abi::Opcode::rdma_write));
static_assert(static_cast<int>(WrOpcode::rdma_read) == static_cast<int>(abi::Opcode::rdma_read));
static_assert(static_cast<int>(WrOpcode::send) == static_cast<int>(abi::Opcode::send));
static_assert(static_cast<int>(WrOpcode::compare_swap) == static_cast<int>(abi::Opcode::compare_swap));
static_assert(static_cast<int>(WrOpcode::fetch_add) == static_cast<int>(abi::Opcode::fetch_add));

Task<VrdmaError> Backend::post_notice(Exec& on, std::uint32_t handle, bool receive) {
  if (handle >= qps_.size()) co_return co_await refuse(on, VrdmaError::bad_handle, Reject::handle);
  co_await on.execute(*params_.notice, Cause::ExitHandling);
  VrdmaWorkQueueIf& ring = *(receive ? qps_[handle].receive : qps_[handle].send).ring;
  const std::uint32_t end = co_await ring.produced(on);
  if (end >= ring.entries()) {
    reject(Reject::index);
    co_return VrdmaError::bad_index;
  }
  for (;;) {  // references are taken anew each time: another processor may have made a QP meanwhile
    BackendQueue& queue = receive ? qps_[handle].receive : qps_[handle].send;
    if (queue.slot == end) break;
    const std::uint32_t slot = queue.slot;
    const std::uint32_t cq = queue.cq;
    queue.slot = (slot + 1) % ring.entries();
    const VrdmaWork work = co_await ring.fetch(on, slot);
    ++copies_;
    copied_bytes_ += sizeof(abi::Wqe);
    co_await on.execute(*params_.work, Cause::ExitHandling);
    const BackendQp qp = qps_[handle];
    WcStatus status = WcStatus::flushed;
    if (!qp.error) status = co_await submit(on, qp, work, receive);
    if (status == WcStatus::success) continue;
    qps_[handle].error = true;
    const VrdmaCompletion failed{work.wr_id, status, receive, 0, qp.number.value};
    co_await complete(on, cq, failed);
  }
  co_await ring.consumed(on, end);
  co_return VrdmaError::ok;
}

Task<> Backend::complete(Exec& on, std::uint32_t handle, const VrdmaCompletion& completion) {
  if (cqs_[handle].overrun) co_return;
  const int put = co_await cqs_[handle].ring->put(on, completion);
  if (put == 0) {
    cqs_[handle].overrun = true;
    reject(Reject::cq_overrun);
    co_return;
  }
  ++proxied_;
  ++copies_;
  copied_bytes_ += sizeof(abi::Cqe);
  if (!cqs_[handle].armed) co_return;
  cqs_[handle].armed = false;
  ++notifications_;
  co_await cqs_[handle].ring->notify(on);
}

Task<> Backend::deliver(Exec& on, std::span<const Wc> completions, Cause cause) {
  for (const Wc& wc : completions) {
    co_await on.execute(*params_.completion, cause);
    const std::uint32_t handle = qp_by_number_.find(wc.qp.value);
    if (handle == NumberTable::kNone) continue;
    if (wc.status != WcStatus::success) qps_[handle].error = true;
    const std::uint32_t cq = (wc.is_receive ? qps_[handle].receive : qps_[handle].send).cq;
    const VrdmaCompletion completion{wc.wr_id, wc.status, wc.is_receive, wc.byte_length, wc.qp.value};
    co_await complete(on, cq, completion);
  }
}

Task<> Backend::move(Exec& on, Cause cause) {
  std::array<Wc, 16> found;
  for (std::size_t n = found.size(); n == found.size();) {
    n = static_cast<std::size_t>(co_await verbs_.poll_cq(on, cq_, found));
    if (n == 0) ++empty_polls_;
    co_await deliver(on, std::span<const Wc>(found).first(n), cause);
  }
}

int Backend::armed() const {
  int n = 0;
  for (const BackendCq& cq : cqs_) n += cq.armed ? 1 : 0;
  return n;
}

Task<VrdmaError> Backend::poll(Exec& on, std::uint32_t cq) {
  if (cq >= cqs_.size()) co_return co_await refuse(on, VrdmaError::bad_handle, Reject::handle);
  co_await on.execute(*params_.poll, Cause::ExitHandling);
  co_await proxy_->poll(on);
  co_return VrdmaError::ok;
}

Task<VrdmaError> Backend::arm(Exec& on, std::uint32_t cq) {
  if (cq >= cqs_.size()) co_return co_await refuse(on, VrdmaError::bad_handle, Reject::handle);
  co_await on.execute(*params_.poll, Cause::ExitHandling);
  cqs_[cq].armed = true;
  co_await proxy_->arm(on);
  co_return VrdmaError::ok;
}

}  // namespace viosim::emulation
