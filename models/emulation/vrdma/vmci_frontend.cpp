#include "emulation/vrdma/vmci_frontend.h"

#include <array>
#include <cstring>
#include <vector>

namespace viosim::emulation {
namespace abi = vrdma_abi;
namespace {

constexpr Bytes kPageSize = Bytes(static_cast<std::int64_t>(vmci_abi::kPage));

abi::Response failure(VrdmaError e) { return {static_cast<std::int32_t>(e), 0, 0, 0}; }
abi::Response answer(const VrdmaObject& o) { return {static_cast<std::int32_t>(o.error), o.handle, o.number, 0}; }

/// The message, if the payload is exactly as long as it.
template <class Message>
bool read(std::span<const std::byte> payload, Message& into) {
  if (payload.size() != sizeof into) return false;
  std::memcpy(&into, payload.data(), sizeof into);
  return true;
}

}  // namespace

VmciFrontend::VmciFrontend(const std::string& path, Vmci& vmci, VrdmaBackendIf& backend)
    : vmci_(vmci), backend_(backend),
      commands_(counters().add(path, "commands", "set-up commands carried out")),
      rejected_(counters().add(path, "rejected_commands", "commands refused before the back end saw them")) {
  vmci.attach(*this, abi::kResource, abi::kDoorbellBase, abi::kDoorbellBaseMask);
}

Task<std::int32_t> VmciFrontend::datagram(Exec& vmm, std::span<const std::byte> payload) {
  abi::CommandHeader header{};
  if (payload.size() >= sizeof header) std::memcpy(&header, payload.data(), sizeof header);
  const auto command = static_cast<abi::Command>(header.command);
  const bool known = command >= abi::Command::open && command <= abi::Command::connect;
  const bool in_order = opened_ != (command == abi::Command::open);  // open comes first and once
  if (header.version != abi::kVersion || header.size != payload.size() || !known || !in_order) {
    ++rejected_;
    co_return vmci_abi::kInvalidArgs;
  }
  ++commands_;
  const abi::Response response = co_await execute(vmm, command, payload);
  if (!opened_) {  // no page yet to answer in
    ++rejected_;
    co_return vmci_abi::kInvalidArgs;
  }
  std::array<std::byte, sizeof response> bytes;
  std::memcpy(bytes.data(), &response, sizeof response);
  co_await vmm.store(response_, bytes);
  co_return vmci_abi::kSuccess;
}

Task<std::int32_t> VmciFrontend::doorbell(Exec& vmm, std::uint32_t resource) {
  const std::uint32_t object = abi::doorbell_object(resource);
  VrdmaError error = VrdmaError::bad_handle;
  if (opened_) {
    switch (abi::doorbell_kind(resource)) {
      case abi::Doorbell::send: error = co_await backend_.post_notice(vmm, object, false); break;
      case abi::Doorbell::receive: error = co_await backend_.post_notice(vmm, object, true); break;
      case abi::Doorbell::poll: error = co_await backend_.poll(vmm, object); break;
      case abi::Doorbell::arm: error = co_await backend_.arm(vmm, object); break;
      default: break;
    }
  }
  if (error == VrdmaError::ok) co_return vmci_abi::kSuccess;
  co_return error == VrdmaError::bad_handle ? vmci_abi::kNotFound : vmci_abi::kInvalidArgs;
}

Task<abi::Response> VmciFrontend::execute(Exec& vmm, abi::Command command, std::span<const std::byte> payload) {
  switch (command) {
    case abi::Command::open: co_return co_await open(vmm, payload);
    case abi::Command::reg_mr: co_return co_await reg_mr(vmm, payload);
    case abi::Command::create_cq: co_return co_await create_cq(vmm, payload);
    case abi::Command::create_qp: co_return co_await create_qp(vmm, payload);
    case abi::Command::connect: co_return co_await connect(vmm, payload);
    case abi::Command::create_pd: {
      abi::CreatePd message;
      if (!read(payload, message)) co_return failure(VrdmaError::bad_argument);
      const VrdmaObject made = co_await backend_.create_pd(vmm);
      co_return answer(made);
    }
    case abi::Command::destroy_pd: {
      abi::DestroyPd message;
      if (!read(payload, message)) co_return failure(VrdmaError::bad_argument);
      const VrdmaError done = co_await backend_.destroy_pd(vmm, message.pd);
      co_return failure(done);
    }
  }
  co_return failure(VrdmaError::bad_argument);
}

Task<abi::Response> VmciFrontend::open(Exec& vmm, std::span<const std::byte> payload) {
  abi::Open message;
  if (!read(payload, message)) co_return failure(VrdmaError::bad_argument);
  const Gpa page(message.response_page);
  if (page.offset_in(kPageSize).raw() != 0 || !vmci_.memory().contains(page, kPageSize))
    co_return failure(VrdmaError::bad_address);
  const VrdmaError done = co_await backend_.open(vmm);
  if (done != VrdmaError::ok) co_return failure(done);
  response_ = Gpa(vmci_.memory().host_address(page).raw());
  opened_ = true;
  co_return abi::Response{0, 0, backend_.lid().value, backend_.poll_on_request() ? abi::kPollByDoorbell : 0};
}

Task<abi::Response> VmciFrontend::reg_mr(Exec& vmm, std::span<const std::byte> payload) {
  abi::RegMr message;
  if (payload.size() < sizeof message) co_return failure(VrdmaError::bad_argument);
  std::memcpy(&message, payload.data(), sizeof message);
  const std::span<const std::byte> list = payload.subspan(sizeof message);
  if (list.size() != 8ull * message.pages || message.access > abi::kAccessAll || message.length > 1ull << 62)
    co_return failure(VrdmaError::bad_argument);
  std::vector<Gpa> pages(message.pages);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    std::uint64_t address;
    std::memcpy(&address, list.data() + 8 * i, sizeof address);
    pages[i] = Gpa(address);
  }
  const MrAccess access{(message.access & abi::kAccessLocalWrite) != 0,
                        (message.access & abi::kAccessRemoteRead) != 0,
                        (message.access & abi::kAccessRemoteWrite) != 0,
                        (message.access & abi::kAccessRemoteAtomic) != 0};
  const Bytes length(static_cast<std::int64_t>(message.length));
  const VrdmaObject made = co_await backend_.reg_mr(vmm, message.pd, Gva(message.start), length, access, pages);
  co_return answer(made);
}

