// Set-up commands of the back end.
#include <bit>

#include "emulation/vrdma/backend.h"

namespace viosim::emulation {
namespace {

constexpr std::size_t kMaxObjects = 65536;  ///< of a kind, a machine: what a guest can make the hypervisor keep
constexpr std::int64_t kPage = 4096;

}  // namespace

Backend::Backend(const std::string& path, const BackendParams& params, const GuestMemoryIf& memory, Verbs& verbs,
                 Exec& home, Exec* poller)
    : params_(params), memory_(memory), verbs_(verbs), home_(home), poller_(poller),
      work_requests_(counters().add(path, "work_requests", "requests posted to the hypervisor's verbs stack")),
      proxied_(counters().add(path, "proxied_completions", "completions written into the guest's rings")),
      copies_(counters().add(path, "copies", "queue entries copied between guest and hypervisor (payload: none)")),
      copied_bytes_(counters().add(path, "copied_bytes", "bytes of those entries")),
      notifications_(counters().add(path, "notifications", "completion events passed on to the guest")),
      empty_polls_(counters().add(path, "empty_proxy_polls", "looks at the physical CQ that found nothing")) {
  constexpr std::array<const char*, kRejects> kNames = {"handle", "index",    "opcode",     "key",       "address",
                                                        "length", "argument", "queue_full", "cq_overrun"};
  for (std::size_t i = 0; i < kRejects; ++i)
    rejected_[i] = &counters().add(path, std::string("rejected_") + kNames[i],
                                   std::string("requests refused: ") + kNames[i]);
}

Task<VrdmaError> Backend::refuse(Exec& on, VrdmaError error, Reject why) {
  reject(why);
  co_await on.execute(*params_.poll, Cause::ExitHandling);  // no refusal is free: a look-up at least
  co_return error;
}

Task<VrdmaError> Backend::open(Exec& on) {
  if (cq_ != kNoCq) co_return VrdmaError::busy;
  on.based_on(Cause::ExitHandling, params_.work.source());
  co_await verbs_.open(home_);
  const auto entries = static_cast<std::uint32_t>((*params_.completion_entries).raw());
  cq_ = co_await verbs_.create_cq(home_, entries, 1);
  if (cq_ == kNoCq) co_return VrdmaError::no_memory;
  outstanding_limit_ = entries;
  proxy_ = make_completion_proxy(*params_.completion_proxy, {verbs_, cq_, *this, poller_});
  co_await proxy_->start(home_);
  co_return VrdmaError::ok;
}

Task<VrdmaObject> Backend::create_pd(Exec& on) {
  co_await on.execute(*params_.command, Cause::ExitHandling);
  if (pds_.size() == kMaxObjects) co_return VrdmaObject{VrdmaError::no_memory};
  pds_.emplace_back();
  co_return VrdmaObject{VrdmaError::ok, static_cast<std::uint32_t>(pds_.size() - 1), 0};
}

Task<VrdmaError> Backend::destroy_pd(Exec& on, std::uint32_t handle) {
  co_await on.execute(*params_.command, Cause::ExitHandling);
  BackendPd* const pd = find_pd(handle);
  if (pd == nullptr) {
    reject(Reject::handle);
    co_return VrdmaError::bad_handle;
  }
  if (pd->users != 0) co_return VrdmaError::busy;
  pd->live = false;
  co_return VrdmaError::ok;
}

Task<VrdmaObject> Backend::reg_mr(Exec& on, std::uint32_t pd, Gva start, Bytes length, MrAccess access,
                                  std::span<const Gpa> pages) {
  co_await on.execute(*params_.command, Cause::ExitHandling);
  if (find_pd(pd) == nullptr) {
    reject(Reject::handle);
    co_return VrdmaObject{VrdmaError::bad_handle};
  }
  const auto first = static_cast<std::uint64_t>(start.offset_in(Bytes(kPage)).raw());
  const auto size = static_cast<std::uint64_t>(length.raw());
  const bool fits = length.raw() > 0 && start.raw() + size >= size && size <= pages.size() * kPage &&
                    (first + size + kPage - 1) / kPage == pages.size();
  if (!fits) {
    reject(Reject::length);
    co_return VrdmaObject{VrdmaError::bad_argument};
  }
  if (regions_.size() == kMaxObjects) co_return VrdmaObject{VrdmaError::no_memory};
  std::vector<Gpa> hosts;
  hosts.reserve(pages.size());
  for (const Gpa page : pages) {
    if (page.offset_in(Bytes(kPage)).raw() != 0 || !memory_.contains(page, Bytes(kPage))) {
      reject(Reject::address);
      co_return VrdmaObject{VrdmaError::bad_address};
    }
    hosts.push_back(Gpa(memory_.host_address(page).raw()));
  }
  const MrKeys keys = co_await verbs_.reg_mr(on, start, length, access, hosts);
  if (keys.lkey.value == 0) co_return VrdmaObject{VrdmaError::no_memory};
  ++pds_[pd].users;
  regions_.push_back({pd, start, length, access, keys});
  // Local keys are ours, so that they name nothing of another machine; 0 means none.
  co_return VrdmaObject{VrdmaError::ok, static_cast<std::uint32_t>(regions_.size()), keys.rkey.value};
}

Task<VrdmaObject> Backend::create_cq(Exec& on, VrdmaCompletionQueueIf& ring) {
  co_await on.execute(*params_.command, Cause::ExitHandling);
  if (cqs_.size() == kMaxObjects) co_return VrdmaObject{VrdmaError::no_memory};
  cqs_.push_back({&ring});
  co_return VrdmaObject{VrdmaError::ok, static_cast<std::uint32_t>(cqs_.size() - 1), 0};
}

Task<VrdmaObject> Backend::create_qp(Exec& on, std::uint32_t pd, std::uint32_t send_cq, std::uint32_t receive_cq,
                                     VrdmaWorkQueueIf& send, VrdmaWorkQueueIf& receive) {
  co_await on.execute(*params_.command, Cause::ExitHandling);
  if (find_pd(pd) == nullptr || send_cq >= cqs_.size() || receive_cq >= cqs_.size()) {
    reject(Reject::handle);
    co_return VrdmaObject{VrdmaError::bad_handle};
  }
  // The physical CQ must hold what all QPs can have under way, else a guest could overrun it. Providers round
  // rings up to powers of two and add head-room.
  const std::uint64_t wanted = 2 * (static_cast<std::uint64_t>(send.entries()) + receive.entries()) + 64;
  if (qps_.size() == kMaxObjects || wanted > outstanding_limit_ || cq_ == kNoCq)
    co_return VrdmaObject{VrdmaError::no_memory};
  const QpHandle physical = co_await verbs_.create_qp(on, cq_, cq_, {send.entries(), receive.entries(), 0});
  if (physical == kNoQp) co_return VrdmaObject{VrdmaError::no_memory};
  outstanding_limit_ -= wanted;
  ++pds_[pd].users;
  const Qpn number = verbs_.qp_number(physical);
  const auto handle = static_cast<std::uint32_t>(qps_.size());
  qps_.push_back({pd, physical, number, {&send, 0, send_cq}, {&receive, 0, receive_cq}});
  qp_by_number_.set(number.value, handle);
  co_return VrdmaObject{VrdmaError::ok, handle, number.value};
}

Task<VrdmaError> Backend::connect(Exec& on, std::uint32_t handle, const QpConnection& to) {
  co_await on.execute(*params_.command, Cause::ExitHandling);
  if (handle >= qps_.size()) {
    reject(Reject::handle);
    co_return VrdmaError::bad_handle;
  }
  const std::int64_t mtu = to.mtu.raw();
  const bool good = mtu >= 256 && mtu <= 4096 && std::has_single_bit(static_cast<std::uint64_t>(mtu)) &&
                    to.remote_qp.value < 1u << 24 && to.send_psn < 1u << 24 && to.receive_psn < 1u << 24 &&
                    to.timeout < 32 && to.retry_count < 8 && to.rnr_retry < 8 && to.min_rnr_timer < 32 &&
                    to.max_rd_atomic <= 128;
  if (!good) {
    reject(Reject::argument);
    co_return VrdmaError::bad_argument;
  }
  const VerbsError done = co_await verbs_.connect(on, qps_[handle].physical, to);
  co_return done == VerbsError::ok ? VrdmaError::ok : VrdmaError::bad_argument;
}

}  // namespace viosim::emulation
