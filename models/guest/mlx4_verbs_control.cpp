// Set-up: device, regions, queues.
#include <algorithm>
#include <bit>

#include "guest/mlx4_verbs.h"
#include "guest/mlx4_wqe.h"

namespace viosim::guest {
namespace abi = hca_abi;
namespace {

constexpr std::int64_t kPage = 4096;
/// mlx4 asks for 0x80 spare entries; a completion event a CQ is all that our EQ holds.
constexpr std::uint32_t kEqEntries = 1024;
constexpr std::uint32_t kMaxCqEntries = 1u << 22, kMaxWorkRequests = 16384;  // Linux mlx4: MLX4_MAX_NUM_CQE, 14 bits

Bytes pages_of(std::uint64_t size) { return Bytes(static_cast<std::int64_t>((size + kPage - 1) / kPage) * kPage); }

}  // namespace

Mlx4Verbs::Mlx4Verbs(std::string path, const Mlx4Params& params, HcaControlIf& hca, unsigned function, Gpa uar,
                     BusAddressing addressing, MsiRouteIf& msi, unsigned vector)
    : site_(path, 0), timing_(params), params_(params), hca_(hca), function_(function), uar_(uar),
      addressing_(addressing), msi_(msi), vector_(vector),
      doorbells_(counters().add(path, "doorbell_stores", "doorbell registers written by post_send")),
      blueflames_(counters().add(path, "blueflame_stores", "work requests handed over through BlueFlame")),
      empty_polls_(counters().add(path, "empty_polls", "poll_cq calls that found nothing (spinning excepted)")),
      events_(counters().add(path, "completion_events", "completion events taken off the event queue")) {
  if (*params.blueflame != "never") blueflame_ = hca.function(function).blueflame;
}

Task<> Mlx4Verbs::fill(Exec& on, Gpa ring, std::uint32_t entries, std::size_t stride, std::size_t at,
                       std::byte value) {
  std::vector<std::byte> page(kPage);
  for (std::size_t i = at; i < page.size(); i += stride) page[i] = value;
  const Bytes size = pages_of(entries * stride);
  for (Bytes done; done < size; done += Bytes(kPage)) co_await on.store(ring + done, page);
}

Task<> Mlx4Verbs::open(Exec& on) {
  on.based_on(Cause::Execute, params_.cycles_per_instruction.source());
  pd_ = hca_.alloc_pd(function_);
  eq_ring_ = on.allocate(pages_of(kEqEntries * abi::kEqeSize), Bytes(kPage));
  co_await fill(on, eq_ring_, kEqEntries, abi::kEqeSize, abi::kEqeOwner, std::byte{0x80});
  on.on_interrupt(vector_, {&Mlx4Verbs::interrupt, this});
  const MsiMessage msi = msi_.route(on, vector_);
  eq_ = hca_.create_eq(function_, bus(on, eq_ring_, Bytes(kEqEntries * abi::kEqeSize)), kEqEntries, msi.address,
                       msi.data);
  co_await handle_events(on);  // nothing there yet: arms the queue
}

Task<MrKeys> Mlx4Verbs::reg_mr(Exec& on, Gva start, Bytes length, MrAccess access, std::span<const Gpa> pages) {
  const std::int64_t first = start.offset_in(Bytes(kPage)).raw();
  if (length.raw() <= 0 || (first + length.raw() + kPage - 1) / kPage != static_cast<std::int64_t>(pages.size()))
    co_return MrKeys{};
  std::vector<Iova> bus_pages;
  bus_pages.reserve(pages.size());
  for (const Gpa page : pages) bus_pages.push_back(bus(on, page.align_down(Bytes(kPage)), Bytes(kPage)));
  const std::optional<MrKeys> keys = hca_.reg_mr(function_, pd_, start, length, access, bus_pages);
  if (!keys) co_return MrKeys{};
  regions_.push_back({start, length, {pages.begin(), pages.end()}});
  co_return *keys;
}

Task<CqHandle> Mlx4Verbs::create_cq(Exec& on, std::uint32_t entries, int with_events) {
  if (entries == 0 || entries >= kMaxCqEntries) co_return kNoCq;
  Mlx4Cq& cq = cqs_.emplace_back();
  cq.entries = std::bit_ceil(entries + 1);  // align_queue_size(cqe + 1)
  cq.ring = on.allocate(pages_of(cq.entries * abi::kCqeSize), Bytes(kPage));
  co_await fill(on, cq.ring, cq.entries, abi::kCqeSize, abi::kCqeOwner, std::byte{abi::kCqeOwnerBit});
  cq.record = on.allocate(Bytes(64), Bytes(64));
  CqConfig config{bus(on, cq.ring, Bytes(cq.entries * abi::kCqeSize)), cq.entries, bus(on, cq.record, Bytes(8)), {}};
  if (with_events != 0) config.events = eq_;
  cq.number = hca_.create_cq(function_, config);
  const auto handle = static_cast<std::uint32_t>(cqs_.size() - 1);
  cq_by_number_.set(cq.number.value, handle);
  co_return CqHandle{handle};
}

Task<QpHandle> Mlx4Verbs::create_qp(Exec& on, CqHandle send, CqHandle receive, QpCapabilities wanted) {
  Mlx4Cq* const send_cq = find(send);
  Mlx4Cq* const receive_cq = find(receive);
  if (send_cq == nullptr || receive_cq == nullptr) co_return kNoQp;
  if (wanted.max_send_wr == 0 || wanted.max_send_wr > kMaxWorkRequests || wanted.max_recv_wr > kMaxWorkRequests)
    co_return kNoQp;
  std::size_t stride = abi::kBlock;  // mlx4_calc_sq_wqe_size: the largest opcode's header and its data
  while (abi::inline_room(2 * abi::kSegment, stride) < wanted.max_inline) stride *= 2;
  if (stride > kMaxWqe) co_return kNoQp;

  Mlx4Qp& qp = qps_.emplace_back();
  qp.send_cq = send_cq;
  qp.receive_cq = receive_cq;
  const std::size_t room = abi::inline_room(2 * abi::kSegment, stride);
  qp.max_inline = wanted.max_inline == 0 ? 0 : static_cast<std::uint32_t>(room);
  const auto spare = static_cast<std::uint32_t>(2048 / stride) + 1;  // the device may prefetch this far
  qp.send.stride = static_cast<std::uint32_t>(stride);
  qp.send.entries = std::bit_ceil(wanted.max_send_wr + spare);
  qp.send.limit = qp.send.entries - spare;
  qp.send.wr_ids.resize(qp.send.entries);
  qp.send.ring = on.allocate(pages_of(qp.send.entries * stride), Bytes(kPage));
  co_await fill(on, qp.send.ring, qp.send.entries, stride, 0, std::byte{0x80});  // mlx4_qp_init_sq_ownership
  qp.receive.entries = std::bit_ceil(std::max(wanted.max_recv_wr, 1u));
  qp.receive.limit = qp.receive.entries;
  qp.receive.wr_ids.resize(qp.receive.entries);
  qp.receive.ring = on.allocate(pages_of(qp.receive.entries * qp.receive.stride), Bytes(kPage));
  qp.receive.record = on.allocate(Bytes(64), Bytes(64));
  qp.number = hca_.create_qp(
      function_, {pd_, bus(on, qp.send.ring, Bytes(qp.send.entries * qp.send.stride)),
                  bus(on, qp.receive.ring, Bytes(qp.receive.entries * qp.receive.stride)), qp.send.entries,
                  qp.receive.entries, Bytes(qp.send.stride), Bytes(qp.receive.stride),
                  bus(on, qp.receive.record, Bytes(4)), send_cq->number, receive_cq->number});
  const auto handle = static_cast<std::uint32_t>(qps_.size() - 1);
  qp_by_number_.set(qp.number.value, handle);
  co_return QpHandle{handle};
}

Qpn Mlx4Verbs::qp_number(QpHandle h) const {
  const Mlx4Qp* qp = find(h);
  return qp == nullptr ? Qpn{} : qp->number;
}

std::uint32_t Mlx4Verbs::max_inline(QpHandle h) const {
  const Mlx4Qp* qp = find(h);
  return qp == nullptr ? 0 : qp->max_inline;
}

Task<VerbsError> Mlx4Verbs::connect(Exec&, QpHandle h, const QpConnection& to) {
  const Mlx4Qp* qp = find(h);
  if (qp == nullptr) co_return VerbsError::invalid;
  hca_.connect(qp->number, to);
  co_return VerbsError::ok;
}

}  // namespace viosim::guest
