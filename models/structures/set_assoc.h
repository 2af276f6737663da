// A set-associative array with least-recently-used replacement: what caches and translation buffers hold.
// State only: no time. The ways of a set stand in order of use, so a hot key is found at its first place.
// A free place has the tag 0, so that memory is taken only for the sets that are used: a simulation touches few of the
// hundred thousands of a last-level cache.
#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <stdexcept>
#include <type_traits>

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
      : sets_(sets), ways_(ways), mask_(std::has_single_bit(sets) ? sets - 1 : 0) {
    if (sets == 0 || ways == 0) throw std::invalid_argument("set-associative array: no sets or no ways");
    places_.reset(static_cast<Place*>(std::calloc(sets * ways, sizeof(Place))));
    if (places_ == nullptr) throw std::bad_alloc();
  }

  std::size_t sets() const { return sets_; }
  std::size_t ways() const { return ways_; }

  /// The value of `key`, which becomes the most recently used; null if it is not there.
  T* find(std::uint64_t key) {
    Place* const set = set_of(key);
    Place* const place = place_in(set, key);
    if (place == nullptr) return nullptr;
    if (place != set) to_front(set, place);
    return &set->value;
  }
  /// The value of `key` if it is the most recently used of its set, as what is used again and again is; else null.
  T* front(std::uint64_t key) {
    Place* const set = set_of(key);
    return set->tag == tag_of(key) ? &set->value : nullptr;
  }
  /// The same as `find` without touching the order.
  T* peek(std::uint64_t key) {
    Place* const place = place_in(set_of(key), key);
    return place == nullptr ? nullptr : &place->value;
  }
  /// Adds `key`, which is not there; answers what had to go (key kNone: nothing).
  Entry insert(std::uint64_t key, T value) {
    Place* const set = set_of(key);
    Place* victim = set;
    while (victim->tag != 0 && victim + 1 != set + ways_) ++victim;
    return replace(set, victim, key, value);
  }
  /// Adds `key` where at most `limit` entries of its set may satisfy `counts`: past that, the least recently
  /// used of those goes.
  template <class Predicate>
  Entry insert_limited(std::uint64_t key, T value, std::size_t limit, Predicate counts) {
    Place* const set = set_of(key);
    std::size_t found = 0, oldest = ways_ - 1, used = 0;
    for (; used < ways_ && set[used].tag != 0; ++used) {
      if (!counts(set[used].value)) continue;
      ++found;
      oldest = used;
    }
    return replace(set, set + (found >= limit ? oldest : used < ways_ ? used : ways_ - 1), key, value);
  }
  /// Removes `key`; answers what it held (key kNone: it was not there).
  Entry erase(std::uint64_t key) {
    Place* const set = set_of(key);
    Place* place = place_in(set, key);
    if (place == nullptr) return Entry{};
    const Entry old = entry(*place);
    for (; place + 1 != set + ways_ && place[1].tag != 0; ++place) *place = place[1];
    place->tag = 0;
    return old;
  }
  /// Removes every entry that `dead(key, value)` names; the others keep their order.
  template <class Predicate>
  void erase_if(Predicate dead) {
    for (Place* set = places_.get(); set != places_.get() + sets_ * ways_; set += ways_) {
      std::size_t kept = 0;
      for (std::size_t i = 0; i < ways_ && set[i].tag != 0; ++i) {
        if (!dead(set[i].tag - 1, set[i].value)) set[kept++] = set[i];
      }
      while (kept < ways_ && set[kept].tag != 0) set[kept++].tag = 0;
    }
  }
  void clear() { std::fill_n(places_.get(), sets_ * ways_, Place{}); }

 private:
  struct Place {
    std::uint64_t tag = 0;  // key + 1; 0: free, whatever the value
    T value{};
  };
  struct Free {
    void operator()(Place* places) const { std::free(places); }
  };

  static std::uint64_t tag_of(std::uint64_t key) { return key + 1; }
  static Entry entry(const Place& place) { return {place.tag - 1, place.value}; }
  Place* set_of(std::uint64_t key) {
    return &places_[(mask_ != 0 ? key & mask_ : key % sets_) * ways_];
  }
  /// Where `key` stands in its set; null: nowhere. Free places stand last.
  Place* place_in(Place* set, std::uint64_t key) const {
    const std::uint64_t tag = tag_of(key);
    Place* place = set;
    do {
      if (place->tag == tag) return place;
    } while (place->tag != 0 && ++place != set + ways_);
    return nullptr;
  }
  static void to_front(Place* set, Place* place) {
    const Place hit = *place;
    for (; place != set; --place) *place = place[-1];
    *set = hit;
  }
  static Entry replace(Place* set, Place* victim, std::uint64_t key, T value) {
    const Entry old = entry(*victim);
    for (; victim != set; --victim) *victim = victim[-1];
    *set = Place{tag_of(key), value};
    return old;
  }

  std::size_t sets_, ways_;
  std::size_t mask_;  // of a power of two of sets above one; else 0
  std::unique_ptr<Place[], Free> places_;
};

}  // namespace viosim
