// Who a throughput result names as its bottleneck. The client's core polls and is busy all the time.
#include <catch2/catch.hpp>

#include "support/simulated.h"

using namespace viosim;
using namespace viosim::test;

TEST_CASE("Small messages wait for the adapter's engine, not for the core that polls", "[platform][unit]") {
  const platform::PointResult small = simulated("perftest-native", {{"test", "bandwidth"}, {"size", "2 B"}});
  CHECK(small.bottleneck_site == "esx0.hca0.wqe_engine");
  CHECK(small.bottleneck_cause == "Pipeline");
}

TEST_CASE("Large messages wait for the wire", "[platform][unit]") {
  const platform::PointResult large =
      simulated("perftest-native", {{"test", "bandwidth"}, {"size", "64 KB"}}, {"workload.iterations=200"});
  CHECK(large.bottleneck_site == "link0.a_to_b");
  CHECK(large.bottleneck_cause == "LinkSerialization");
}

TEST_CASE("A core that works for each message is a bottleneck", "[platform][unit]") {
  const platform::PointResult slow = simulated("perftest-native", {{"test", "bandwidth"}, {"size", "2 B"}},
                                               {"esx0.verbs.cycles_per_instruction=4", "workload.iterations=200"});
  CHECK(slow.bottleneck_site == "esx0.core0");
  CHECK(slow.bottleneck_cause == "Execute");
}
