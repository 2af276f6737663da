#include "host/cache_state.h"

#include <stdexcept>
#include <string>

namespace viosim::host {
namespace {

std::size_t sets_of(const char* cache, Bytes size, std::size_t ways) {
  const std::size_t set = ways * static_cast<std::size_t>(kLine), bytes = static_cast<std::size_t>(size.raw());
  if (bytes % set != 0)
    throw std::invalid_argument(std::string(cache) + "_size: expected a multiple of " + cache +
                                "_ways lines, so of " + std::to_string(set) + " B");
  return bytes / set;
}

}  // namespace

CacheState::CacheState(const CacheShape& shape) : cores_per_node_(shape.cores_per_node), ddio_ways_(shape.ddio_ways) {
  if (shape.ddio_ways > shape.llc_ways) throw std::invalid_argument("ddio_ways: more than llc_ways");
  const std::size_t sets = sets_of("private_cache", shape.private_size, shape.private_ways);
  for (unsigned node = 0; node < shape.nodes; ++node)
    for (unsigned mine = 0; mine < cores_per_node_; ++mine)
      cores_.push_back(Core({sets, shape.private_ways}, node, mine));
  for (unsigned i = 0; i < shape.nodes; ++i)
    llc_.emplace_back(sets_of("llc", shape.llc_size, shape.llc_ways), shape.llc_ways);
}

inline void CacheState::evicted(const SetAssoc<Line>::Entry& victim, unsigned node) {
  if (victim.key == SetAssoc<Line>::kNone) return;
  drop_private(victim.key, victim.value.cores, node);  // inclusive
  if (victim.value.dirty) ++writebacks_;
}

void CacheState::downgrade(std::uint64_t line, Line& state, unsigned node) {
  if (state.owner == kNobody) return;
  Private* const held = private_of(node, state.owner).peek(line);
  if (held != nullptr) held->writable = false;
  state.owner = kNobody;
}

inline Place CacheState::fill(std::uint64_t line, unsigned node, Line state) {
  Place from = Place::memory;
  for (std::uint32_t left = others(node); left != 0; left &= left - 1) {
    const auto n = static_cast<unsigned>(std::countr_zero(left));
    Line* const other = llc_[n].peek(line);
    if (other == nullptr) continue;
    from = Place::other_socket;
    downgrade(line, *other, n);
    if (other->dirty) {  // forwarded, and written back to its home
      other->dirty = false;
      ++writebacks_;
    }
  }
  used_ |= 1u << node;
  evicted(llc_[node].insert(line, state), node);
  return from;
}

Place CacheState::load(std::uint64_t line, Core& core) {
  if (core.private_.find(line) != nullptr) return Place::own;
  const unsigned node = core.node_, mine = core.mine_;
  Place from = Place::llc;
  Line* held = llc_[node].find(line);
  if (held == nullptr) {
    from = fill(line, node, Line{1u << mine, kNobody, false, false});
  } else {
    if (held->owner != kNobody && held->owner != mine) {
      // The owner may have displaced it meanwhile: then the last-level cache has the data.
      if (private_of(node, held->owner).peek(line) != nullptr) from = Place::other_core;
      downgrade(line, *held, node);
    }
    held->cores |= 1u << mine;
    held->by_device = false;
  }
  core.private_.insert(line, Private{held != nullptr && held->owner == mine});
  return from;
}

Place CacheState::store(std::uint64_t line, Core& core) {
  Private* const own = core.private_.find(line);
  if (own != nullptr && own->writable) return Place::own;
  const unsigned node = core.node_, mine = core.mine_;
  Place from = own != nullptr ? Place::own : Place::llc;
  Line* held = llc_[node].find(line);
  if (held == nullptr) {
    from = fill(line, node, Line{1u << mine, static_cast<std::uint8_t>(mine), true, false});
  } else {
    if (held->owner != kNobody && held->owner != mine) from = Place::other_core;
    drop_private(line, held->cores & ~(1u << mine), node);
    *held = Line{1u << mine, static_cast<std::uint8_t>(mine), true, false};
  }
  invalidate(line, others(node));
  if (own != nullptr) own->writable = true;
  else core.private_.insert(line, Private{true});
  return from;
}

int CacheState::holder(std::uint64_t line, unsigned home) {
  if (llc_[home].peek(line) != nullptr) return static_cast<int>(home);
  for (std::uint32_t left = others(home); left != 0; left &= left - 1) {
    const int n = std::countr_zero(left);
    if (llc_[static_cast<unsigned>(n)].peek(line) != nullptr) return n;
  }
  return -1;
}

void CacheState::walker_read(std::uint64_t line, unsigned home) {
  if (llc_[home].find(line) != nullptr || holder(line, home) >= 0) return;
  used_ |= 1u << home;
  evicted(llc_[home].insert(line, Line{0, kNobody, false, false}), home);
}

bool CacheState::device_allocate(std::uint64_t line, unsigned into) {
  invalidate(line, others(into));
  used_ |= 1u << into;
  Line* const held = llc_[into].find(line);
  if (held == nullptr) {
    evicted(llc_[into].insert_limited(line, Line{0, kNobody, true, true}, ddio_ways_,
                                      [](const Line& l) { return l.by_device; }), into);
    return false;
  }
  drop_private(line, held->cores, into);
  *held = Line{0, kNobody, true, held->by_device};
  return true;
}

}  // namespace viosim::host
