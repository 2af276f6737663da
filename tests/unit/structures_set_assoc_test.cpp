#include <catch2/catch.hpp>

#include "structures/set_assoc.h"

using namespace viosim;

TEST_CASE("erase_if removes what it names and keeps the order of the others", "[structures][unit]") {
  SetAssoc<int> array(2, 4);
  for (const std::uint64_t key : {0, 2, 4, 6, 1, 3}) array.insert(key, static_cast<int>(key * 10));
  array.erase_if([](std::uint64_t key, int value) { return key % 4 == 0 || value == 30; });
  CHECK(array.peek(0) == nullptr);
  CHECK(array.peek(4) == nullptr);
  CHECK(array.peek(3) == nullptr);
  REQUIRE(array.peek(2) != nullptr);
  CHECK(*array.peek(2) == 20);
  CHECK(*array.peek(6) == 60);
  CHECK(*array.peek(1) == 10);
  // Two places are free, then the least recently used of those that stayed goes.
  CHECK(array.insert(8, 80).key == SetAssoc<int>::kNone);
  CHECK(array.insert(10, 100).key == SetAssoc<int>::kNone);
  CHECK(array.insert(12, 120).key == 2);
  CHECK(array.insert(14, 140).key == 6);
}

TEST_CASE("erase_if may empty an array", "[structures][unit]") {
  SetAssoc<int> array(1, 3);
  array.erase_if([](std::uint64_t, int) { return true; });
  for (const std::uint64_t key : {5, 6, 7}) array.insert(key, 1);
  array.erase_if([](std::uint64_t, int) { return true; });
  for (const std::uint64_t key : {5, 6, 7}) CHECK(array.find(key) == nullptr);
  CHECK(array.insert(5, 2).key == SetAssoc<int>::kNone);
}

TEST_CASE("the front of a set is what was used last", "[structures][unit]") {
  SetAssoc<int> array(1, 3);
  CHECK(array.front(1) == nullptr);
  array.insert(1, 10);
  array.insert(2, 20);
  CHECK(array.front(1) == nullptr);
  REQUIRE(array.front(2) != nullptr);
  CHECK(*array.front(2) == 20);
  array.find(1);
  REQUIRE(array.front(1) != nullptr);
  array.erase(1);
  CHECK(array.front(1) == nullptr);
  CHECK(array.front(2) != nullptr);
}
