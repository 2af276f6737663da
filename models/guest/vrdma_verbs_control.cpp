// Set-up: commands to the device.
#include <algorithm>
#include <array>
#include <stdexcept>

#include "guest/vrdma_verbs.h"

namespace viosim::guest {
namespace abi = vrdma_abi;
namespace {

template <class Message>
abi::CommandHeader header(abi::Command command, std::size_t more = 0) {
  return {abi::kVersion, static_cast<std::uint32_t>(command), static_cast<std::uint32_t>(sizeof(Message) + more), 0};
}

template <class Message>
std::span<const std::byte> bytes_of(const Message& m) {
  return std::as_bytes(std::span(&m, 1));
}

/// Bytes of a ring for `entries` of `size` bytes. VMCI keeps one free, to tell full from empty.
std::uint64_t ring_size(std::uint64_t entries, std::uint64_t size) {
  return ((entries + 1) * size + vmci_abi::kPage - 1) / vmci_abi::kPage * vmci_abi::kPage;
}

}  // namespace

VrdmaVerbs::VrdmaVerbs(const std::string& path, const VrdmaParams& params, VmciDriver& vmci)
    : params_(params), vmci_(vmci),
      doorbells_(counters().add(path, "device_doorbells", "doorbells rung at the paravirtual device")),
      empty_polls_(counters().add(path, "empty_polls", "looks that found the ring empty (spinning excepted)")) {}

Task<abi::Response> VrdmaVerbs::command(Exec& on, std::span<const std::byte> message) {
  const std::int32_t sent = co_await vmci_.send(on, {vmci_abi::kHypervisorContext, abi::kResource}, message);
  abi::Response response{sent, 0, 0, 0};
  if (sent < 0) co_return response;
  std::array<std::byte, sizeof response> bytes{};
  co_await on.load(response_, bytes);
  std::memcpy(&response, bytes.data(), sizeof response);
  co_return response;
}

Task<> VrdmaVerbs::open(Exec& on) {
  on.based_on(Cause::Execute, params_.post_send.source());
  co_await vmci_.open(on);
  response_ = on.allocate(Bytes(4096), Bytes(4096));
  const abi::Open message{header<abi::Open>(abi::Command::open), response_.raw()};
  const abi::Response opened = co_await command(on, bytes_of(message));
  if (opened.status != 0) throw std::runtime_error("the vRDMA device refuses its guest");
  lid_ = Lid{static_cast<std::uint16_t>(opened.number)};
  poll_by_doorbell_ = (opened.flags & abi::kPollByDoorbell) != 0;
  const abi::CreatePd create{header<abi::CreatePd>(abi::Command::create_pd)};
  const abi::Response created = co_await command(on, bytes_of(create));
  if (created.status != 0) throw std::runtime_error("the vRDMA device has no protection domain left");
  pd_ = created.handle;
}

Task<MrKeys> VrdmaVerbs::reg_mr(Exec& on, Gva start, Bytes length, MrAccess access, std::span<const Gpa> pages) {
  const abi::RegMr message{header<abi::RegMr>(abi::Command::reg_mr, 8 * pages.size()), pd_,
                           (access.local_write ? abi::kAccessLocalWrite : 0) |
                               (access.remote_read ? abi::kAccessRemoteRead : 0) |
                               (access.remote_write ? abi::kAccessRemoteWrite : 0) |
                               (access.remote_atomic ? abi::kAccessRemoteAtomic : 0),
                           start.raw(), static_cast<std::uint64_t>(length.raw()),
                           static_cast<std::uint32_t>(pages.size()), 0};
  std::vector<std::byte> payload(sizeof message + 8 * pages.size());
  std::memcpy(payload.data(), &message, sizeof message);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const std::uint64_t page = pages[i].align_down(Bytes(4096)).raw();
    std::memcpy(payload.data() + sizeof message + 8 * i, &page, sizeof page);
  }
  const abi::Response made = co_await command(on, payload);
  if (made.status != 0) co_return MrKeys{};
  co_return MrKeys{Lkey{made.handle}, Rkey{made.number}};
}

Task<CqHandle> VrdmaVerbs::create_cq(Exec& on, std::uint32_t entries, int) {
  if (entries == 0 || entries >= 1u << 20) co_return kNoCq;
  Cq& cq = cqs_.emplace_back();
  cq.owner = this;
  cq.tail.length = Bytes(8);
  const auto handle = static_cast<std::uint32_t>(cqs_.size() - 1);
  cq.pair = co_await vmci_.create_pair(on, 0, ring_size(entries, sizeof(abi::Cqe)));
  if (cq.pair.status < 0) co_return kNoCq;
  cq.doorbell = co_await vmci_.create_doorbell(on, {&VrdmaVerbs::completion, &cq});
  const abi::CreateCq message{header<abi::CreateCq>(abi::Command::create_cq), cq.pair.handle, cq.doorbell, 0};
  const abi::Response made = co_await command(on, bytes_of(message));
  if (made.status != 0) co_return kNoCq;
  cq.device = made.handle;
  co_return CqHandle{handle};
}

Task<QpHandle> VrdmaVerbs::create_qp(Exec& on, CqHandle send, CqHandle receive, QpCapabilities wanted) {
  Cq* const send_cq = find(send);
  Cq* const receive_cq = find(receive);
  if (send_cq == nullptr || receive_cq == nullptr || wanted.max_send_wr == 0) co_return kNoQp;
  if (wanted.max_send_wr > 16384 || wanted.max_recv_wr > 16384) co_return kNoQp;
  Qp& qp = qps_.emplace_back();
  const auto handle = static_cast<std::uint32_t>(qps_.size() - 1);
  qp.send.limit = wanted.max_send_wr;
  qp.receive.limit = std::max(wanted.max_recv_wr, 1u);
  qp.retires.resize(wanted.max_send_wr);
  qp.send.pair = co_await vmci_.create_pair(on, ring_size(qp.send.limit, sizeof(abi::Wqe)), 0);
  qp.receive.pair = co_await vmci_.create_pair(on, ring_size(qp.receive.limit, sizeof(abi::Wqe)), 0);
  if (qp.send.pair.status < 0 || qp.receive.pair.status < 0) co_return kNoQp;
  const abi::CreateQp message{header<abi::CreateQp>(abi::Command::create_qp), pd_, send_cq->device,
                              receive_cq->device, 0, qp.send.pair.handle, qp.receive.pair.handle};
  const abi::Response made = co_await command(on, bytes_of(message));
  if (made.status != 0) co_return kNoQp;
  qp.device = made.handle;
  qp.number = made.number;
  co_return QpHandle{handle};
}

Qpn VrdmaVerbs::qp_number(QpHandle h) const { return h.value < qps_.size() ? Qpn{qps_[h.value].number} : Qpn{}; }

Task<VerbsError> VrdmaVerbs::connect(Exec& on, QpHandle h, const QpConnection& to) {
  Qp* const qp = find(h);
  if (qp == nullptr) co_return VerbsError::invalid;
  const abi::Connect message{header<abi::Connect>(abi::Command::connect), qp->device, to.remote_qp.value,
                             to.send_psn, to.receive_psn, static_cast<std::uint32_t>(to.mtu.raw()),
                             to.remote_lid.value, to.timeout, to.retry_count, to.rnr_retry, to.min_rnr_timer,
                             to.max_rd_atomic, 0};
  const abi::Response done = co_await command(on, bytes_of(message));
  co_return done.status == 0 ? VerbsError::ok : VerbsError::invalid;
}

}  // namespace viosim::guest
