// A set-associative cache of numbered entries with least-recently-used replacement. No time, no data: it
// knows only what is there.
#pragma once
#include <cstdint>
#include <vector>

#include "kernel/quantity.h"

namespace viosim::hca {

class ContextCache {
 public:
  ContextCache(Count entries, Count ways)
      : ways_(static_cast<std::size_t>(entries < ways ? entries.raw() : ways.raw())),
        sets_(static_cast<std::size_t>(entries.raw()) / ways_), lines_(ways_ * sets_) {}

  /// True if `key` is there; it is the most recent one then.
  bool hit(std::uint64_t key) {
    Line* const set = set_of(key);
    for (std::size_t i = 0; i < ways_; ++i) {
      if (!set[i].valid || set[i].key != key) continue;
      set[i].used = ++clock_;
      return true;
    }
    return false;
  }
  /// Puts `key` in the place of the one that was not used for longest.
  void fill(std::uint64_t key) {
    if (hit(key)) return;
    Line* const set = set_of(key);
    Line* victim = set;
    for (std::size_t i = 0; i < ways_ && victim->valid; ++i)
      if (!set[i].valid || set[i].used < victim->used) victim = set + i;
    *victim = Line{key, ++clock_, true};
  }
  void drop(std::uint64_t key) {
    Line* const set = set_of(key);
    for (std::size_t i = 0; i < ways_; ++i)
      if (set[i].key == key) set[i].valid = false;
  }

 private:
  struct Line { std::uint64_t key = 0, used = 0; bool valid = false; };
  Line* set_of(std::uint64_t key) { return lines_.data() + (key % sets_) * ways_; }
  std::size_t ways_, sets_;
  std::vector<Line> lines_;
  std::uint64_t clock_ = 0;
};

}  // namespace viosim::hca
