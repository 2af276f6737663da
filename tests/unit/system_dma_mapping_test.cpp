// The run iommu-mapping: what each policy pays for, the laws, what it refuses.
#include <catch2/catch.hpp>

#include "support/system_shift.h"

using namespace viosim;
using namespace viosim::test;

namespace {

platform::Labels at(const std::string& policy, const std::string& size = "64 B") {
  return {{"policy", policy}, {"size", size}};
}
const Overrides kFewer = {"workload.iterations=1000", "workload.warm_up=250"};

platform::PointResult mapped(const std::string& policy, const Overrides& more = {},
                             const std::string& size = "64 B") {
  const platform::PointResult r = simulated("iommu-mapping", at(policy, size), joined(kFewer, more));
  CHECK(r.operations == 1000);
  CHECK(r.metric("iommu_faults") == nullptr);  // a write that is refused is silent
  CHECK(r.residual() == 0);
  return r;
}

/// Thousandths an operation.
std::int64_t count(const platform::PointResult& r, const std::string& name) {
  return r.metric(name) == nullptr ? 0 : r.metric(name)->value;
}

}  // namespace

TEST_CASE("Strict waits for every invalidation, deferred for one a batch, persistent for none",
          "[system][iommu][unit]") {
  const Rows waits{"InvalidationWait"};
  const platform::PointResult strict = mapped("strict"), deferred = mapped("deferred"), kept = mapped("persistent");
  CHECK(waits.spans(strict) == 2 * 1000);  // a descriptor that invalidates, one that says so
  CHECK(waits.spans(deferred) == 2 * 1000 / 250);
  CHECK(waits.spans(kept) == 0);
  CHECK(count(strict, "dma_flushes") == 1000);
  CHECK(count(deferred, "dma_flushes") == 1000 / 250);
  CHECK(count(kept, "dma_flushes") == 0);
  CHECK(waits.spans(mapped("deferred", {"host0.mapper0.batch=10"})) == 2 * 1000 / 10);
}

TEST_CASE("What policies cost stands in order, in the time of unmapping", "[system][iommu][unit]") {
  for (const char* direction : {"read", "write"}) {
    INFO(direction);
    const Overrides way = {std::string("workload.direction=") + direction};
    const platform::PointResult strict = mapped("strict", way), deferred = mapped("deferred", way),
                                kept = mapped("persistent", way);
    CHECK(strict.headline_metric().value > deferred.headline_metric().value);
    CHECK(deferred.headline_metric().value > kept.headline_metric().value);
    CHECK(count(strict, "map_time") == count(deferred, "map_time"));
    CHECK(count(strict, "unmap_time") - count(deferred, "unmap_time") > per_operation(strict, "InvalidationWait"));
    CHECK(count(kept, "map_time") + count(kept, "unmap_time") == 0);
    CHECK(count(strict, "operation_rate") < count(kept, "operation_rate"));
  }
}

TEST_CASE("Mapping takes its cycles, page by page", "[system][iommu][unit]") {
  const Overrides clock = {"host0.frequency=2 GHz"};
  CHECK(count(mapped("strict", clock, "2 KB"), "map_time") == (3986 + 44 + 588) * 500);
  CHECK(count(mapped("strict", joined(clock, {"workload.size=20 KB"})), "map_time") == (3986 + 44 + 5 * 588) * 500);
}

TEST_CASE("A slower invalidation queue costs strict two descriptors an operation, persistent nothing",
          "[system][iommu][perturbation]") {
  const auto check = [](const std::string& policy, std::int64_t expected) {
    INFO(policy);
    const Overrides base = joined(kFewer, {"host0.iommu0.descriptor_time=200 ns"});
    const Shift s = shift("iommu-mapping", at(policy), {"host0.iommu0.descriptor_time=300 ns"}, base);
    CHECK(s.before.residual() == 0);
    CHECK(s.after.residual() == 0);
    CHECK(s.of({"InvalidationWait"}) == expected);
    CHECK(s.elapsed_without_polling() == expected);
    CHECK(s.elsewhere({{"InvalidationWait"}}) == 0);
  };
  check("strict", 1000 * 2 * 100'000);
  check("deferred", 1000 / 250 * 2 * 100'000);
  check("persistent", 0);
}

TEST_CASE("An unmapped page is out of the IOTLB: a small ring misses under strict, hits when it is kept",
          "[system][iommu][unit]") {
  const Overrides small = {"workload.buffers=16"};
  CHECK(count(mapped("strict", small), "iotlb_misses") == 1000);
  CHECK(count(mapped("persistent", small), "iotlb_misses") == 0);
}

TEST_CASE("Both schedulers give the same mapping", "[system][iommu][unit]") {
  for (const char* policy : {"strict", "deferred", "persistent"}) {
    platform::RunOptions systemc;
    systemc.scheduler = platform::SchedulerChoice::systemc;
    platform::PointResult fast = simulated("iommu-mapping", at(policy), kFewer),
                          slow = simulated("iommu-mapping", at(policy), kFewer, systemc);
    fast.wall_ns = slow.wall_ns = 0;
    CHECK(fast == slow);
  }
}

TEST_CASE("Buffers beyond what memory holds are refused at the workload", "[system][iommu][unit]") {
  CHECK_THROWS_WITH(mapped("strict", {"workload.size=1 MB", "workload.buffers=65536", "host0.node_memory=1 GB"}),
                    Catch::Contains("workload") && Catch::Contains("bytes left"));
}
