// The two laws in whole systems: every ps of an operation has a cause, every ps of a site is accounted for.
#include <catch2/catch.hpp>

#include <set>

#include "platform/scenario_run.h"
#include "support/simulated.h"

using namespace viosim;
using namespace viosim::test;

namespace {

void check_laws(const platform::PointResult& point) {
  CHECK(point.operations > 0);
  CHECK(point.elapsed > 0);
  CHECK(point.residual() == 0);
  for (const platform::StackRow& row : point.stack) {
    INFO(row.site << " " << row.cause);
    CHECK(row.cause != "Queueing");
    CHECK(row.cause != "Unattributed");
    CHECK(row.ps >= 0);
    CHECK(row.occurrences > 0);
    CHECK_FALSE(row.basis.empty());
  }
  CHECK_FALSE(point.sites.empty());
  for (const platform::SiteRow& site : point.sites) {
    INFO(site.site);
    CHECK(site.residual() == 0);
    CHECK(site.idle >= 0);
    CHECK(site.critical + site.slack + site.background == site.served);
    std::int64_t by_cause = 0;
    for (const auto& [cause, ps] : site.causes) by_cause += ps;
    CHECK(by_cause == site.served);
  }
}

/// All points of a run at these sizes.
void check_run(const std::string& run, const std::set<std::string>& sizes,
               const std::vector<std::string>& overrides) {
  const platform::RunFile file = platform::RunFile::load(VIOSIM_SOURCE "/scenarios", run);
  std::size_t seen = 0;
  for (const platform::Point& point : file.points()) {
    std::string size, test;
    for (const auto& [axis, label] : point.labels) (axis == "size" ? size : test) = label;
    if (sizes.count(size) == 0) continue;
    INFO(platform::to_text(point.labels));
    const platform::PointResult result = simulated(run, point.labels, overrides);
    check_laws(result);
    if (test == "bandwidth") {
      CHECK_FALSE(result.bottleneck_site.empty());
      CHECK_FALSE(result.bottleneck_cause.empty());
    }
    ++seen;
  }
  CHECK(seen % sizes.size() == 0);
  CHECK(seen >= 2 * sizes.size());
}

}  // namespace

TEST_CASE("Every path of rdma-write-latency accounts for every picosecond", "[system][conservation]") {
  check_run("rdma-write-latency", {"2 B", "256 B", "4 KB", "64 KB"}, {"workload.iterations=200"});
}

TEST_CASE("Every path of rdma-send-event accounts for every picosecond", "[system][conservation]") {
  check_run("rdma-send-event", {"2 B", "1 KB", "4 KB"}, {"workload.iterations=200"});
}

TEST_CASE("Latency and bandwidth of perftest-native account for every picosecond", "[system][conservation]") {
  check_run("perftest-native", {"2 B", "256 B", "4 KB", "64 KB", "1 MB"}, {"workload.iterations=300"});
}

TEST_CASE("Reads of every path account for every picosecond", "[system][conservation]") {
  check_run("rdma-write-latency", {"2 B", "4 KB"}, {"workload.iterations=200", "workload.operation=read"});
}

TEST_CASE("Every policy of iommu-mapping accounts for every picosecond", "[system][conservation][iommu]") {
  for (const char* direction : {"read", "write"})
    check_run("iommu-mapping", {"64 B", "2 KB"},
              {"workload.iterations=600", std::string("workload.direction=") + direction});
}

TEST_CASE("Control verbs through firmware account for every picosecond", "[system][conservation][firmware]") {
  const platform::RunFile file = platform::RunFile::load(VIOSIM_SOURCE "/scenarios", "qp-create-rate");
  for (const platform::Point& point : file.points()) {
    INFO(platform::to_text(point.labels));
    check_laws(simulated("qp-create-rate", point.labels, {"workload.iterations=20"}));
  }
  check_run("mr-register-latency", {"4 KB", "4 MB"}, {});
}

TEST_CASE("Bandwidth of every path accounts for every picosecond", "[system][conservation]") {
  for (const char* operation : {"write", "read", "send"}) {
    INFO(operation);
    check_run("rdma-write-latency", {"64 B", "8 KB"},
              {"workload.iterations=300", "workload.test=bandwidth", "workload.tx_depth=32", "workload.rx_depth=128",
               "workload.cq_moderation=8", std::string("workload.operation=") + operation});
  }
}

TEST_CASE("What bounds a bandwidth works for its operations all the time", "[system][conservation]") {
  // A core that polls is busy all the time too; but what it does without a completion at hand is background.
  const auto bound = [](const std::string& size) {
    const platform::PointResult p = simulated("perftest-native", {{"test", "bandwidth"}, {"size", size}});
    std::string name;
    std::int64_t most = 0;
    for (const platform::SiteRow& site : p.sites) {
      const std::int64_t share = (site.critical + site.slack) * 1000 / (site.capacity * site.window);
      if (share <= most) continue;
      most = share;
      name = site.site;
    }
    CHECK(most >= 980);
    return name;
  };
  CHECK(bound("2 B") == "esx0.hca0.wqe_engine");  // the HCA starts a message an interval
  CHECK_THAT(bound("1 MB"), Catch::StartsWith("link"));
}
