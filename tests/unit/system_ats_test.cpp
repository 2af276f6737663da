// A device with a TLB of its own (ATS) in a whole system: run iommu-ats.
#include <catch2/catch.hpp>

#include <cmath>

#include "support/simulated.h"

using namespace viosim;
using namespace viosim::test;
using platform::PointResult;

namespace {

/// Pages of 4 KB; a device TLB of 512 entries unless the label says another.
PointResult ats(const std::string& window, std::vector<std::string> overrides = {},
                const std::string& translation = "ATS 512") {
  overrides.insert(overrides.begin(), {"workload.warm_up=8000", "workload.iterations=8000"});
  PointResult point = simulated("iommu-ats", {{"translation", translation}, {"window", window}}, overrides);
  CHECK(point.operations == 8000);
  CHECK(point.residual() == 0);
  for (const platform::SiteRow& site : point.sites) CHECK(site.residual() == 0);
  for (const platform::StackRow& row : point.stack) CHECK((row.cause != "Queueing" && row.cause != "Unattributed"));
  return point;
}

double value(const PointResult& point) { return static_cast<double>(point.headline_metric().value); }
double count(const PointResult& point, const char* counter) {
  const platform::Metric* const metric = point.metric(counter);
  return metric == nullptr ? 0 : static_cast<double>(metric->value) * std::pow(10, -metric->decimals);
}

}  // namespace

TEST_CASE("A device TLB that holds the window spares the IOMMU its walks and costs no bandwidth", "[system][ats]") {
  const PointResult with = ats("1 MB");  // 256 pages; the IOTLB holds 120
  const PointResult without = ats("1 MB", {"workload.mapping=direct"});
  CHECK(count(with, "device_tlb_misses") == 0);
  CHECK(count(with, "page_walks") == 0);
  for (const platform::SiteRow& site : with.sites)
    if (site.site == "host0.iommu0.walker") CHECK(site.served == 0);
  CHECK(std::abs(value(with) - value(without)) <= 0.01 * value(without));
  CHECK(value(ats("1 MB", {}, "IOMMU")) < 0.8 * value(without));
}

TEST_CASE("A hit in the device's TLB adds the look-ups of device and IOMMU to a read", "[system][ats]") {
  const std::vector<std::string> one = {"workload.test=lat_rd"};
  const std::vector<std::string> direct = {"workload.test=lat_rd", "workload.mapping=direct"};
  CHECK(value(ats("64 KB", one)) - value(ats("64 KB", direct)) == 8'000 + 2'000);
  CHECK(per_operation(ats("64 KB", one), "TlbLookup", "host0.device_tlb0") == 8'000);
}

TEST_CASE("The knee of read bandwidth lies at the reach of the device's TLB", "[system][ats]") {
  const PointResult inside = ats("256 KB", {}, "ATS 64"), beyond = ats("512 KB", {}, "ATS 64");
  CHECK(count(inside, "device_tlb_misses") == 0);
  CHECK(value(beyond) < 0.85 * value(inside));
  // At random, half of twice the reach is there.
  CHECK(count(beyond, "device_tlb_misses") / count(beyond, "device_tlb_lookups") == Approx(0.5).margin(0.03));
  const PointResult moved = ats("512 KB", {"host0.device_tlb0.entries=128"}, "ATS 64");
  CHECK(count(moved, "device_tlb_misses") == 0);
  CHECK(value(moved) == Approx(value(inside)).epsilon(0.01));
}

TEST_CASE("Writes by a device TLB that misses are all attributed", "[system][ats]") {
  const PointResult writes = ats("2 MB", {"workload.test=bw_wr", "workload.size=512 B"}, "ATS 64");
  CHECK(count(writes, "device_tlb_misses") > 0);
  CHECK(per_operation(writes, "OrderingStall", "host0.device_tlb0") > 0);
  const PointResult mixed = ats("2 MB", {"workload.test=lat_wrrd", "workload.size=2048 B"}, "ATS 64");
  CHECK(count(mixed, "device_tlb_misses") > 0);
}
