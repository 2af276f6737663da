// Set-up: device, regions, queues.
#include <algorithm>
#include <array>
#include <bit>
#include <stdexcept>
#include <utility>

#include "guest/mlx4_verbs.h"
#include "guest/mlx4_wqe.h"

namespace viosim::guest {
namespace abi = hca_abi;
namespace {

constexpr std::int64_t kPage = 4096;
constexpr std::uint32_t kMaxCqEntries = 1u << 22, kMaxWorkRequests = 16384;  // Linux mlx4: MLX4_MAX_NUM_CQE, 14 bits

Bytes pages_of(std::uint64_t size) { return Bytes(static_cast<std::int64_t>((size + kPage - 1) / kPage) * kPage); }

}  // namespace

Mlx4Verbs::Mlx4Verbs(std::string path, const Mlx4Params& params, HcaCommandsIf& commands, Gpa uar,
                     BusAddressing addressing, MsiRouteIf& msi, unsigned vector)
    : site_(path, 0), timing_(params), params_(params), commands_(commands), uar_(uar),
      addressing_(addressing), msi_(msi), vector_(vector), blueflame_always_(*params.blueflame == "always"),
      doorbells_(counters().add(path, "doorbell_stores", "doorbell registers written by post_send")),
      blueflames_(counters().add(path, "blueflame_stores", "work requests handed over through BlueFlame")),
      empty_polls_(counters().add(path, "empty_polls", "poll_cq calls that found nothing (spinning excepted)")),
      events_(counters().add(path, "completion_events", "completion events taken off the event queue")) {
  if (*params.blueflame != "never") blueflame_ = static_cast<std::uint64_t>(commands.blueflame().raw());
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
  co_await commands_.open(on);
  const std::optional<Pdn> pd = co_await commands_.alloc_pd(on);
  if (!pd) throw std::runtime_error(site_.path() + ": the device refused a protection domain");
  pd_ = *pd;
  if (commands_.waits_for_events()) co_await create_eq(on, command_eq_, vector_ + 1, 1);
  co_await create_eq(on, eq_, vector_, 0);
}

Task<> Mlx4Verbs::create_eq(Exec& on, Mlx4Eq& eq, unsigned vector, int asynchronous) {
  const Bytes size(Mlx4Eq::kEntries * abi::kEqeSize);
  eq.owner = this;
  eq.ring = on.allocate(pages_of(Mlx4Eq::kEntries * abi::kEqeSize), Bytes(kPage));
  co_await fill(on, eq.ring, Mlx4Eq::kEntries, abi::kEqeSize, abi::kEqeOwner, std::byte{0x80});
  on.on_interrupt(vector, {&Mlx4Verbs::interrupt, &eq});
  const MsiMessage msi = msi_.route(on, vector);
  const EqConfig config{bus(on, eq.ring, size), Mlx4Eq::kEntries, msi.address, msi.data, asynchronous != 0};
  const std::optional<Eqn> number = co_await commands_.create_eq(on, config);
  if (!number) throw std::runtime_error(site_.path() + ": the device refused an event queue");
  eq.number = *number;
  co_await handle_events(on, eq);  // nothing there yet: arms the queue
}

Task<MrKeys> Mlx4Verbs::reg_mr(Exec& on, Gva start, Bytes length, MrAccess access, std::span<const Gpa> pages) {
  const std::int64_t first = start.offset_in(Bytes(kPage)).raw();
  if (length.raw() <= 0 || (first + length.raw() + kPage - 1) / kPage != static_cast<std::int64_t>(pages.size()))
    co_return MrKeys{};
  std::vector<Iova> bus_pages;
  bus_pages.reserve(pages.size());
  for (const Gpa page : pages) bus_pages.push_back(bus(on, page.align_down(Bytes(kPage)), Bytes(kPage)));
  const MrConfig config{pd_, start, length, access, bus_pages};
  const std::optional<MrKeys> keys = co_await commands_.reg_mr(on, config);
  if (!keys) co_return MrKeys{};
  regions_.push_back({start, length, keys->lkey, {pages.begin(), pages.end()}});
  co_return *keys;
}

Task<CqHandle> Mlx4Verbs::create_cq(Exec& on, std::uint32_t entries, int with_events) {
  if (entries == 0 || entries >= kMaxCqEntries) co_return kNoCq;
  const auto handle = static_cast<std::uint32_t>(cqs_.size());
  Mlx4Cq& cq = *cqs_.emplace_back(std::make_unique<Mlx4Cq>());
  cq.entries = std::bit_ceil(entries + 1);  // align_queue_size(cqe + 1)
  cq.ring = on.allocate(pages_of(cq.entries * abi::kCqeSize), Bytes(kPage));
  co_await fill(on, cq.ring, cq.entries, abi::kCqeSize, abi::kCqeOwner, std::byte{abi::kCqeOwnerBit});
  cq.record = on.allocate(Bytes(64), Bytes(64));
  CqConfig config{bus(on, cq.ring, Bytes(cq.entries * abi::kCqeSize)), cq.entries, bus(on, cq.record, Bytes(8)), {}};
  if (with_events != 0) config.events = eq_.number;
  const std::optional<Cqn> number = co_await commands_.create_cq(on, config);
  if (!number) co_return kNoCq;
  cq.number = *number;
  cq.next.length = Bytes(1);
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

  Mlx4Qp made;
  made.send_cq = send_cq;
  made.receive_cq = receive_cq;
  const std::size_t room = abi::inline_room(2 * abi::kSegment, stride);
  made.max_inline = wanted.max_inline == 0 ? 0 : static_cast<std::uint32_t>(room);
  const auto spare = static_cast<std::uint32_t>(2048 / stride) + 1;  // the device may prefetch this far
  made.send.stride = static_cast<std::uint32_t>(stride);
  made.send.entries = std::bit_ceil(wanted.max_send_wr + spare);
  made.send.limit = made.send.entries - spare;
  made.receive.entries = std::bit_ceil(std::max(wanted.max_recv_wr, 1u));
  made.receive.limit = made.receive.entries;
  const std::uint32_t handle = place_for(made.send, made.receive);
  Mlx4Qp& qp = *qps_[handle];
  const Mlx4Qp old = std::exchange(qp, std::move(made));
  qp.send.wr_ids.resize(qp.send.entries);
  qp.receive.wr_ids.resize(qp.receive.entries);
  qp.send.ring = old.retired ? old.send.ring : on.allocate(pages_of(qp.send.entries * stride), Bytes(kPage));
  co_await fill(on, qp.send.ring, qp.send.entries, stride, 0, std::byte{0x80});  // mlx4_qp_init_sq_ownership
  if (old.retired) {
    qp.receive.ring = old.receive.ring;
    qp.receive.record = old.receive.record;
    co_await on.store(qp.receive.record, std::array<std::byte, 4>{});
  } else {
    qp.receive.ring = on.allocate(pages_of(qp.receive.entries * qp.receive.stride), Bytes(kPage));
    qp.receive.record = on.allocate(Bytes(64), Bytes(64));
  }
  const QpConfig config{pd_, bus(on, qp.send.ring, Bytes(qp.send.entries * qp.send.stride)),
                        bus(on, qp.receive.ring, Bytes(qp.receive.entries * qp.receive.stride)), qp.send.entries,
                        qp.receive.entries, Bytes(qp.send.stride), Bytes(qp.receive.stride),
                        bus(on, qp.receive.record, Bytes(4)), send_cq->number, receive_cq->number};
  const std::optional<Qpn> number = co_await commands_.create_qp(on, config);
  if (!number) {
    qp.retired = true;
    co_return kNoQp;
  }
  qp.number = *number;
  qp_by_number_.set(qp.number.value, handle);
  co_return QpHandle{handle};
}

/// A new place, or that of one that was destroyed and had rings as large.
std::uint32_t Mlx4Verbs::place_for(const Mlx4SendQueue& send, const Mlx4ReceiveQueue& receive) {
  const auto fits = [&](const std::unique_ptr<Mlx4Qp>& q) {
    return q->retired && q->send.entries == send.entries && q->send.stride == send.stride &&
           q->receive.entries == receive.entries;
  };
  const auto at = std::find_if(qps_.begin(), qps_.end(), fits);
  const auto place = static_cast<std::uint32_t>(at - qps_.begin());
  if (place == qps_.size()) qps_.push_back(std::make_unique<Mlx4Qp>());
  return place;
}

Task<VerbsError> Mlx4Verbs::destroy_qp(Exec& on, QpHandle h) {
  Mlx4Qp* const qp = find(h);
  if (qp == nullptr) co_return VerbsError::invalid;
  const CommandStatus status = co_await commands_.destroy_qp(on, qp->number);
  if (status != CommandStatus::ok) co_return VerbsError::invalid;
  qp_by_number_.set(qp->number.value, NumberTable::kNone);
  qp->retired = true;
  co_return VerbsError::ok;
}

Task<VerbsError> Mlx4Verbs::dereg_mr(Exec& on, Lkey key) {
  const auto has_key = [key](const Mlx4Region& r) { return r.key == key; };
  const auto at = std::find_if(regions_.begin(), regions_.end(), has_key);
  if (at == regions_.end()) co_return VerbsError::invalid;
  const CommandStatus status = co_await commands_.dereg_mr(on, key);
  if (status != CommandStatus::ok) co_return VerbsError::invalid;
  regions_.erase(std::find_if(regions_.begin(), regions_.end(), has_key));
  co_return VerbsError::ok;
}

Qpn Mlx4Verbs::qp_number(QpHandle h) const {
  const Mlx4Qp* qp = find(h);
  return qp == nullptr ? Qpn{} : qp->number;
}

std::uint32_t Mlx4Verbs::max_inline(QpHandle h) const {
  const Mlx4Qp* qp = find(h);
  return qp == nullptr ? 0 : qp->max_inline;
}

Task<VerbsError> Mlx4Verbs::connect(Exec& on, QpHandle h, const QpConnection& to) {
  const Mlx4Qp* qp = find(h);
  if (qp == nullptr) co_return VerbsError::invalid;
  const CommandStatus status = co_await commands_.connect(on, qp->number, to);
  co_return status == CommandStatus::ok ? VerbsError::ok : VerbsError::invalid;
}

}  // namespace viosim::guest
