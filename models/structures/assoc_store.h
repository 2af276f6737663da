// A set-associative array of any width in constant time: a hash finds an entry, a ring a set keeps the order of use.
// What translation caches hold: 64 to 128 fully associative entries cost no more than 4 ways. (SetAssoc suits narrow
// sets by the hundred thousand.) State only: no time. Nothing is allocated after construction.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "kernel/random.h"

namespace viosim {

template <class T>
class AssocStore {
 public:
  static constexpr std::uint64_t kNone = ~std::uint64_t{0};  ///< no key

  /// The least recently used entry of a set goes or, with `dice`, any one of it. 0 entries: it never holds anything.
  /// Throws std::invalid_argument unless the ways divide the entries.
  AssocStore(std::size_t entries, std::size_t ways, std::optional<Stream> dice = {})
      : ways_(static_cast<Index>(ways)), dice_(std::move(dice)) {
    if (entries == 0) return;
    if (ways == 0 || entries % ways != 0 || entries >= kNowhere / 4)
      throw std::invalid_argument("associative store: its ways must divide its entries");
    sets_ = entries / ways;
    nodes_.resize(entries);
    newest_.resize(sets_);
    slots_.assign(std::bit_ceil(entries * 2), kNowhere);
    clear();
  }

  std::size_t entries() const { return nodes_.size(); }

  /// The value of `key`, which becomes the most recently used of its set; null if it is not there. Good until the
  /// next insertion or erasure.
  T* find(std::uint64_t key) {
    const Index i = node_of(key);
    if (i == kNowhere) return nullptr;
    touch(i);
    return &nodes_[i].value;
  }
  /// Adds `key`, or gives it a new value. Answers true if another key had to go.
  bool insert(std::uint64_t key, const T& value) {
    if (nodes_.empty()) return false;
    Index i = node_of(key);
    bool displaced = false;
    if (i == kNowhere) {
      const std::size_t set = set_of(key);
      i = nodes_[newest_[set]].newer;  // the ring's oldest; free places are the oldest of all
      displaced = nodes_[i].key != kNone;
      if (displaced && dice_) i = static_cast<Index>(set) * ways_ + static_cast<Index>(dice_->bits() % ways_);
      if (displaced) unhash(i);
      nodes_[i].key = key;
      hash(i);
    }
    nodes_[i].value = value;
    touch(i);
    return displaced;
  }
  bool erase(std::uint64_t key) {
    const Index i = node_of(key);
    if (i == kNowhere) return false;
    free(i);
    return true;
  }
  /// Erases every entry for which `gone(key, value)` holds: looks at all of them.
  template <class Predicate>
  void erase_if(Predicate gone) {
    for (Index i = 0; i < nodes_.size(); ++i)
      if (nodes_[i].key != kNone && gone(nodes_[i].key, nodes_[i].value)) free(i);
  }
  void clear() {
    slots_.assign(slots_.size(), kNowhere);
    for (Index i = 0; i < nodes_.size(); ++i) {
      const Index first = i - i % ways_, place = i - first;
      nodes_[i] = {kNone, first + (place + ways_ - 1) % ways_, first + (place + 1) % ways_, T{}};
      newest_[first / ways_] = first;
    }
  }

 private:
  using Index = std::uint32_t;
  static constexpr Index kNowhere = ~Index{0};
  struct Node {
    std::uint64_t key = kNone;
    Index newer = 0, older = 0;  // in the ring of its set: the newest one's `newer` is the oldest
    T value{};
  };

  std::size_t set_of(std::uint64_t key) const {
    return static_cast<std::size_t>(std::has_single_bit(sets_) ? key & (sets_ - 1) : key % sets_);
  }
  std::size_t slot_of(std::uint64_t key) const {  // Fibonacci hashing
    return static_cast<std::size_t>(key * 0x9E3779B97F4A7C15u >> 32) & (slots_.size() - 1);
  }
  std::size_t next(std::size_t slot) const { return (slot + 1) & (slots_.size() - 1); }
  Index node_of(std::uint64_t key) const {
    if (slots_.empty()) return kNowhere;
    for (std::size_t s = slot_of(key);; s = next(s))
      if (slots_[s] == kNowhere || nodes_[slots_[s]].key == key) return slots_[s];
  }
  void hash(Index i) {
    std::size_t s = slot_of(nodes_[i].key);
    while (slots_[s] != kNowhere) s = next(s);
    slots_[s] = i;
  }
  /// Those behind it in the row close up, so that no search stops early.
  void unhash(Index i) {
    std::size_t hole = slot_of(nodes_[i].key);
    while (slots_[hole] != i) hole = next(hole);
    for (std::size_t s = next(hole); slots_[s] != kNowhere; s = next(s)) {
      const std::size_t wanted = slot_of(nodes_[slots_[s]].key), mask = slots_.size() - 1;
      if (((s - wanted) & mask) < ((s - hole) & mask)) continue;  // it already stands between its place and here
      slots_[hole] = slots_[s];
      hole = s;
    }
    slots_[hole] = kNowhere;
  }
  void touch(Index i) {
    Index& newest = newest_[i / ways_];
    if (i == newest) return;
    if (i != nodes_[newest].newer) {  // the oldest one becomes the newest by turning the ring
      nodes_[nodes_[i].newer].older = nodes_[i].older;
      nodes_[nodes_[i].older].newer = nodes_[i].newer;
      const Index oldest = nodes_[newest].newer;
      nodes_[i].older = newest;
      nodes_[i].newer = oldest;
      nodes_[newest].newer = nodes_[oldest].older = i;
    }
    newest = i;
  }
  void free(Index i) {
    unhash(i);
    nodes_[i].key = kNone;
    touch(i);
    newest_[i / ways_] = nodes_[i].older;  // turned on: it is the oldest
  }

  Index ways_;
  std::size_t sets_ = 0;
  std::optional<Stream> dice_;
  std::vector<Node> nodes_;
  std::vector<Index> newest_;  // by set
  std::vector<Index> slots_;
};

}  // namespace viosim
