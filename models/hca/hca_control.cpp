// Hca: the control verbs that take no time. They choose the numbers.
#include <stdexcept>

#include "hca/hca.h"

namespace viosim::hca {
namespace {

/// The first free number of a table.
template <class T, class Free>
std::uint32_t first_free(const Objects<T>& objects, Free free) {
  std::uint32_t i = 0;
  while (i < objects.size() && objects[i] != nullptr && !free(*objects[i])) ++i;
  return i;
}

}  // namespace

unsigned Hca::functions() const { return static_cast<unsigned>(tables_.functions.size()); }

HcaFunctionInfo Hca::function(unsigned index) const {
  if (index >= tables_.functions.size()) throw std::out_of_range("no such function of the HCA");
  return {tables_.functions[index].bdf, tables_.functions[index].blueflame};
}

void Hca::map_icm(Iova base, Bytes size) { contexts_.map(tables_.functions[0].bdf, base, size); }

Pdn Hca::alloc_pd(unsigned f) {
  const Pdn n{static_cast<std::uint32_t>(tables_.pds.size())};
  installer_.pd(f, n);
  return n;
}

std::optional<MrKeys> Hca::reg_mr(unsigned f, Pdn pd, Gva start, Bytes length, MrAccess access,
                                  std::span<const Iova> pages) {
  if (f >= functions()) throw std::out_of_range("no such function of the HCA");
  if (!contexts_.mapped()) throw std::invalid_argument("no ICM is mapped");
  const std::uint32_t i = first_free(tables_.regions, [](const MemoryRegion& r) { return !r.valid; });
  const bool again = i < tables_.regions.size() && tables_.regions[i] != nullptr;
  const std::uint32_t key = again ? tables_.regions[i]->key : (i + 1) << 8;
  try {
    installer_.region(f, key, {pd, start, length, access, pages});
  } catch (const std::logic_error&) {  // what this verb answers with nothing
    return {};
  }
  return MrKeys{Lkey{key}, Rkey{key}};
}

void Hca::dereg_mr(unsigned f, Lkey key) { static_cast<void>(installer_.remove_region(f, key.value)); }

Eqn Hca::create_eq(unsigned f, Iova ring, std::uint32_t entries, std::uint64_t msi_address, std::uint32_t msi_data) {
  const Eqn n{first_free(tables_.eqs, [](const EventQueue&) { return false; })};
  installer_.eq(f, n, {ring, entries, msi_address, msi_data});
  return n;
}

Cqn Hca::create_cq(unsigned f, const CqConfig& config) {
  const Cqn n{first_free(tables_.cqs, [](const CompletionQueue& cq) { return cq.removed && !cq.checking; })};
  installer_.cq(f, n, config);
  return n;
}

void Hca::destroy_cq(unsigned f, Cqn cq) { installer_.remove_cq(f, cq); }

Qpn Hca::create_qp(unsigned f, const QpConfig& config) {
  const Qpn n{kFirstQpn + first_free(tables_.qps, [](const QueuePair& qp) { return qp.state == QpState::reset; })};
  installer_.qp(f, n, config);
  return n;
}

void Hca::destroy_qp(unsigned f, Qpn qp) { installer_.remove_qp(installer_.find(f, qp)); }

QueuePair& Hca::find(Qpn n) const {
  QueuePair* const qp = tables_.qp(n);
  if (qp == nullptr || qp->state == QpState::reset) throw std::out_of_range("no such queue pair");
  return *qp;
}

void Hca::connect(Qpn n, const QpConnection& to) {
  installer_.receive_from(find(n), to);
  installer_.send_to(find(n), to);
}

QpState Hca::state(Qpn n) const { return find(n).state; }
void Hca::reset_qp(Qpn n) { installer_.restart(find(n)); }

}  // namespace viosim::hca
