// The scheduler's queue answers in the order of (time, call), however many entries it holds.
#include <catch2/catch.hpp>

#include <map>
#include <memory>
#include <random>
#include <vector>

#include "kernel/wake_queue.h"

using namespace viosim;

namespace {

struct Numbered : Wakeable { int number = 0; };

/// Pushes and pops by chance around `pending` entries; times are often equal. A multimap keeps the order of equals.
void compare(std::size_t pending, std::int64_t spread) {
  std::mt19937 random(static_cast<unsigned>(pending));
  WakeQueue queue;
  std::multimap<std::int64_t, int> expected;
  std::vector<std::unique_ptr<Numbered>> all;
  std::int64_t now = 0;
  for (int step = 0; step < 20'000; ++step) {
    if (expected.empty() || (expected.size() < 2 * pending && random() % 2 == 0)) {
      all.push_back(std::make_unique<Numbered>());
      all.back()->number = step;
      const std::int64_t at = now + static_cast<std::int64_t>(random() % static_cast<unsigned>(spread));
      queue.push(Time(at), all.back().get());
      expected.emplace(at, step);
    } else {
      now = static_cast<std::int64_t>(queue.next_at());
      REQUIRE(now == expected.begin()->first);
      REQUIRE(static_cast<Numbered*>(queue.pop())->number == expected.begin()->second);
      expected.erase(expected.begin());
    }
  }
  while (!expected.empty()) {
    REQUIRE(static_cast<Numbered*>(queue.pop())->number == expected.begin()->second);
    expected.erase(expected.begin());
  }
  CHECK(queue.empty());
}

}  // namespace

TEST_CASE("the queue of wake-ups is strict in order for any number of entries", "[kernel][unit]") {
  for (const std::size_t pending : {1, 10, 20, 30, 200}) {
    compare(pending, 8);
    compare(pending, 1'000);
  }
}
