#include "hca/installer.h"

#include <bit>
#include <memory>
#include <stdexcept>
#include <string>

#include "hca/faults.h"
#include "hca/responder.h"

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

/// Room for the object `number`.
template <class T>
std::unique_ptr<T>& place(Objects<T>& objects, std::uint32_t number, std::uint32_t most, const char* what) {
  if (number >= most) throw std::out_of_range(std::string("no ") + what + " has such a number");
  if (number >= objects.size()) objects.resize(number + 1);
  return objects[number];
}

}  // namespace

void Installer::check_function(unsigned f) const {
  if (f >= e_.tables.functions.size()) throw std::out_of_range("no such function of the HCA");
}

void Installer::pd(unsigned f, Pdn n) {
  check_function(f);
  if (n.value >= kObjects) throw std::out_of_range("no protection domain has such a number");
  if (n.value < e_.tables.pds.size() && e_.tables.pds[n.value] != Tables::kNobody)
    throw std::invalid_argument("protection domain: the number is in use");
  if (n.value >= e_.tables.pds.size()) e_.tables.pds.resize(n.value + 1, Tables::kNobody);
  e_.tables.pds[n.value] = f;
}

void Installer::remove_pd(unsigned f, Pdn n) {
  if (!e_.tables.owns(f, n)) throw std::out_of_range("no such protection domain");
  for (const auto& qp : e_.tables.qps)
    if (qp != nullptr && qp->state != QpState::reset && qp->config.pd == n)
      throw std::invalid_argument("protection domain: a queue pair uses it");
  for (const auto& r : e_.tables.regions)
    if (r != nullptr && r->valid && r->pd == n)
      throw std::invalid_argument("protection domain: a memory region uses it");
  e_.tables.pds[n.value] = Tables::kNobody;
}

/// Behind those before: lines of eight entries are not shared.
void Installer::region(unsigned f, std::uint32_t key, const MrConfig& c) {
  region(f, key, c, next_mtt_);
  next_mtt_ += (c.pages.size() + Contexts::kLine - 1) / Contexts::kLine * Contexts::kLine;
}

void Installer::region(unsigned f, std::uint32_t key, const MrConfig& c, std::uint64_t first_mtt) {
  check_function(f);
  if (!e_.contexts.mapped()) throw std::invalid_argument("no ICM is mapped");
  if (!e_.tables.owns(f, c.pd)) throw std::out_of_range("no such protection domain");
  const auto size = static_cast<std::uint64_t>(c.length.raw());
  if (c.length <= Bytes{} || c.start.raw() + size < c.start.raw())
    throw std::invalid_argument("memory region: an empty range, or one that ends behind the last address");
  const auto first = static_cast<std::uint64_t>(c.start.offset_in(Bytes(kPage)).raw());
  if ((first + size - 1) / static_cast<std::uint64_t>(kPage) + 1 != c.pages.size())
    throw std::invalid_argument("memory region: its pages are not as many as its range has");
  const std::uint32_t index = key >> 8;
  if (index == 0) throw std::out_of_range("no memory region has such a key");
  std::unique_ptr<MemoryRegion>& at = place(e_.tables.regions, index - 1, kKeys, "memory region");
  if (at == nullptr) at = std::make_unique<MemoryRegion>();
  MemoryRegion& r = *at;
  if (r.valid) throw std::invalid_argument("memory region: the key is in use");
  r.key = key;
  r.valid = true;
  r.function = f;
  r.pd = c.pd;
  r.start = c.start;
  r.length = c.length;
  r.access = c.access;
  r.pages.assign(c.pages.begin(), c.pages.end());
  r.first_mtt = first_mtt;
}

bool Installer::remove_region(unsigned f, std::uint32_t key) {
  MemoryRegion* const found = e_.tables.region(key);
  if (found == nullptr || found->function != f) return false;
  MemoryRegion& r = *found;
  e_.contexts.forget_key(r);
  r.valid = false;
  r.pages.clear();
  r.key = (r.key & ~0xffu) | ((r.key + 1) & 0xffu);  // stale keys name nothing
  return true;
}

void Installer::eq(unsigned f, Eqn n, const EqConfig& c) {
  check_function(f);
  check_ring(c.entries, "event queue");
  std::unique_ptr<EventQueue>& at = place(e_.tables.eqs, n.value, kObjects, "event queue");
  if (at != nullptr) throw std::invalid_argument("event queue: the number is in use");
  at = std::make_unique<EventQueue>(
      EventQueue{n, f, c.ring, c.entries, c.msi_address, c.msi_data, 0, 0, c.asynchronous});
}

void Installer::remove_eq(unsigned f, Eqn n) {
  static_cast<void>(find(f, n));
  for (const auto& cq : e_.tables.cqs)
    if (cq != nullptr && !cq->removed && cq->config.events == n)
      throw std::invalid_argument("event queue: a completion queue uses it");
  e_.tables.eqs[n.value] = nullptr;
}

EventQueue& Installer::find(unsigned f, Eqn n) {
  EventQueue* const eq = e_.tables.eq(n);
  if (eq == nullptr || eq->function != f) throw std::out_of_range("no such event queue");
  return *eq;
}

