#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <vector>

#include "structures/assoc_store.h"
#include "structures/epochs.h"

using namespace viosim;

namespace {

/// The same by search in a row, newest first.
class Row {
 public:
  Row(std::size_t sets, std::size_t ways) : ways_(ways), sets_(sets) {}
  const int* find(std::uint64_t key) {
    auto& set = sets_[key % sets_.size()];
    const auto at = std::find_if(set.begin(), set.end(), [&](const auto& e) { return e.first == key; });
    if (at == set.end()) return nullptr;
    std::rotate(set.begin(), at, at + 1);
    return &set.front().second;
  }
  void insert(std::uint64_t key, int value) {
    auto& set = sets_[key % sets_.size()];
    if (find(key) != nullptr) set.erase(set.begin());
    if (set.size() == ways_) set.pop_back();
    set.insert(set.begin(), {key, value});
  }
  void erase(std::uint64_t key) {
    auto& set = sets_[key % sets_.size()];
    std::erase_if(set, [&](const auto& e) { return e.first == key; });
  }

 private:
  std::size_t ways_;
  std::vector<std::vector<std::pair<std::uint64_t, int>>> sets_;
};

void compare(std::size_t entries, std::size_t ways, std::int64_t keys) {
  AssocStore<int> store(entries, ways);
  Row row(entries / ways, ways);
  Stream dice(7, "compare");
  for (int i = 0; i < 20'000; ++i) {
    // Keys far apart too, as pages of different domains are.
    const auto key = static_cast<std::uint64_t>(dice.between(0, keys)) * (i % 3 == 0 ? 0x1'0000'0001 : 1);
    const std::int64_t what = dice.between(0, 9);
    if (what < 4) {
      const int* const expected = row.find(key);
      const int* const found = store.find(key);
      REQUIRE((found == nullptr) == (expected == nullptr));
      if (found != nullptr) REQUIRE(*found == *expected);
    } else if (what < 9) {
      store.insert(key, i);
      row.insert(key, i);
    } else {
      store.erase(key);
      row.erase(key);
    }
  }
}

}  // namespace

TEST_CASE("an associative store holds and displaces what a search in a row would", "[structures][unit]") {
  compare(1, 1, 5);
  compare(64, 64, 90);
  compare(64, 4, 120);
  compare(12, 4, 30);  // three sets
  compare(128, 2, 200);
}

TEST_CASE("a store that draws its victims keeps to the set and repeats itself", "[structures][unit]") {
  AssocStore<int> a(64, 64, Stream(1, "a")), b(64, 64, Stream(1, "a")), lru(64, 64);
  int held = 0, by_age = 0;
  for (std::uint64_t key = 0; key < 1000; ++key) {
    CHECK(a.insert(key, 0) == (key >= 64));
    b.insert(key, 0);
    lru.insert(key, 0);
  }
  for (std::uint64_t key = 0; key < 1000; ++key) {
    const bool there = a.find(key) != nullptr;
    REQUIRE(there == (b.find(key) != nullptr));
    held += there ? 1 : 0;
    by_age += there && key < 1000 - 64 ? 1 : 0;
  }
  CHECK(held == 64);
  CHECK(by_age > 10);  // some old ones were lucky
  CHECK(lru.find(1000 - 64) != nullptr);
  CHECK(lru.find(1000 - 65) == nullptr);
}

TEST_CASE("a store forgets by a rule, a free place is taken before anything goes", "[structures][unit]") {
  AssocStore<int> store(4, 4);
  for (std::uint64_t key = 0; key < 4; ++key) store.insert(key, static_cast<int>(key));
  store.erase_if([](std::uint64_t key, int) { return key % 2 == 0; });
  CHECK(store.find(0) == nullptr);
  CHECK_FALSE(store.insert(8, 8));
  CHECK_FALSE(store.insert(9, 9));
  CHECK(store.insert(10, 10));
  CHECK(store.find(1) == nullptr);  // the oldest
  CHECK(store.find(3) != nullptr);
  store.clear();
  CHECK(store.find(3) == nullptr);
}

TEST_CASE("a store without entries holds nothing, ways that do not divide are refused", "[structures][unit]") {
  AssocStore<int> none(0, 0);
  CHECK_FALSE(none.insert(1, 1));
  CHECK(none.find(1) == nullptr);
  CHECK_FALSE(none.erase(1));
  CHECK_THROWS_AS(AssocStore<int>(8, 3), std::invalid_argument);
  CHECK_THROWS_AS(AssocStore<int>(8, 0), std::invalid_argument);
}

TEST_CASE("an epoch ends when all that began in it has", "[structures][unit]") {
  Epochs epochs;
  const auto a = epochs.enter(), b = epochs.enter();
  epochs.close();
  const auto c = epochs.enter();
  CHECK_FALSE(epochs.drained());
  CHECK_THROWS_AS(epochs.close(), std::logic_error);
  CHECK_FALSE(epochs.leave(a));
  CHECK_FALSE(epochs.leave(c));
  CHECK(epochs.leave(b));
  CHECK(epochs.drained());
  epochs.close();
  CHECK(epochs.drained());
}
