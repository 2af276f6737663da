// PCI Express in whole scenarios: parts that agree with theory, theory beside results.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <optional>

#include "pcie/link_bandwidth.h"
#include "platform/catalogue.h"
#include "platform/pcie_bandwidth.h"
#include "support/simulated.h"

using namespace viosim;
using namespace viosim::test;
using namespace viosim::platform;

namespace {

/// rdma-write-latency's first point with these overrides.
struct Loaded {
  explicit Loaded(const std::vector<std::string>& texts = {}) {
    for (const std::string& text : texts)
      overrides.push_back(Override::parse(text, static_cast<std::uint32_t>(overrides.size() + 1)));
    scenario.emplace(file, file.points().front(), overrides, catalogue());
  }
  RunFile file = RunFile::load(VIOSIM_SOURCE "/scenarios", "rdma-write-latency");
  std::vector<Override> overrides;
  std::optional<Scenario> scenario;
};

}  // namespace

TEST_CASE("Every part of a link has the lane rate of its generation", "[system][unit]") {
  for (const char* part : {"pcie-gen1-x8", "pcie-gen2-x8", "pcie-gen3-x8", "pcie-gen3-x16", "pcie-gen4-x16",
                           "pcie-gen5-x16"}) {
    INFO(part);
    Loaded loaded({std::string("esx0.pcie0.part=") + part});
    const auto params = loaded.scenario->params<pcie::LinkParams>("esx0.pcie0");
    const BitRate exact = pcie::lane_rate_of(*params.generation);
    CHECK(std::abs(params.lane_rate->raw() - exact.raw()) <= exact.raw() / 10'000);
  }
}

TEST_CASE("Theory of a link uses the sizes of what stands beside it", "[system][unit]") {
  Loaded loaded;
  const std::string text = pcie_link_theory(*loaded.scenario, "esx0.pcie0", nullptr);
  CHECK_THAT(text, Catch::Contains("31.90 Gb/s each way") && Catch::Contains("MPS 256 B, MRRS 512 B") &&
                       Catch::Contains("29.17 Gb/s"));  // 256 / 280
  CHECK_THAT(text, !Catch::Contains("reached"));
  Loaded larger({"esx0.endpoint0.max_payload=512 B"});
  CHECK_THAT(pcie_link_theory(*larger.scenario, "esx0.pcie0", nullptr), Catch::Contains("MPS 512 B"));
}

TEST_CASE("Theory of a link stands beside what a run reached", "[system][unit]") {
  Loaded loaded;
  PointResult point;
  point.labels = {{"path", "native"}};
  point.message_bytes = 256;
  point.metrics.push_back({"bandwidth", "payload one way", "bit/s", 0, 12'340'000'000, 1, {}});
  SiteRow row;
  row.site = "esx0.pcie0.up";
  row.window = 1000;
  row.served = 125;
  point.sites.push_back(row);
  CHECK_THAT(pcie_link_theory(*loaded.scenario, "esx0.pcie0", &point),
             Catch::Contains("reached at path=native") && Catch::Contains("12.34 Gb/s of payload") &&
                 Catch::Contains("at most 29.17 Gb/s as writes") &&
                 Catch::Contains("esx0.pcie0.up in use 12.5 % of the time"));
}

TEST_CASE("Generations and widths stand in a table", "[system][unit]") {
  CHECK_THAT(pcie_link_note(), Catch::Contains("7.88 Gb/s") && Catch::Contains("504.12 Gb/s"));
}

namespace {
std::string error_of(const std::vector<std::string>& overrides) {
  try {
    simulated("rdma-send-event", {{"completion", "event"}, {"path", "native"}, {"size", "2 B"}}, overrides);
  } catch (const std::exception& e) {
    return e.what();
  }
  return "no error";
}
}  // namespace

TEST_CASE("A run in which nothing ends names the link that starves and why", "[system][starving]") {
  CHECK_THAT(error_of({"esx0.endpoint0.posted_headers=1", "esx0.endpoint0.update_fc_delay=1000 s"}),
             Catch::Contains("no operation has ended for the last 60 s") &&
                 Catch::Contains("held back: esx0.pcie0.down: a write of 8 bytes waits for credits (CreditStall"));
}

TEST_CASE("A run that runs dry says when, and who waits", "[system][starving]") {
  CHECK_THAT(error_of({"esx0.pcie0.faults.part=pcie-faults-gen2-x8", "esx0.pcie0.faults.fault_poison=1"}),
             Catch::Contains("nothing is left to happen at ") && !Catch::Contains("at 60000000000000 ps") &&
                 Catch::Contains("processes that wait: perftest client, perftest server"));
}

namespace {

const Labels kReadOf64 = {{"host", "E5-2620v2"}, {"translation", "off"}, {"size", "64 B"}};

PointResult bench(const std::vector<std::string>& overrides, const Labels& labels = kReadOf64) {
  return simulated("pcie-latency-size", labels, overrides);
}

void check_sound(const PointResult& point) {
  CHECK(point.operations > 0);
  CHECK(point.residual() == 0);
  for (const platform::StackRow& row : point.stack) CHECK((row.cause != "Queueing" && row.cause != "Unattributed"));
  for (const SiteRow& site : point.sites) CHECK(site.residual() == 0);
}

}  // namespace

TEST_CASE("A switch adds its transit and its link to a read, each way", "[system][unit][switch]") {
  const PointResult without = bench({});
  const PointResult with = bench({"host0.switch0.part=pcie-switch-pex8747", "host0.uplink0.part=pcie-gen3-x8"});
  check_sound(with);
  CHECK(per_operation(with, "SwitchTransit") == 2 * 100'000);
  const std::int64_t added = with.headline_metric().value - without.headline_metric().value;
  // Two crossings of 100 ns and two of 86 ns of wire, and a header of 2.9 ns each way.
  CHECK(added >= 2 * 186'000 + 5'000);
  CHECK(added <= 2 * 186'000 + 7'000);
}

TEST_CASE("A switch without its uplink, or with links of another generation, is refused", "[system][unit][switch]") {
  CHECK_THROWS_WITH(bench({"host0.switch0.part=pcie-switch-pex8747"}), Catch::Contains("uplink0"));
  CHECK_THROWS_WITH(bench({"host0.switch0.part=pcie-switch-pex8747", "host0.uplink0.part=pcie-gen2-x8"}),
                    Catch::Contains("host0.uplink0.generation") && Catch::Contains("switch0 up to 3"));
}

TEST_CASE("A DMA engine's reads survive errors on the link", "[system][unit][replay]") {
  const PointResult point = bench({"host0.pcie0.faults.part=pcie-faults-gen3-x8",
                                   "host0.pcie0.faults.fault_corrupt=0.02", "host0.pcie0.faults.fault_lose=0.01"});
  check_sound(point);
  CHECK(point.metric("tlps_replayed") != nullptr);
}
