// The run two-d-walk: what it is to show, and the laws in a sample of its points.
#include <catch2/catch.hpp>

#include "support/simulated.h"

using namespace viosim;
using namespace viosim::test;

namespace {

/// ps of a load, the mean.
std::int64_t load(const std::string& paging, const std::string& page, const std::string& working_set) {
  INFO(paging << ", " << page << ", " << working_set);
  const platform::PointResult r = simulated(
      "two-d-walk", {{"paging", paging}, {"page", page}, {"working_set", working_set}}, {"workload.iterations=4000"});
  CHECK(r.operations == 4000);
  CHECK(r.residual() == 0);
  for (const platform::StackRow& row : r.stack) CHECK((row.cause != "Queueing" && row.cause != "Unattributed"));
  for (const platform::SiteRow& site : r.sites) CHECK(site.residual() == 0);
  const bool exits = r.metric("vm_exits") != nullptr;
  CHECK(exits == (paging == "shadow, updates"));
  return r.headline_metric().value;
}

}  // namespace

TEST_CASE("Nested walks cost where the TLB's reach ends, and less in large pages", "[system][mmu][unit]") {
  CHECK(load("ept", "4 KB", "64 KB") == load("native", "4 KB", "64 KB"));
  const std::int64_t native = load("native", "4 KB", "256 MB"), nested = load("ept", "4 KB", "256 MB");
  CHECK(nested > native + native / 20);
  CHECK(load("ept", "2 MB", "256 MB") - load("native", "2 MB", "256 MB") < (nested - native) / 2);
}

TEST_CASE("A shadow walks as natively, until the guest changes its tables", "[system][mmu][unit]") {
  const std::int64_t native = load("native", "4 KB", "16 MB"), shadow = load("shadow", "4 KB", "16 MB");
  CHECK(std::abs(shadow - native) < native / 50);  // pages stand on other frames, no more
  const std::int64_t nested = load("ept", "4 KB", "16 MB");
  CHECK(nested > shadow);
  CHECK(load("shadow, updates", "4 KB", "16 MB") > load("ept, updates", "4 KB", "16 MB"));
}

TEST_CASE("Both schedulers give the same walk", "[system][mmu][unit]") {
  for (const char* paging : {"native", "ept", "shadow, updates"}) {
    platform::RunOptions systemc;
    systemc.scheduler = platform::SchedulerChoice::systemc;
    const platform::Labels at = {{"paging", paging}, {"page", "4 KB"}, {"working_set", "1 MB"}};
    const std::vector<std::string> few = {"workload.iterations=1000", "workload.warm_up=1000"};
    platform::PointResult fast = simulated("two-d-walk", at, few), slow = simulated("two-d-walk", at, few, systemc);
    fast.wall_ns = slow.wall_ns = 0;
    CHECK(fast == slow);
  }
}
