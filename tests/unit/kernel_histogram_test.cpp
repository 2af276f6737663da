#include <catch2/catch.hpp>
#include <stdexcept>

#include "kernel/histogram.h"
#include "kernel/random.h"

using namespace viosim;

TEST_CASE("percentiles below the bound are exact, by nearest rank", "[kernel][unit]") {
  Histogram h;
  for (const std::int64_t v : {50, 15, 40, 20, 35}) h.add(v);
  CHECK(h.percentile(5) == 15);
  CHECK(h.percentile(30) == 20);
  CHECK(h.percentile(40) == 20);
  CHECK(h.percentile(41) == 35);
  CHECK(h.percentile(50) == 35);
  CHECK(h.percentile(100) == 50);
  CHECK(h.percentile(0) == 15);
  CHECK(h.percentile(999, 1000) == 50);
  CHECK(h.sum() == 160);
  CHECK(h.count() == 5);
  CHECK(h.min() == 15);
  CHECK(h.max() == 50);
  h.add(1);  // after a question
  CHECK(h.percentile(0) == 1);
}

TEST_CASE("above the bound percentiles are within 1/128", "[kernel][unit]") {
  Histogram exact(1'000'000), coarse(1'000);
  Stream s(1, "values");
  for (int i = 0; i < 100'000; ++i) {
    const std::int64_t v = s.between(0, std::int64_t{1} << s.between(0, 50));
    exact.add(v);
    coarse.add(v);
  }
  CHECK(exact.exact());
  CHECK_FALSE(coarse.exact());
  for (std::int64_t p = 0; p <= 1000; ++p) {
    const std::int64_t a = exact.percentile(p, 1000), b = coarse.percentile(p, 1000);
    INFO(p);
    CHECK((a > b ? a - b : b - a) * 128 <= a);
  }
  CHECK(coarse.min() == exact.min());
  CHECK(coarse.max() == exact.max());
  CHECK(coarse.sum() == exact.sum());
  CHECK(coarse.percentile(100) <= coarse.max());
}

TEST_CASE("every value is within 1/128 of the middle of its bucket", "[kernel][unit]") {
  std::size_t before = 0;
  for (std::int64_t v = 0; v > -1 && v < INT64_MAX / 2; v += v / 1000 + 1) {
    const std::size_t b = Histogram::bucket_of(v);
    REQUIRE(b >= before);
    before = b;
    const std::int64_t m = Histogram::middle_of(b);
    REQUIRE((m > v ? m - v : v - m) <= v / 128);
    REQUIRE(Histogram::bucket_of(m) == b);
  }
  CHECK_NOTHROW(Histogram(0).add(INT64_MAX));
}

TEST_CASE("an empty histogram answers 0, nonsense is refused", "[kernel][unit]") {
  Histogram h;
  CHECK(h.percentile(50) == 0);
  CHECK(h.max() == 0);
  CHECK_THROWS_AS(h.add(-1), std::invalid_argument);
  CHECK_THROWS_AS(h.percentile(101), std::invalid_argument);
  CHECK_THROWS_AS(h.percentile(-1), std::invalid_argument);
  CHECK_THROWS_AS(h.percentile(0, 0), std::invalid_argument);
}
