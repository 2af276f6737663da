#include <catch2/catch.hpp>
#include <stdexcept>

#include "kernel/random.h"

using namespace viosim;

TEST_CASE("FNV-1a of known texts", "[kernel][unit]") {  // the published vectors
  CHECK(fnv1a("") == 0xcbf29ce484222325ULL);
  CHECK(fnv1a("a") == 0xaf63dc4c8601ec8cULL);
  CHECK(fnv1a("foobar") == 0x85944171f73967e8ULL);
}

TEST_CASE("a stream depends on seed and path, and on nothing else", "[kernel][unit]") {
  Stream a(1, "esx0.hca0"), same(1, "esx0.hca0"), seed(2, "esx0.hca0"), path(1, "esx0.hca1");
  int like_seed = 0, like_path = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t x = a.bits();
    REQUIRE(x == same.bits());
    like_seed += x == seed.bits();
    like_path += x == path.bits();
  }
  CHECK(like_seed == 0);
  CHECK(like_path == 0);
}

TEST_CASE("uniform numbers fill their range", "[kernel][unit]") {
  Stream s(1, "x");
  double sum = 0;
  std::int64_t low = 100, high = -100;
  for (int i = 0; i < 100'000; ++i) {
    const double u = s.uniform();
    REQUIRE(u >= 0);
    REQUIRE(u < 1);
    sum += u;
    const std::int64_t n = s.between(-3, 3);
    low = n < low ? n : low;
    high = n > high ? n : high;
  }
  CHECK(sum / 100'000 == Approx(0.5).margin(0.01));
  CHECK(low == -3);
  CHECK(high == 3);
  CHECK(s.between(5, 5) == 5);
  CHECK_FALSE(s.chance(0));
  CHECK(s.chance(1));
  CHECK_THROWS_AS(s.between(2, 1), std::invalid_argument);
}
