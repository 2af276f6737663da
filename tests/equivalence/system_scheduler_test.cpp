// One SystemC event a wait, or the kernel's own queue: the same result. And a result is a function of its inputs.
#include <catch2/catch.hpp>

#include "support/simulated.h"

using namespace viosim;
using namespace viosim::test;

namespace {

platform::PointResult timeless(platform::PointResult point) {
  point.wall_ns = 0;
  return point;
}

platform::PointResult both(const std::string& run, const platform::Labels& labels,
                           const std::vector<std::string>& overrides) {
  INFO(platform::to_text(labels));
  platform::RunOptions own, systemc;
  systemc.scheduler = platform::SchedulerChoice::systemc;
  const platform::PointResult fast = timeless(simulated(run, labels, overrides, own));
  CHECK(fast == timeless(simulated(run, labels, overrides, systemc)));
  CHECK(fast.operations > 0);
  return fast;
}

}  // namespace

TEST_CASE("Both schedulers give the same result on every path", "[system][equivalence]") {
  std::vector<platform::PointResult> results;
  for (const char* path :
       {"native", "native, no inline", "directpath", "sriov", "vrdma", "vrdma, interrupt", "vrdma, poller"})
    results.push_back(both("rdma-write-latency", {{"path", path}, {"size", "64 B"}}, {"workload.iterations=100"}));
  for (std::size_t a = 0; a < results.size(); ++a)
    for (std::size_t b = 0; b < a; ++b) CHECK_FALSE(results[a].stack == results[b].stack);  // the paths differ
}

TEST_CASE("Both schedulers give the same result with completion events", "[system][equivalence]") {
  for (const char* path : {"native", "directpath", "vrdma", "vrdma, interrupt"})
    both("rdma-send-event", {{"completion", "event"}, {"path", path}, {"size", "1 KB"}}, {"workload.iterations=100"});
}

TEST_CASE("Both schedulers give the same bandwidth with and without faults", "[system][equivalence]") {
  const platform::Labels at = {{"test", "bandwidth"}, {"size", "4 KB"}};
  const platform::PointResult clean = both("perftest-native", at, {});
  const platform::PointResult faulty = both("perftest-native", at, {"link0.fault_drop=0.01"});
  CHECK_FALSE(clean == faulty);
}

TEST_CASE("The seed alone decides what chance does", "[system][equivalence]") {
  const auto lossy = [](const std::string& seed) {
    return timeless(simulated("perftest-native", {{"test", "bandwidth"}, {"size", "4 KB"}},
                              {"link0.fault_drop=0.01", "seed=" + seed}));
  };
  const platform::PointResult one = lossy("7");
  CHECK(one == lossy("7"));
  CHECK_FALSE(one == lossy("8"));
}
