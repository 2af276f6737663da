// Object tables of an HCA. Every look-up says who asks: another function's objects are not there.
#pragma once
#include <memory>
#include <vector>

#include "hca/objects.h"
#include "hca/queue_pair.h"

namespace viosim::hca {

/// Objects that keep their place while more are added.
template <class T>
using Objects = std::vector<std::unique_ptr<T>>;

inline constexpr std::uint32_t kFirstQpn = 0x40;  // lower ones are reserved, as in mlx4

class Tables {
 public:
  static constexpr unsigned kNobody = ~0u;
  std::vector<Function> functions;
  std::vector<unsigned> pds;  ///< owning function, or kNobody
  Objects<MemoryRegion> regions;
  Objects<CompletionQueue> cqs;
  Objects<EventQueue> eqs;
  Objects<QueuePair> qps;

  QueuePair* qp(Qpn n) const {
    const std::uint32_t i = n.value - kFirstQpn;  // a lower number wraps beyond the last one
    return i < qps.size() ? qps[i].get() : nullptr;
  }
  CompletionQueue* cq(Cqn n) const {
    return n.value < cqs.size() && cqs[n.value] != nullptr && !cqs[n.value]->removed ? cqs[n.value].get() : nullptr;
  }
  bool owns(unsigned function, Pdn n) const { return n.value < pds.size() && pds[n.value] == function; }
  EventQueue* eq(Eqn n) const { return n.value < eqs.size() ? eqs[n.value].get() : nullptr; }
  /// The region of `key`; null if there is none.
  MemoryRegion* region(std::uint32_t key) const {
    const std::size_t i = key >> 8;
    if (i == 0 || i > regions.size() || regions[i - 1] == nullptr) return nullptr;
    MemoryRegion& r = *regions[i - 1];
    return r.valid && r.key == key ? &r : nullptr;
  }
  /// The same for objects of `function` in `pd`.
  MemoryRegion* region(unsigned function, Pdn pd, std::uint32_t key) const {
    MemoryRegion* const r = region(key);
    return r != nullptr && r->function == function && r->pd == pd ? r : nullptr;
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
