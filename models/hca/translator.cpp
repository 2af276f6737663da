#include "hca/translator.h"

#include <algorithm>

namespace viosim::hca {
namespace {

constexpr std::uint64_t kPage = 4096;

/// Which page of `r` holds `va`.
std::uint64_t page_of(const MemoryRegion& r, std::uint64_t va) { return va / kPage - r.start.raw() / kPage; }

}  // namespace

std::uint64_t Translator::append(const MemoryRegion& r, Gva at, std::uint64_t done, std::uint64_t length,
                                 Segments& out) {
  while (done < length) {
    const std::uint64_t va = at.raw() + done, page = page_of(r, va);
    if (!contexts_.has_page(r, page) || page >= r.pages.size()) break;
    const std::uint64_t n = std::min(length - done, kPage - va % kPage);
    const Iova bus = r.pages[page].align_down(Bytes(4096)) + Bytes(static_cast<std::int64_t>(va % kPage));
    const Bytes piece(static_cast<std::int64_t>(n));
    if (done > 0 && out.back().address + out.back().length == bus) out.back().length += piece;
    else out.push_back({bus, piece});
    done += n;
  }
  return done;
}

Cached Translator::range_at_once(const MemoryRegion* r, Gva at, std::uint64_t length, Segments& out) {
  if (length == 0) return Cached::good;
  if (r == nullptr) return Cached::refused;
  if (!contexts_.has_key(*r)) return Cached::missing;
  const std::size_t before = out.size();
  if (append(*r, at, 0, length, out) == length) return Cached::good;
  out.resize(before);
  return Cached::missing;
}

Task<Verdict> Translator::range(Op& op, const QueuePair& qp, std::uint32_t key, Gva at, std::uint64_t length,
                                Right right, Segments& out) {
  if (length == 0) co_return Verdict::good;
  MemoryRegion* const r = allowed(qp, key, at, length, right);
  if (r == nullptr) co_return Verdict::refused;
  if (!contexts_.has_key(*r)) {
    const CplStatus s = co_await contexts_.fetch_key(op, key);
    if (s != CplStatus::successful) co_return Verdict::refused;
  }
  for (std::uint64_t done = append(*r, at, 0, length, out); done < length;) {
    const std::uint64_t page = page_of(*r, at.raw() + done);
    const CplStatus s = co_await contexts_.fetch_page(op, r->first_mtt + page);
    if (s != CplStatus::successful) co_return Verdict::refused;
    if (page >= r->pages.size()) co_return Verdict::refused;  // deregistered in the meantime
    done = append(*r, at, done, length, out);
  }
  co_return Verdict::good;
}

Task<Verdict> Translator::local(Op& op, const QueuePair& qp, const SgeList& sges, std::uint64_t offset,
                                std::uint64_t length, Right right, Segments& out) {
  for (std::size_t i = 0; i < sges.count && length > 0; ++i) {
    const DataSegment s = sges[i];
    const std::uint64_t size = segment_length(s);
    if (offset >= size) {
      offset -= size;
      continue;
    }
    const std::uint64_t n = std::min(length, size - offset);
    const Gva from = s.address + Bytes(static_cast<std::int64_t>(offset));
    const Cached c = range_at_once(allowed(qp, s.lkey.value, from, n, right), from, n, out);
    if (c == Cached::refused) co_return Verdict::refused;
    if (c == Cached::missing) {
      const Verdict v = co_await range(op, qp, s.lkey.value, from, n, right, out);
      if (v == Verdict::refused) co_return v;
    }
    offset = 0;
    length -= n;
  }
  co_return length == 0 ? Verdict::good : Verdict::refused;
}

}  // namespace viosim::hca
