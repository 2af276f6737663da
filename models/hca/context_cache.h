// A cache of numbered context entries. No time, no data: it knows only what is there.
#pragma once
#include <stdexcept>
#include <string>

#include "kernel/quantity.h"
#include "structures/set_assoc.h"

namespace viosim::hca {

class ContextCache {
 public:
  /// Fewer entries than ways are one set. Throws std::invalid_argument, naming `key`, unless the ways divide them.
  ContextCache(const char* key, Count entries, Count ways)
      : ContextCache(key, static_cast<std::size_t>(entries.raw()),
                     static_cast<std::size_t>(entries < ways ? entries.raw() : ways.raw())) {}

  /// True if `key` is there; it is the most recent one then.
  bool hit(std::uint64_t key) {
    if (key == latest_) [[likely]] return true;
    return look_up(key);
  }
  /// Puts `key` in the place of the one that was not used for longest.
  void fill(std::uint64_t key) {
    if (!hit(key)) lines_.insert(key, {});
    latest_ = key;
  }
  void drop(std::uint64_t key) {
    lines_.erase(key);
    if (key == latest_) latest_ = kNone;
  }

 private:
  struct Nothing {};
  [[gnu::noinline]] bool look_up(std::uint64_t key) {
    if (lines_.find(key) == nullptr) return false;
    latest_ = key;
    return true;
  }
  ContextCache(const char* key, std::size_t entries, std::size_t ways) : lines_(entries / ways, ways) {
    if (entries % ways != 0)
      throw std::invalid_argument(std::string(key) + ": " + std::to_string(entries) + " entries are no multiple of " +
                                  "cache_ways, " + std::to_string(ways));
  }
  static constexpr std::uint64_t kNone = SetAssoc<Nothing>::kNone;
  SetAssoc<Nothing> lines_;
  std::uint64_t latest_ = kNone;  ///< hit or filled last: the most recent of its set already
};

}  // namespace viosim::hca