void Installer::cq(unsigned f, Cqn n, const CqConfig& c) {
  check_function(f);
  check_ring(c.entries, "completion queue");
  const EventQueue* const eq = c.events ? e_.tables.eq(*c.events) : nullptr;
  if (c.events && (eq == nullptr || eq->function != f || eq->asynchronous))
    throw std::out_of_range("no such event queue");
  std::unique_ptr<CompletionQueue>& at = place(e_.tables.cqs, n.value, kObjects, "completion queue");
  if (at != nullptr && (!at->removed || at->checking))
    throw std::invalid_argument("completion queue: the number is in use");
  at = std::make_unique<CompletionQueue>();
  at->number = n;
  at->function = f;
  at->config = c;
}

CompletionQueue& Installer::find(unsigned f, Cqn n) {
  CompletionQueue* const cq = e_.tables.cq(n);
  if (cq == nullptr || cq->function != f) throw std::out_of_range("no such completion queue");
  return *cq;
}

void Installer::remove_cq(unsigned f, Cqn n) {
  CompletionQueue& cq = find(f, n);
  for (const auto& qp : e_.tables.qps)
    if (qp != nullptr && qp->state != QpState::reset && (qp->config.send_cq == n || qp->config.receive_cq == n))
      throw std::invalid_argument("completion queue: a queue pair uses it");
  cq.removed = true;
}

void Installer::qp(unsigned f, Qpn n, const QpConfig& c) {
  check_function(f);
  if (!e_.contexts.mapped()) throw std::invalid_argument("no ICM is mapped");
  check_ring(c.send_entries, "send queue");
  check_ring(c.receive_entries, "receive queue");
  check_stride(c.send_stride, 64, "send queue");
  check_stride(c.receive_stride, 16, "receive queue");
  if (!e_.tables.owns(f, c.pd)) throw std::out_of_range("no such protection domain");
  static_cast<void>(find(f, c.send_cq));
  static_cast<void>(find(f, c.receive_cq));
  if (n.value < kFirstQpn) throw std::out_of_range("no queue pair has such a number");
  std::unique_ptr<QueuePair>& at = place(e_.tables.qps, n.value - kFirstQpn, kObjects, "queue pair");
  if (at == nullptr) {
    at = std::make_unique<QueuePair>(&Requester::on_timeout, &Requester::on_rnr);
    at->number = n;
    at->requester = e_.requester;
    at->tx.qp = at->responses.qp = at.get();
    at->tx.listener = e_.requester;
    at->responses.listener = e_.responder;
    at->receive.lines.resize(2 * static_cast<std::size_t>(e_.params.wqes_per_read->raw()));
  } else {
    if (at->state != QpState::reset) throw std::invalid_argument("queue pair: the number is in use");
    restart(*at);
  }
  at->state = QpState::init;
  at->function = f;
  at->bdf = e_.tables.functions[f].bdf;
  at->config = c;
}

QueuePair& Installer::find(unsigned f, Qpn n) {
  QueuePair* const qp = e_.tables.qp(n);
  if (qp == nullptr || qp->function != f || qp->state == QpState::reset) throw std::out_of_range("no such queue pair");
  return *qp;
}

void Installer::receive_from(QueuePair& qp, const QpConnection& to) {
  const std::int64_t mtu = to.mtu.raw();
  if (mtu < 256 || mtu > 4096 || !std::has_single_bit(static_cast<std::uint64_t>(mtu)))
    throw std::invalid_argument("an MTU is 256, 512, 1024, 2048 or 4096 bytes");
  if (to.min_rnr_timer > 31 || to.max_rd_atomic == 0 || to.max_rd_atomic > 128)
    throw std::invalid_argument("connection: a value outside its field");
  if (qp.state != QpState::init) throw std::invalid_argument("connect: the queue pair is not in INIT");
  qp.peer = to;
  qp.expected_psn = to.receive_psn & kPsnMask;
  qp.atomics.assign(to.max_rd_atomic, {});
  qp.next_atomic = 0;
  qp.state = QpState::ready;
  qp.sends = false;
}

void Installer::send_to(QueuePair& qp, const QpConnection& to) {
  if (to.timeout > 31 || to.retry_count > 7 || to.rnr_retry > 7)
    throw std::invalid_argument("connection: a value outside its field");
  if (qp.state != QpState::ready || qp.sends || qp.head != nullptr)
    throw std::invalid_argument("connect: the queue pair is not in RTR, or it sends already");
  if (e_.send_engine != nullptr)
    e_.send_engine->open({qp.number, qp.config.send_entries, qp.config.send_stride, qp.peer.mtu});
  qp.peer.send_psn = to.send_psn;
  qp.peer.timeout = to.timeout;
  qp.peer.retry_count = to.retry_count;
  qp.peer.rnr_retry = to.rnr_retry;
  qp.sends = true;
  qp.ack_timeout = HcaTiming::ack_timeout(to.timeout);
  qp.next_psn = qp.unacknowledged = qp.highest_sent = to.send_psn & kPsnMask;
  qp.retries_left = to.retry_count;
  qp.rnr_left = to.rnr_retry;
}

void Installer::restart(QueuePair& qp) {
  e_.faults->quiesce(qp);
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

void Installer::remove_qp(QueuePair& qp) {
  restart(qp);
  qp.state = QpState::reset;
}

}  // namespace viosim::hca
