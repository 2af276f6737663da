#include <catch2/catch.hpp>

#include "support/simulated.h"

using namespace viosim;
using namespace viosim::platform;
using test::simulated;

namespace {

PointResult bandwidth(const std::vector<std::string>& overrides) {
  std::vector<std::string> all = {"workload.iterations=2000", "workload.warm_up=500"};
  all.insert(all.end(), overrides.begin(), overrides.end());
  return simulated("pcie-bandwidth-size", {{"host", "E5-2630v4"}, {"test", "bw_wr"}, {"size", "64 B"}}, all);
}

PointResult latency(const std::vector<std::string>& overrides) {
  return simulated("pcie-latency-size", {{"host", "E5-2620v2"}, {"translation", "off"}, {"size", "64 B"}}, overrides);
}

std::int64_t median(const PointResult& p) { return p.headline_metric().value; }

/// Thousandths per operation.
std::int64_t count(const PointResult& p, const char* name) { return p.metric(name)->value; }

}  // namespace

TEST_CASE("One byte beyond a TLP's payload is one more TLP, and costs bandwidth", "[system][unit]") {
  const PointResult whole = bandwidth({"workload.size=256 B"}), more = bandwidth({"workload.size=257 B"});
  CHECK(count(whole, "tlps_write") == 1000);
  CHECK(count(more, "tlps_write") == 2000);
  // On the engine's bus: 1 + 9 cycles of 4 ns (16 + 256 B by 32), and one more for the last byte.
  CHECK(whole.metric("bandwidth")->value == 256LL * 8 * 1'000'000'000 / 40);
  CHECK(more.metric("bandwidth")->value == 257LL * 8 * 1'000'000'000 / 44);
}

TEST_CASE("With the smallest payload 129 B show it too, for reads and writes", "[system][unit]") {
  const std::vector<std::string> small = {"host0.endpoint0.max_payload=128 B", "host0.root_complex0.completion_unit=128 B"};
  const auto at = [&](const char* test, const char* size) {
    std::vector<std::string> all = small;
    all.push_back(std::string("workload.test=") + test);
    all.push_back(std::string("workload.size=") + size);
    return bandwidth(all);
  };
  CHECK(count(at("bw_wr", "128 B"), "tlps_write") == 1000);
  CHECK(count(at("bw_wr", "129 B"), "tlps_write") == 2000);
  CHECK(count(at("bw_rd", "128 B"), "tlps_completion") == 1000);
  CHECK(count(at("bw_rd", "129 B"), "tlps_completion") == 2000);
}

TEST_CASE("A transfer that begins inside a line touches one line more", "[system][unit]") {
  const PointResult aligned = latency({}), inside = latency({"workload.offset=32 B"});
  CHECK(median(inside) > median(aligned));  // a second line of the cache
  CHECK(test::per_operation(inside, "CacheAccess") > test::per_operation(aligned, "CacheAccess"));
}

TEST_CASE("A throughput names what binds it", "[system][unit]") {
  const PointResult issue = bandwidth({});
  CHECK(issue.bottleneck_site == "host0.dma0.write_issue");
  CHECK(issue.bottleneck_cause == "RateLimit");
  const PointResult bus = bandwidth({"workload.size=2048 B"});
  CHECK(bus.bottleneck_site == "host0.dma0.bus_out");
  const PointResult link = bandwidth({"workload.size=2048 B", "host0.dma0.bus_clock=500 MHz"});
  CHECK(link.bottleneck_site == "host0.pcie0.up");
  CHECK(link.bottleneck_cause == "LinkSerialization");
  const PointResult tags = bandwidth({"workload.test=bw_rd", "host0.dma0.reads_in_flight=8"});
  CHECK(tags.bottleneck_site == "host0.dma0.reads");
  const std::vector<std::string> misses = {"workload.test=bw_rd", "workload.mapping=iommu", "workload.window=64 MB",
                                           "host0.iommu0.largest_page=4 KB"};
  const PointResult walks = bandwidth(misses);
  CHECK(walks.bottleneck_site == "host0.iommu0.walker");
  CHECK(walks.bottleneck_cause == "PageWalk");
}

TEST_CASE("Scarce memory bandwidth binds reads that miss the cache", "[system][unit]") {
  const PointResult memory =
      bandwidth({"workload.test=bw_rd", "workload.cache=cold", "host0.dram_bandwidth=20 Gb/s", "workload.size=512 B"});
  CHECK(memory.bottleneck_site.rfind("host0.memory.node0.dram", 0) == 0);
  CHECK(memory.metric("bandwidth")->value == 20'000'000'000);
}

TEST_CASE("Caches warmed by the host hold a window, by the device only what its ways hold", "[system][unit]") {
  const std::vector<std::string> window = {"workload.window=8 MB", "workload.iterations=2000"};
  const auto with = [&](const char* cache) {
    std::vector<std::string> all = window;
    all.push_back(std::string("workload.cache=") + cache);
    return latency(all);
  };
  CHECK(test::per_operation(with("host_warm"), "DramAccess") == 0);   // 15 MB of cache
  const PointResult device = with("device_warm"), cold = with("cold");
  CHECK(median(device) == median(cold));                              // 2 of 20 ways: 1.5 MB of 8
  CHECK(test::per_operation(device, "DramAccess") < test::per_operation(cold, "DramAccess"));
}

TEST_CASE("Memory of the other socket costs the way across", "[system][unit]") {
  const std::vector<std::string> near = {"workload.cache=cold"}, far = {"workload.cache=cold", "workload.node=1"};
  CHECK(median(latency(far)) - median(latency(near)) == 53'000);  // remote_latency
}

TEST_CASE("Every test of pcie-bench accounts for every picosecond", "[system][conservation]") {
  for (const char* test : {"lat_rd", "lat_wrrd", "bw_rd", "bw_wr", "bw_rdwr"})
    for (const char* mapping : {"direct", "iommu"}) {
      const PointResult p = bandwidth({std::string("workload.test=") + test, std::string("workload.mapping=") + mapping,
                                       "workload.window=4 MB", "workload.size=300 B", "workload.offset=60 B"});
      INFO(test << " " << mapping);
      CHECK(p.operations == 2000);
      CHECK(p.residual() == 0);
      for (const SiteRow& site : p.sites) {
        INFO(site.site);
        CHECK(site.residual() == 0);
      }
    }
}

TEST_CASE("A mapping of which the machine has nothing is refused", "[system][unit]") {
  CHECK_THROWS_WITH(latency({"workload.node=7"}), Catch::Contains("no node 7"));
  CHECK_THROWS_WITH(latency({"workload.offset=4095 B"}), Catch::Contains("offset"));
  CHECK_THROWS_WITH(latency({"workload.window=1 TB"}), Catch::Contains("window"));
}
