#include "hca/contexts.h"

#include <memory>
#include <stdexcept>

namespace viosim::hca {
namespace {

constexpr std::int64_t kQpEntry = 256, kMptEntry = 64, kMttLine = 64;

Count lines(Count entries) {
  constexpr auto kLine = static_cast<std::int64_t>(Contexts::kLine);
  if (entries.raw() % kLine != 0) throw std::invalid_argument("mtt_cache: expected a multiple of 8, a line's");
  return Count(entries.raw() / kLine);
}

/// Entry `number` of a part of the ICM; a part that is too small wraps.
std::uint64_t place(std::int64_t begin, std::int64_t size, std::uint64_t number, std::int64_t entry) {
  const auto room = static_cast<std::uint64_t>(size / entry);
  return static_cast<std::uint64_t>(begin) + number % room * static_cast<std::uint64_t>(entry);
}

}  // namespace

Contexts::Contexts(const std::string& path, const HcaParams& params, HcaCounters& counters, DmaPort& dma)
    : station_(path, 0), counters_(counters), dma_(dma), qps_("qp_cache", *params.qp_cache, *params.cache_ways),
      mpts_("mpt_cache", *params.mpt_cache, *params.cache_ways),
      mtts_("mtt_cache, in lines of 8", lines(*params.mtt_cache), *params.cache_ways) {
  station_.based_on(Cause::ContextMiss, params.qp_cache);
  station_.based_on(Cause::ContextMiss, params.mpt_cache);
  station_.based_on(Cause::ContextMiss, params.mtt_cache);
}

void Contexts::map(Bdf as, Iova base, Bytes size) {
  if (size < Bytes(4096)) throw std::invalid_argument("ICM of less than 4 KB");
  as_ = as;
  base_ = base.align_down(Bytes(kQpEntry));
  size_ = size;
}

Task<CplStatus> Contexts::fetch(Op& op, std::uint64_t offset, Bytes length) {
  std::unique_ptr<DmaJob> job(dma_.read(station_, Cause::ContextMiss, as_,
                                        base_ + Bytes(static_cast<std::int64_t>(offset)), length));
  job->request.op = std::move(op);
  co_await dma_.run(*job);
  op = std::move(job->request.op);
  co_return job->request.status;
}

Task<CplStatus> Contexts::fetch_qp(Op& op, Qpn qp) {
  ++counters_.qp_misses;
  const CplStatus s = co_await fetch(op, place(0, size_.raw() / 2, qp.value, kQpEntry), Bytes(kQpEntry));
  qps_.fill(qp.value);
  co_return s;
}

Task<CplStatus> Contexts::fetch_key(Op& op, std::uint32_t key) {
  ++counters_.mpt_misses;
  const std::int64_t half = size_.raw() / 2;
  const CplStatus s = co_await fetch(op, place(half, half / 2, key >> 8, kMptEntry), Bytes(kMptEntry));
  mpts_.fill(key >> 8);
  co_return s;
}

Task<CplStatus> Contexts::fetch_page(Op& op, std::uint64_t mtt) {
  ++counters_.mtt_misses;
  const std::int64_t half = size_.raw() / 2;
  const CplStatus s =
      co_await fetch(op, place(half + half / 2, half / 2, mtt / kLine, kMttLine), Bytes(kMttLine));
  mtts_.fill(mtt / kLine);
  co_return s;
}

}  // namespace viosim::hca
