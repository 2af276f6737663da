// A cache of numbered context entries. No time, no data: it knows only what is there.
#pragma once
#include "kernel/quantity.h"
#include "structures/set_assoc.h"

namespace viosim::hca {

class ContextCache {
 public:
  ContextCache(Count entries, Count ways)
      : ContextCache(static_cast<std::size_t>(entries.raw()),
                     static_cast<std::size_t>(entries < ways ? entries.raw() : ways.raw())) {}

  /// True if `key` is there; it is the most recent one then.
  bool hit(std::uint64_t key) { return lines_.find(key) != nullptr; }
  /// Puts `key` in the place of the one that was not used for longest.
  void fill(std::uint64_t key) {
    if (!hit(key)) lines_.insert(key, {});
  }
  void drop(std::uint64_t key) { lines_.erase(key); }

 private:
  struct Nothing {};
  ContextCache(std::size_t entries, std::size_t ways) : lines_(entries / ways, ways) {}
  SetAssoc<Nothing> lines_;
};

}  // namespace viosim::hca