/// A queue pair that no queue uses yet.
VmciQueuePair* VmciFrontend::free_pair(vmci_abi::Handle handle) {
  VmciQueuePair* const pair = vmci_.queue_pair(handle);
  return pair == nullptr || pair->used ? nullptr : pair;
}

Task<abi::Response> VmciFrontend::create_cq(Exec& vmm, std::span<const std::byte> payload) {
  abi::CreateCq message;
  if (!read(payload, message)) co_return failure(VrdmaError::bad_argument);
  VmciQueuePair* const pair = free_pair(message.queue);
  if (pair == nullptr || pair->consume_size == 0 || !vmci_.linked(message.notify_resource))
    co_return failure(VrdmaError::bad_handle);
  pair->used = true;
  VmciCompletionQueue& queue = completion_queues_.emplace_back(*pair, vmci_, message.notify_resource);
  const VrdmaObject made = co_await backend_.create_cq(vmm, queue);
  if (made.error != VrdmaError::ok) {
    pair->used = false;
    if (&completion_queues_.back() == &queue) completion_queues_.pop_back();
  }
  co_return answer(made);
}

Task<abi::Response> VmciFrontend::create_qp(Exec& vmm, std::span<const std::byte> payload) {
  abi::CreateQp message;
  if (!read(payload, message)) co_return failure(VrdmaError::bad_argument);
  VmciQueuePair* const send = free_pair(message.send_queue);
  VmciQueuePair* const receive = free_pair(message.receive_queue);
  if (send == nullptr || receive == nullptr || send == receive) co_return failure(VrdmaError::bad_handle);
  if (send->produce_size == 0 || receive->produce_size == 0)
    co_return failure(VrdmaError::bad_handle);
  send->used = receive->used = true;
  VmciWorkQueue& sends = work_queues_.emplace_back(*send);
  VmciWorkQueue& receives = work_queues_.emplace_back(*receive);
  const VrdmaObject made =
      co_await backend_.create_qp(vmm, message.pd, message.send_cq, message.receive_cq, sends, receives);
  if (made.error != VrdmaError::ok) {
    send->used = receive->used = false;
    for (int i = 0; i < 2 && &work_queues_.back() == (i == 0 ? &receives : &sends); ++i) work_queues_.pop_back();
  }
  co_return answer(made);
}

Task<abi::Response> VmciFrontend::connect(Exec& vmm, std::span<const std::byte> payload) {
  abi::Connect m;
  if (!read(payload, m)) co_return failure(VrdmaError::bad_argument);
  if (m.remote_lid > 0xffff) co_return failure(VrdmaError::bad_argument);
  QpConnection to;
  to.remote_lid = Lid{static_cast<std::uint16_t>(m.remote_lid)};
  to.remote_qp = Qpn{m.remote_qp};
  to.send_psn = m.send_psn;
  to.receive_psn = m.receive_psn;
  to.mtu = Bytes(m.mtu);
  to.timeout = m.timeout;
  to.retry_count = m.retry_count;
  to.rnr_retry = m.rnr_retry;
  to.min_rnr_timer = m.min_rnr_timer;
  to.max_rd_atomic = m.max_rd_atomic;
  const VrdmaError done = co_await backend_.connect(vmm, m.qp, to);
  co_return failure(done);
}

}  // namespace viosim::emulation
