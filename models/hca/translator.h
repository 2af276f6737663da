// Keys and addresses: checks a memory key (function, domain, rights, bounds) and turns the range into bus
// addresses page by page.
#pragma once
#include "hca/contexts.h"
#include "hca/segment.h"
#include "hca/sge_list.h"
#include "hca/tables.h"

namespace viosim::hca {

enum class Right : std::uint8_t { local_read, local_write, remote_read, remote_write, remote_atomic };
enum class Verdict : std::uint8_t { good, refused };
/// missing: the context caches lack something; nothing was done.
enum class Cached : std::uint8_t { good, refused, missing };

/// Bytes that a segment's count field stands for: bit 31 alone is an empty one.
inline std::uint64_t segment_length(const DataSegment& s) { return s.length & ~hca_abi::kInlineBit; }

class Translator {
 public:
  Translator(Tables& tables, Contexts& contexts) : tables_(tables), contexts_(contexts) {}

  /// Appends [at, at + length), named by `key`, to `out`. `op` pays for context misses.
  Task<Verdict> range(Op& op, const QueuePair& qp, std::uint32_t key, Gva at, std::uint64_t length, Right right,
                      Segments& out);
  /// The same for a range that `region` allows (null: none does), if the caches hold all that it needs.
  Cached range_at_once(const MemoryRegion* region, Gva at, std::uint64_t length, Segments& out);
  /// Appends [offset, offset + length) of the data that `sges` names. The caller keeps `sges` alive.
  Task<Verdict> local(Op& op, const QueuePair& qp, const SgeList& sges, std::uint64_t offset, std::uint64_t length,
                      Right right, Segments& out);
  /// The region that allows the whole range to be accessed so, without translating it; null: none.
  MemoryRegion* allowed(const QueuePair& qp, std::uint32_t key, Gva at, std::uint64_t length, Right right) {
    MemoryRegion* const r = tables_.region(qp.function, qp.config.pd, key);
    return r != nullptr && grants(r->access, right) && inside(*r, at, length) ? r : nullptr;
  }
  /// Whether there is one; an empty range needs none.
  Verdict check(const QueuePair& qp, std::uint32_t key, Gva at, std::uint64_t length, Right right) {
    return length == 0 || allowed(qp, key, at, length, right) != nullptr ? Verdict::good : Verdict::refused;
  }
  /// The same for all data segments.
  Verdict check(const QueuePair& qp, const SgeList& sges, Right right) {
    for (std::size_t i = 0; i < sges.count; ++i) {
      const DataSegment s = sges[i];
      if (check(qp, s.lkey.value, s.address, segment_length(s), right) == Verdict::refused) return Verdict::refused;
    }
    return Verdict::good;
  }

 private:
  static bool grants(const MrAccess& access, Right right) {
    switch (right) {
      case Right::local_read: return true;
      case Right::local_write: return access.local_write;
      case Right::remote_read: return access.remote_read;
      case Right::remote_write: return access.remote_write;
      case Right::remote_atomic: return access.remote_atomic;
    }
    return false;
  }
  /// Appends from `done` on up to `length` or a page that is not in the cache; answers how far it came.
  inline std::uint64_t append(const MemoryRegion& r, Gva at, std::uint64_t done, std::uint64_t length, Segments& out);
  Tables& tables_;
  Contexts& contexts_;
};

}  // namespace viosim::hca
