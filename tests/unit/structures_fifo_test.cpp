#include <catch2/catch.hpp>

#include <deque>

#include "kernel/random.h"
#include "structures/fifo.h"

using namespace viosim;

TEST_CASE("a ring gives back in order what it took, however often it grew and turned", "[structures][unit]") {
  Fifo<int> ring;
  std::deque<int> expected;
  Stream draws(1, "fifo");
  for (int i = 0; i < 10'000; ++i) {
    if (!expected.empty() && draws.chance(0.45)) {
      REQUIRE(ring.front() == expected.front());
      REQUIRE(ring.back() == expected.back());
      REQUIRE(ring.pop() == expected.front());
      expected.pop_front();
    } else {
      ring.push(i);
      expected.push_back(i);
    }
    REQUIRE(ring.empty() == expected.empty());
  }
}

TEST_CASE("what comes in late joins its place, behind its equals", "[structures][unit]") {
  struct Item { std::int64_t at; int number; };
  Fifo<Item> ring;
  Stream draws(2, "fifo");
  std::deque<Item> expected;
  for (int i = 0; i < 2'000; ++i) {
    const Item item{draws.between(i, i + 20), i};
    ring.push_ordered(item, [](const Item& a, const Item& b) { return a.at > b.at; });
    auto place = expected.end();
    while (place != expected.begin() && std::prev(place)->at > item.at) --place;
    expected.insert(place, item);
    if (draws.chance(0.4)) {
      REQUIRE(ring.pop().number == expected.front().number);
      expected.pop_front();
    }
  }
  for (; !expected.empty(); expected.pop_front()) REQUIRE(ring.pop().number == expected.front().number);
  CHECK(ring.empty());
}
