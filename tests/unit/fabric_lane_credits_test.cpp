#include <catch2/catch.hpp>

#include "fabric/lane_credits.h"

using namespace viosim;
using fabric::LaneCredits;

TEST_CASE("credits come back with the flow control packet, not before", "[fabric][unit]") {
  LaneCredits c(Count(10), Duration(0), Duration(5));
  c.take(Count(7));
  CHECK(c.available(Time(0)) == Count(3));
  CHECK(c.next_return() == Time::never());
  c.give_back(Count(7), Time(100));
  CHECK(c.next_return() == Time(105));
  CHECK(c.available(Time(104)) == Count(3));
  CHECK(c.available(Time(105)) == Count(10));
  CHECK(c.next_return() == Time::never());
}

TEST_CASE("what is freed within an interval goes with the next packet", "[fabric][unit]") {
  LaneCredits c(Count(4), Duration(50), Duration(5));
  c.take(Count(4));
  c.give_back(Count(1), Time(10));
  c.give_back(Count(1), Time(20));
  c.give_back(Count(1), Time(30));
  c.give_back(Count(1), Time(61));
  CHECK(c.available(Time(15)) == Count(1));
  CHECK(c.next_return() == Time(65));
  CHECK(c.available(Time(64)) == Count(1));
  CHECK(c.available(Time(65)) == Count(3));
  CHECK(c.next_return() == Time(115));
  CHECK(c.available(Time(115)) == Count(4));
}

TEST_CASE("buffers are freed in any order", "[fabric][unit]") {
  LaneCredits c(Count(2), Duration(0), Duration(0));
  c.take(Count(2));
  c.give_back(Count(1), Time(100));
  c.give_back(Count(1), Time(50));
  CHECK(c.next_return() == Time(50));
  CHECK(c.available(Time(50)) == Count(1));
  CHECK(c.available(Time(100)) == Count(2));
}

TEST_CASE("a long run of credits keeps its sum", "[fabric][unit]") {
  LaneCredits c(Count(1000), Duration(7), Duration(3));
  for (std::int64_t i = 0; i < 100'000; ++i) {
    REQUIRE(c.available(Time(i)) > Count(0));
    c.take(Count(1));
    c.give_back(Count(1), Time(i + i % 11));
  }
  CHECK(c.available(Time(200'000)) == Count(1000));
}

TEST_CASE("however late it is counted, as much has come back", "[fabric][unit]") {
  // One counts whenever it sends, the other when some are out: they say the same.
  const std::int64_t blocks = GENERATE(5, 17, 60, 800);
  LaneCredits late(Count(blocks), Duration(40), Duration(9)), always(Count(blocks), Duration(40), Duration(9));
  std::uint64_t dice = 1;
  for (std::int64_t at = 0; at < 50'000; at += 1 + static_cast<std::int64_t>(dice >> 60)) {
    dice = dice * 6364136223846793005u + 1442695040888963407u;
    const Count need(1 + static_cast<std::int64_t>(dice >> 40) % 4);
    const bool enough = always.available(Time(at)) >= need;
    REQUIRE(late.enough(need, Time(at)) == enough);
    if (!enough) continue;
    const Time freed(at + static_cast<std::int64_t>(dice >> 50) % 30);
    for (LaneCredits* c : {&late, &always}) {
      c->take(need);
      c->give_back(need, freed);
    }
  }
  CHECK(late.available(Time(60'000)) == Count(blocks));
}
