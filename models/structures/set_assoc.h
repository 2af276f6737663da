// A set-associative array with least-recently-used replacement: what caches and translation buffers hold.
// State only: no time. The ways of a set stand in order of use, so a hot key is found at its first place.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <type_traits>
#include <vector>

namespace viosim {

template <class T>
class SetAssoc {
  static_assert(std::is_trivially_copyable_v<T>, "entries are moved as bytes");

 public:
  static constexpr std::uint64_t kNone = ~std::uint64_t{0};
  struct Entry {
    std::uint64_t key = kNone;
    T value{};
  };

  /// Throws std::invalid_argument without sets or ways.
  SetAssoc(std::size_t sets, std::size_t ways)
      : sets_(sets), ways_(ways), power_of_two_(std::has_single_bit(sets)), entries_(sets * ways) {
    if (sets == 0 || ways == 0) throw std::invalid_argument("set-associative array: no sets or no ways");
  }

  std::size_t sets() const { return sets_; }
  std::size_t ways() const { return ways_; }

  /// The value of `key`, which becomes the most recently used; null if it is not there.
  T* find(std::uint64_t key) {
    Entry* const set = set_of(key);
    const std::size_t i = place_of(set, key);
    if (i == ways_) return nullptr;
    if (i > 0) to_front(set, i);
    return &set[0].value;
  }
  /// The same without touching the order.
  T* peek(std::uint64_t key) {
    Entry* const set = set_of(key);
    const std::size_t i = place_of(set, key);
    return i == ways_ ? nullptr : &set[i].value;
  }
  /// Adds `key`, which is not there; answers what had to go (key kNone: nothing).
  Entry insert(std::uint64_t key, T value) {
    Entry* const set = set_of(key);
    std::size_t victim = 0;
    while (victim + 1 < ways_ && set[victim].key != kNone) ++victim;
    return replace(set, victim, key, value);
  }
  /// Adds `key` where at most `limit` entries of its set may satisfy `counts`: past that, the least recently
  /// used of those goes.
  template <class Predicate>
  Entry insert_limited(std::uint64_t key, T value, std::size_t limit, Predicate counts) {
    Entry* const set = set_of(key);
    std::size_t found = 0, oldest = ways_ - 1, used = 0;
    for (; used < ways_ && set[used].key != kNone; ++used) {
      if (!counts(set[used].value)) continue;
      ++found;
      oldest = used;
    }
    return replace(set, found >= limit ? oldest : used < ways_ ? used : ways_ - 1, key, value);
  }
  /// Removes `key`; answers what it held (key kNone: it was not there).
  Entry erase(std::uint64_t key) {
    Entry* const set = set_of(key);
    std::size_t i = place_of(set, key);
    if (i == ways_) return Entry{};
    const Entry old = set[i];
    for (; i + 1 < ways_ && set[i + 1].key != kNone; ++i) set[i] = set[i + 1];
    set[i] = Entry{};
    return old;
  }
  void clear() { entries_.assign(entries_.size(), Entry{}); }

 private:
  Entry* set_of(std::uint64_t key) {
    return &entries_[(power_of_two_ ? key & (sets_ - 1) : key % sets_) * ways_];
  }
  /// Where `key` stands in its set; ways_: nowhere. Free places stand last.
  std::size_t place_of(const Entry* set, std::uint64_t key) const {
    std::size_t i = 0;
    for (; i < ways_ && set[i].key != kNone; ++i)
      if (set[i].key == key) return i;
    return ways_;
  }
  static void to_front(Entry* set, std::size_t i) {
    const Entry hit = set[i];
    for (; i > 0; --i) set[i] = set[i - 1];
    set[0] = hit;
  }
  static Entry replace(Entry* set, std::size_t victim, std::uint64_t key, T value) {
    const Entry old = set[victim];
    set[victim] = Entry{key, value};
    to_front(set, victim);
    return old;
  }

  std::size_t sets_, ways_;
  bool power_of_two_;
  std::vector<Entry> entries_;
};

}  // namespace viosim
