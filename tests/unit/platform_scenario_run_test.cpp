// Sweep axes, their product, and the free tables of a run.
#include <catch2/catch.hpp>

#include "../support/scenario_folder.h"

using namespace viosim::platform;

namespace {

constexpr const char* kSweep = R"([[sweep]]
name = "path"
points = [
  { label = "native", "a.rdma0.inline_limit" = "0 B" },
  { label = "inline", a.rdma0.inline_limit = "64 B" },
]
[[sweep]]
name = "size"
key = "workload.size"
values = ["2 B", "8 B", "64 KB"]
[[sweep]]
name = "lanes"
keys = ["a.hca0.lanes", "b.hca0.lanes"]
values = [1, 2]
[report]
unit = "us"
columns = ["size", "p50"]
digits = 3
[[report.row]]
share = 0.5
)";

std::string line(const Point& point) {
  std::string text;
  for (const auto& [axis, label] : point.labels) text += axis + "=" + label + " ";
  for (const Override& change : point.changes) text += change.path + ":" + change.value.text + " ";
  return text;
}

}  // namespace

TEST_CASE("points are the product of the axes, the first varying slowest", "[platform][unit]") {
  const ScenarioFolder folder;
  CHECK(folder.run().points().size() == 1);
  CHECK(folder.run().points()[0].labels.empty());
  folder.append("runs/ping.toml", kSweep);
  const RunFile run = folder.run();
  const std::vector<Point> points = run.points();
  REQUIRE(points.size() == 12);
  CHECK(line(points[0]) == "path=native size=2 B lanes=1 a.rdma0.inline_limit:0 B workload.size:2 B "
                           "a.hca0.lanes:1 b.hca0.lanes:1 ");
  CHECK(line(points[1]) == "path=native size=2 B lanes=2 a.rdma0.inline_limit:0 B workload.size:2 B "
                           "a.hca0.lanes:2 b.hca0.lanes:2 ");
  CHECK(line(points[2]).starts_with("path=native size=8 B lanes=1"));
  CHECK(line(points[11]).starts_with("path=inline size=64 KB lanes=2 a.rdma0.inline_limit:64 B"));
  CHECK(run.swept_paths() == std::set<std::string>{"a.hca0.lanes", "a.rdma0.inline_limit", "b.hca0.lanes",
                                                   "workload.size"});
  const auto scenario = folder.scenario({}, 11);
  CHECK(*scenario->params<PingParams>("workload").size == viosim::bytes(65'536));
  CHECK(scenario->params<HcaParams>("b.hca0").lanes->raw() == 2);
  CHECK(scenario->labels()[0].second == "inline");
}

TEST_CASE("the run tells its name, text, system and seed", "[platform][unit]") {
  const ScenarioFolder folder;
  const RunFile run = RunFile::load("elsewhere", (folder.root() / "runs/ping.toml").string());
  CHECK(run.name() == "ping");
  CHECK(run.text() == "ping");
  CHECK(run.system() == "pair");
  CHECK(run.seed() == 1);
  CHECK(run.expect().keys().empty());
}

TEST_CASE("the free tables are read strictly", "[platform][unit]") {
  const ScenarioFolder folder;
  folder.append("runs/ping.toml", kSweep);
  const Table report = folder.run().report();
  CHECK(report.keys() == std::vector<std::string>{"unit", "columns", "digits", "row"});
  CHECK_NOTHROW(report.check_keys({"unit", "columns", "digits", "row"}));
  CHECK(report.text("unit") == "us");
  CHECK(report.text("title", "none") == "none");
  CHECK(report.texts("columns") == std::vector<std::string>{"size", "p50"});
  CHECK(report.integer("digits") == 3);
  CHECK(report.number("digits") == 3.0);
  CHECK(report.boolean("quiet", true));
  CHECK(report.tables("row").at(0).number("share") == 0.5);
  CHECK_THROWS_WITH(
      report.check_keys({"units", "columns", "digits", "row"}),
      Catch::Contains("ping.toml:23:1: report.unit: unknown key; expected one of units, columns, digits, "
                      "row; did you mean \"units\"?"));
  CHECK_THROWS_WITH(report.integer("unit"), Catch::Contains("report.unit: is a text; expected a whole number"));
  CHECK_THROWS_WITH(report.text("title"), Catch::Contains("report.title: missing key; expected a text in quotes"));
}
