// What was read, written down: the same bytes each time, the ranges once a number.
#include <catch2/catch.hpp>

#include "../support/scenario_folder.h"

using namespace viosim::platform;

namespace {

std::unique_ptr<Scenario> read_all(const ScenarioFolder& folder, const std::vector<std::string>& command_line = {}) {
  auto scenario = folder.scenario(command_line);
  scenario->params<WireParams>("link0");
  scenario->params<HcaParams>("b.hca0");
  scenario->params<HcaParams>("a.hca0");
  scenario->params<PingParams>("workload");
  return scenario;
}

constexpr const char* kGolden = R"(run = "ping"
system = "pair"
seed = 1
point = {}
links = [
  ["a.hca0", "b.hca0", "link0"],
]

[fidelity]
"a.hca0" = "rtl"

[a]
kind = "host"
part = "box"

[a.core]
kind = "core"

[a.hca0]
kind = "hca"
part = "cx2"
doorbell = { value = "300 ns", origin = "recalled", ref = "bench", range = ["200 ns", "400 ns"] }
lanes = { value = 8, origin = "datasheet", ref = "bench", where = "p. 3" }

[a.rdma0]
kind = "native"

[b]
kind = "host"
part = "box"

[b.core]
kind = "core"

[b.hca0]
kind = "hca"
part = "cx2"
doorbell = { value = "300 ns", origin = "recalled", ref = "bench", range = ["200 ns", "400 ns"] }
lanes = { value = 4, origin = "override", ref = "ping", where = "systems/pair.toml" }

[link0]
kind = "wire"
part = "copper"
propagation = { value = "5 ns", origin = "assumed", where = "1 m of cable", range = ["3 ns", "8 ns"] }
rate = { value = "32 Gb/s", origin = "spec", ref = "bench", where = "QDR" }

[workload]
kind = "ping"
polling = { value = true, origin = "override", ref = "ping", where = "runs/ping.toml" }
size = { value = "64 KB", origin = "override", ref = "ping", where = "command line" }
)";

}  // namespace

TEST_CASE("the resolved scenario is written in canonical values with sources", "[platform][unit]") {
  const ScenarioFolder folder;
  const auto scenario = read_all(folder, {"workload.size=65536 B", "fidelity.a.hca0=rtl"});
  CHECK(scenario->resolved_toml() == kGolden);
  CHECK(scenario->resolved().size() == 8);
}

TEST_CASE("the digest depends on values, not on the folder, the notation or the order of reading",
          "[platform][unit]") {
  const ScenarioFolder one, two;
  const std::string digest = read_all(one)->digest();
  CHECK(digest.size() == 16);
  two.replace("parts/copper.toml", "\"5 ns\"", "\"0.005 us\"");
  auto other = two.scenario();
  other->params<PingParams>("workload");
  other->params<HcaParams>("a.hca0");
  other->params<HcaParams>("b.hca0");
  other->params<WireParams>("link0");
  CHECK(other->digest() == digest);
  CHECK(read_all(one, {"seed=2"})->digest() != digest);
  CHECK(read_all(one, {"link0.propagation=6 ns"})->digest() != digest);
}

TEST_CASE("a ranged number of a part stands once with all its paths", "[platform][unit]") {
  const ScenarioFolder folder;
  const std::vector<RangedParam> ranged = read_all(folder)->ranged();
  REQUIRE(ranged.size() == 2);
  CHECK(ranged[0].paths == std::vector<std::string>{"a.hca0.doorbell", "b.hca0.doorbell"});
  CHECK(ranged[0].value == "300 ns");
  CHECK(ranged[0].low == "200 ns");
  CHECK(ranged[0].high == "400 ns");
  CHECK(ranged[0].source.origin == viosim::Origin::recalled);
  CHECK(ranged[0].position.line == 2);
  CHECK(ranged[1].paths == std::vector<std::string>{"link0.propagation"});
  CHECK(folder.scenario()->ranged().empty());
}
