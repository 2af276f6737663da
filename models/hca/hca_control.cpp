// Hca: the control verbs.
#include <bit>
#include <memory>
#include <stdexcept>
#include <string>

#include "hca/hca.h"

namespace viosim::hca {
namespace {

constexpr std::int64_t kPage = 4096;
constexpr std::uint32_t kMostEntries = 1u << 16;

void check_ring(std::uint32_t entries, const char* what) {
  if (!std::has_single_bit(entries) || entries > kMostEntries)
    throw std::invalid_argument(std::string(what) + ": entries are a power of two up to 65536");
}

void check_stride(Bytes stride, std::int64_t least, const char* what) {
  if (stride.raw() < least || stride.raw() > 1024 || !std::has_single_bit(static_cast<std::uint64_t>(stride.raw())))
    throw std::invalid_argument(std::string(what) + ": a stride is a power of two up to 1024 bytes");
}

}  // namespace

unsigned Hca::functions() const { return static_cast<unsigned>(tables_.functions.size()); }

void Hca::check_function(unsigned f) const {
  if (f >= tables_.functions.size()) throw std::out_of_range("no such function of the HCA");
}

HcaFunctionInfo Hca::function(unsigned index) const {
  check_function(index);
  return {tables_.functions[index].bdf, tables_.functions[index].blueflame};
}

void Hca::map_icm(Iova base, Bytes size) { contexts_.map(tables_.functions[0].bdf, base, size); }

Pdn Hca::alloc_pd(unsigned f) {
  check_function(f);
  tables_.pds.push_back(f);
  return Pdn{static_cast<std::uint32_t>(tables_.pds.size() - 1)};
}

std::optional<MrKeys> Hca::reg_mr(unsigned f, Pdn pd, Gva start, Bytes length, MrAccess access,
                                  std::span<const Iova> pages) {
  check_function(f);
  if (!contexts_.mapped()) throw std::invalid_argument("no ICM is mapped");
  if (pd.value >= tables_.pds.size() || tables_.pds[pd.value] != f) return {};
  const auto size = static_cast<std::uint64_t>(length.raw());
  if (length <= Bytes{} || start.raw() + size < start.raw()) return {};
  const auto first = static_cast<std::uint64_t>(start.offset_in(Bytes(kPage)).raw());
  if ((first + size - 1) / static_cast<std::uint64_t>(kPage) + 1 != pages.size()) return {};
  std::size_t i = 0;
  while (i < tables_.regions.size() && tables_.regions[i]->valid) ++i;
  if (i == (1u << 24) - 1) return {};
  if (i == tables_.regions.size())
    tables_.regions.emplace_back(std::make_unique<MemoryRegion>())->key = static_cast<std::uint32_t>(i + 1) << 8;
  MemoryRegion& r = *tables_.regions[i];
  r.valid = true;
  r.function = f;
  r.pd = pd;
  r.start = start;
  r.length = length;
  r.access = access;
  r.pages.assign(pages.begin(), pages.end());
  r.first_mtt = next_mtt_;  // lines of eight entries are not shared
  next_mtt_ += (pages.size() + Contexts::kLine - 1) / Contexts::kLine * Contexts::kLine;
  return MrKeys{Lkey{r.key}, Rkey{r.key}};
}

void Hca::dereg_mr(unsigned f, Lkey key) {
  const std::size_t i = key.value >> 8;
  if (i == 0 || i > tables_.regions.size()) return;
  MemoryRegion& r = *tables_.regions[i - 1];
  if (!r.valid || r.key != key.value || r.function != f) return;
  contexts_.forget_key(r);
  r.valid = false;
  r.pages.clear();
  r.key = (r.key & ~0xffu) | ((r.key + 1) & 0xffu);  // stale keys name nothing
}

Eqn Hca::create_eq(unsigned f, Iova ring, std::uint32_t entries, std::uint64_t msi_address, std::uint32_t msi_data) {
  check_function(f);
  check_ring(entries, "event queue");
  const Eqn n{static_cast<std::uint32_t>(tables_.eqs.size())};
  tables_.eqs.push_back(std::make_unique<EventQueue>(EventQueue{n, f, ring, entries, msi_address, msi_data, 0}));
  return n;
}

Cqn Hca::create_cq(unsigned f, const CqConfig& config) {
  check_function(f);
  check_ring(config.entries, "completion queue");
  if (config.events && (tables_.eq(*config.events) == nullptr || tables_.eq(*config.events)->function != f))
    throw std::out_of_range("no such event queue");
  CompletionQueue& cq = *tables_.cqs.emplace_back(std::make_unique<CompletionQueue>());
  cq.number = Cqn{static_cast<std::uint32_t>(tables_.cqs.size() - 1)};
  cq.function = f;
  cq.config = config;
  return cq.number;
}

Qpn Hca::create_qp(unsigned f, const QpConfig& config) {
  check_function(f);
  if (!contexts_.mapped()) throw std::invalid_argument("no ICM is mapped");
  check_ring(config.send_entries, "send queue");
  check_ring(config.receive_entries, "receive queue");
  check_stride(config.send_stride, 64, "send queue");
  check_stride(config.receive_stride, 16, "receive queue");
  if (config.pd.value >= tables_.pds.size() || tables_.pds[config.pd.value] != f)
    throw std::out_of_range("no such protection domain");
  for (const Cqn n : {config.send_cq, config.receive_cq})
    if (tables_.cq(n) == nullptr || tables_.cq(n)->function != f) throw std::out_of_range("no such completion queue");
  QueuePair& qp = *tables_.qps.emplace_back(std::make_unique<QueuePair>(&Requester::on_timeout, &Requester::on_rnr));
  qp.number = Qpn{kFirstQpn + static_cast<std::uint32_t>(tables_.qps.size() - 1)};
  qp.function = f;
  qp.bdf = tables_.functions[f].bdf;
  qp.config = config;
  qp.requester = &requester_;
  qp.tx.qp = qp.responses.qp = &qp;
  qp.tx.listener = &requester_;
  qp.responses.listener = &responder_;
  qp.receive.lines.resize(2 * static_cast<std::size_t>(params_.wqes_per_read->raw()));
  return qp.number;
}

QueuePair& Hca::find(Qpn n) {
  QueuePair* const qp = tables_.qp(n);
  if (qp == nullptr) throw std::out_of_range("no such queue pair");
  return *qp;
}

void Hca::connect(Qpn n, const QpConnection& to) {
  QueuePair& qp = find(n);
  const std::int64_t mtu = to.mtu.raw();
  if (mtu < 256 || mtu > 4096 || !std::has_single_bit(static_cast<std::uint64_t>(mtu)))
    throw std::invalid_argument("an MTU is 256, 512, 1024, 2048 or 4096 bytes");
  if (to.timeout > 31 || to.retry_count > 7 || to.rnr_retry > 7 || to.max_rd_atomic == 0 || to.max_rd_atomic > 128)
    throw std::invalid_argument("connection: a value outside its field");
  if (qp.state != QpState::init) throw std::invalid_argument("connect: the queue pair is not in INIT");
  qp.peer = to;
  qp.ack_timeout = HcaTiming::ack_timeout(to.timeout);
  qp.next_psn = qp.unacknowledged = qp.highest_sent = to.send_psn & kPsnMask;
  qp.expected_psn = to.receive_psn & kPsnMask;
  qp.retries_left = to.retry_count;
  qp.rnr_left = to.rnr_retry;
  qp.atomics.assign(to.max_rd_atomic, {});
  qp.next_atomic = 0;
  if (engines_.send_engine != nullptr)
    engines_.send_engine->open({qp.number, qp.config.send_entries, qp.config.send_stride, to.mtu});
  qp.state = QpState::ready;
}

QpState Hca::state(Qpn n) const { return const_cast<Hca*>(this)->find(n).state; }

void Hca::reset_qp(Qpn n) {
  QueuePair& qp = find(n);
  faults_.quiesce(qp);
  while (qp.head != nullptr) qp.retire();
  qp.state = QpState::init;
  qp.unsent = 0;
  qp.fetch.fetched = qp.fetch.next_read = 0;
  qp.fetch.guess = 1;
  qp.since_request = 0;
  qp.msn = 0;
  qp.nak_sent = qp.refused = qp.flush_again = false;
  qp.incoming = Incoming::none;
  qp.receive.posted = qp.receive.fetched = qp.receive.consumed = 0;
}

}  // namespace viosim::hca
