#include <catch2/catch.hpp>

#include "support/fabric_end.h"

using namespace viosim;
using namespace viosim::fabric;

TEST_CASE("the data rate is the signalling rate less code and skip sets", "[fabric][analytic]") {
  LiteralParams plain = easy_link();
  CHECK(LinkTiming(LinkParams(plain)).data_rate() == BitRate(32'000'000'000));
  LiteralParams skip = easy_link().set("skip_symbols", "4");
  CHECK(LinkTiming(LinkParams(skip)).data_rate() == BitRate(32'000'000'000 - 27'753'687));  // 4 / 4612, rounded up
  LiteralParams fdr = easy_link().set("coding", "64b/66b").set("signalling", "66 Gb/s");
  CHECK(LinkTiming(LinkParams(fdr)).data_rate() == BitRate(64'000'000'000));
}

TEST_CASE("propagation is two SerDes and the cable", "[fabric][analytic]") {
  LiteralParams in = easy_link().set("length", "2.5").set("per_metre", "4.3 ns").set("serdes", "30 ns");
  CHECK(LinkTiming(LinkParams(in)).propagation() == picoseconds(70'750));
}

TEST_CASE("a packet takes blocks of 64 bytes from LRH to VCRC", "[fabric][analytic]") {
  LiteralParams in = easy_link();
  const LinkTiming t{LinkParams(in)};
  CHECK(t.blocks(bytes(66)) == Count(1));
  CHECK(t.blocks(bytes(67)) == Count(2));
  CHECK(t.buffer() == Count(128));
}

TEST_CASE("absurd cables are refused", "[fabric][analytic]") {
  LiteralParams negative = easy_link().set("length", "-1");
  CHECK_THROWS(LinkTiming(LinkParams(negative)));
  LiteralParams slow = easy_link().set("signalling", "1 b/s");
  CHECK_THROWS(LinkTiming(LinkParams(slow)));
  LiteralParams code = easy_link().set("coding", "9b/10b");
  CHECK_THROWS(LinkParams(code));
}
