// Counters: how often a mechanism ran (exits, copies, interrupts, polls, cache misses). A model holds a
// reference and increments it; results report the difference over the measured window, per operation.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace viosim {

class Counters {
 public:
  struct Entry {
    std::string site, name, text;
    std::uint64_t value = 0, at_open = 0, at_close = 0;
  };
  /// A counter of the instance `site`. `name` is what results add up over instances ("vm_exits").
  std::uint64_t& add(std::string site, std::string name, std::string text) {
    entries_.push_back({std::move(site), std::move(name), std::move(text)});
    return entries_.back().value;
  }
  void open_window() { for (Entry& e : entries_) e.at_open = e.value; }
  void close_window() { for (Entry& e : entries_) e.at_close = e.value; }
  const std::deque<Entry>& entries() const { return entries_; }

 private:
  std::deque<Entry> entries_;  // stable references
};

}  // namespace viosim
