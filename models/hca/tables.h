// Object tables of an HCA. Every look-up says who asks: another function's objects are not there.
#pragma once
#include <deque>
#include <memory>
#include <vector>

#include "hca/objects.h"
#include "hca/queue_pair.h"

namespace viosim::hca {

inline constexpr std::uint32_t kFirstQpn = 0x40;  // lower ones are reserved, as in mlx4

class Tables {
 public:
  std::vector<Function> functions;
  std::vector<unsigned> pds;  ///< owning function
  std::deque<MemoryRegion> regions;
  std::deque<CompletionQueue> cqs;
  std::deque<EventQueue> eqs;
  std::deque<QueuePair> qps;

  QueuePair* qp(Qpn n) {
    const std::size_t i = n.value - kFirstQpn;
    return n.value < kFirstQpn || i >= qps.size() ? nullptr : &qps[i];
  }
  CompletionQueue* cq(Cqn n) { return n.value < cqs.size() ? &cqs[n.value] : nullptr; }
  EventQueue* eq(Eqn n) { return n.value < eqs.size() ? &eqs[n.value] : nullptr; }
  /// The region of `key` for objects of `function` in `pd`; null if there is none.
  MemoryRegion* region(unsigned function, Pdn pd, std::uint32_t key) {
    const std::size_t i = key >> 8;
    if (i == 0 || i > regions.size()) return nullptr;
    MemoryRegion& r = regions[i - 1];
    return r.valid && r.key == key && r.function == function && r.pd == pd ? &r : nullptr;
  }
  /// The function with requester id `bdf`; functions.size() if there is none.
  unsigned function_of(Bdf bdf) const {
    unsigned f = 0;
    while (f < functions.size() && functions[f].bdf != bdf) ++f;
    return f;
  }
};

/// True if [at, at + length) lies inside `r`, without overflow.
inline bool inside(const MemoryRegion& r, Gva at, std::uint64_t length) {
  const auto size = static_cast<std::uint64_t>(r.length.raw());
  if (at < r.start) return false;
  const std::uint64_t offset = at.raw() - r.start.raw();
  return offset <= size && length <= size - offset;
}

}  // namespace viosim::hca
