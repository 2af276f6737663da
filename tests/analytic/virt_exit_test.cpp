#include <catch2/catch.hpp>

#include "support/machine.h"

using namespace viosim;
using namespace viosim::test;

TEST_CASE("exit and entry are the two shares of the hardware round trip", "[virt][analytic]") {
  for (const char* share : {"0", "0.3", "0.5", "1"}) {
    LiteralParams in = exit_literals().set("hardware_round_trip", "761 cycles").set("exit_share", share);
    const virt::ExitCosts costs(in);
    const virt::ExitTiming timing(costs);
    CHECK(timing.exit() + timing.entry() == Cycles(761));
    CHECK(timing.exit().raw() == std::llround(761 * *costs.exit_share));
  }
}

TEST_CASE("a string access exits once a chunk", "[virt][analytic]") {
  LiteralParams in = exit_literals();
  const virt::ExitCosts costs(in);
  const virt::ExitTiming timing(costs);
  CHECK(timing.string_exits(Bytes(24)) == 1);
  CHECK(timing.string_exits(Bytes(4096)) == 1);
  CHECK(timing.string_exits(Bytes(4097)) == 2);
  CHECK(timing.string_exits(Bytes(3 * 4096)) == 3);
}

TEST_CASE("an impossible share or translation array is refused", "[virt][analytic]") {
  LiteralParams share = exit_literals().set("exit_share", "1.5");
  CHECK_THROWS_WITH(virt::ExitTiming(virt::ExitCosts(share)), Catch::Contains("exit_share"));
  LiteralParams tlb = exit_literals().set("tlb_entries", "63");
  CHECK_THROWS_WITH(virt::ExitTiming(virt::ExitCosts(tlb)), Catch::Contains("tlb_entries"));
}
