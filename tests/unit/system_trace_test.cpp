// viosim trace of a whole system: what stands in its files.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "support/simulated.h"
#include "support/temporary_folder.h"

using namespace viosim;
using namespace viosim::test;
using nlohmann::json;

namespace {

json traced(const TemporaryFolder& folder, Duration from, Duration length, const std::vector<std::string>& more = {}) {
  std::vector<std::string> overrides = {"workload.iterations=40"};
  overrides.insert(overrides.end(), more.begin(), more.end());
  platform::RunOptions options;
  options.trace = platform::TraceRequest{folder.path(), from, length};
  simulated("rdma-write-latency", {{"path", "sriov"}, {"size", "2 B"}}, overrides, options);
  std::ifstream in(folder.path() / "trace.json");
  return json::parse(in);
}

/// Text of picoseconds, from microseconds with six decimals.
std::int64_t ps(const json& microseconds) { return std::llround(microseconds.get<double>() * 1e6); }

}  // namespace

TEST_CASE("a trace holds slices that nest on their tracks, and flows along the critical path", "[system]") {
  const TemporaryFolder folder;
  const json trace = traced(folder, kZeroTime, microseconds(10));
  std::map<std::pair<int, int>, std::vector<std::pair<std::int64_t, std::int64_t>>> tracks;
  std::map<int, std::vector<json>> flows;
  std::set<std::string> names;
  for (const json& e : trace.at("traceEvents")) {
    if (e.at("ph") == "M" && e.at("name") == "thread_name") names.insert(e.at("args").at("name"));
    if (e.at("ph") == "X")
      tracks[{e.at("pid"), e.at("tid")}].emplace_back(ps(e.at("ts")), ps(e.at("ts")) + ps(e.at("dur")));
    if (e.at("ph") == "s" || e.at("ph") == "t" || e.at("ph") == "f") flows[e.at("id")].push_back(e);
  }
  CHECK(names.count("esx0.hca0.tx") == 1);
  CHECK(names.count("esx1.hca0.rx") == 1);
  CHECK(names.count("esx0.pcie0.up") == 1);
  for (const auto& [track, slices] : tracks) {
    std::vector<std::int64_t> open;
    for (const auto& [begin, end] : slices) {  // in the order of their begin
      CHECK(begin < end);
      while (!open.empty() && open.back() <= begin) open.pop_back();
      CHECK((open.empty() || end <= open.back()));
      open.push_back(end);
    }
  }
  REQUIRE(flows.size() >= 2);
  for (const auto& [id, steps] : flows) {
    CHECK(steps.size() > 20);
    CHECK(steps.front().at("ph") == "s");
    CHECK(steps.back().at("ph") == "f");
    for (const json& step : steps) {  // each stands inside a slice of its track
      const auto& slices = tracks.at({step.at("pid"), step.at("tid")});
      const std::int64_t at = ps(step.at("ts"));
      CHECK(std::any_of(slices.begin(), slices.end(), [&](const auto& s) { return s.first <= at && at <= s.second; }));
    }
  }
}

TEST_CASE("a trace draws the signals of RTL blocks in its stretch alone", "[system][rtl_bridge]") {
  const TemporaryFolder folder;
  traced(folder, microseconds(3), microseconds(5), {"fidelity.esx0.hca0.wqe_engine=rtl"});
  std::ifstream in(folder.path() / "esx0.hca0.wqe_engine.vcd");
  REQUIRE(in);
  std::stringstream text;
  text << in.rdbuf();
  const std::string waves = text.str();
  CHECK(waves.find("$timescale 1ps") != std::string::npos);
  CHECK(waves.find("quiescent_o") != std::string::npos);
  std::vector<std::int64_t> times;
  std::istringstream lines(waves);
  for (std::string line; std::getline(lines, line);)
    if (line.size() > 1 && line[0] == '#') times.push_back(std::stoll(line.substr(1)));
  REQUIRE(times.size() > 10);
  CHECK(times.back() - times.front() <= 5'000'000);
  CHECK(std::is_sorted(times.begin(), times.end()));
}

TEST_CASE("a trace of a stretch in which nothing happens says so", "[system]") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(traced(folder, microseconds(900'000), microseconds(1)),
                    Catch::Contains("nothing happened between 900 ms") && Catch::Contains("--from"));
}

TEST_CASE("watching the ledger changes no result", "[system]") {
  const TemporaryFolder folder;
  platform::RunOptions options;
  const std::vector<std::string> overrides = {"workload.iterations=40"};
  const auto plain = simulated("rdma-write-latency", {{"path", "vrdma"}, {"size", "64 B"}}, overrides, options);
  options.trace = platform::TraceRequest{folder.path(), kZeroTime, microseconds(50)};
  auto watched = simulated("rdma-write-latency", {{"path", "vrdma"}, {"size", "64 B"}}, overrides, options);
  watched.wall_ns = plain.wall_ns;
  CHECK(plain == watched);
}
