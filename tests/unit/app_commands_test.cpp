#include <catch2/catch.hpp>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "app/cli.h"
#include "platform/runner_errors.h"
#include "platform/writer.h"
#include "support/sample_result.h"
#include "support/scenario_folder.h"
#include "support/temporary_folder.h"

using namespace viosim;
using namespace viosim::platform;

namespace {

/// A simulation that costs what the parameters say: one doorbell, one propagation, size in ns.
PointResult pretend(Scenario& scenario, const RunOptions&) {
  const auto hca = scenario.params<HcaParams>("a.hca0");
  const auto ping = scenario.params<PingParams>("workload");
  if (ping.size->raw() == 666) throw std::runtime_error("the model is stuck");
  PointResult p = viosim::test::sample_point("", ping.size->raw(), 0);
  p.stack = {
      {"a.hca0", "Doorbell", StackKind::served, hca.doorbell->raw() * p.operations * 2, p.operations, "recalled"},
      {"a.hca0", "LinkSerialization", StackKind::served, ping.size->raw() * 1000 * p.operations * 2, 1, "spec"}};
  p.elapsed = p.attributed();
  const std::int64_t half = p.elapsed / p.operations / 2;
  p.metrics[0].value = half;
  p.metrics[0].spread = Spread{half, half, half, half, half, half, half};
  return p;
}

struct Outcome {
  int code;
  std::string out, err;
};

/// A command line in a folder of its own, over the sample scenarios with a sweep of two sizes.
class Shell {
 public:
  Shell() {
    scenarios.append("runs/ping.toml",
                     "[[sweep]]\nname = \"size\"\nkey = \"workload.size\"\nvalues = [\"2 B\", \"64 B\"]\n");
    scenarios.write("validations/ping.toml",
                    "title = \"ping\"\nrun = \"ping\"\nreference = \"ping.csv\"\nsystem = \"lab\"\n"
                    "[metrics.rtt]\nmetric = \"latency\"\n[groups.small]\nmedian = 5.0\nmax = 12\n");
    scenarios.write("reference/ping.csv",
                    "system,metric,bytes,value,unit,group,use\nlab,rtt,2,0.310,us,small,validate\n");
  }
  Outcome operator()(std::vector<std::string> args) {
    const Schemas schemas = sample_schemas();
    std::ostringstream out, err;
    app::Host host{out, err, schemas, pretend, scenarios.root()};
    const int code = app::run(args, host);
    return {code, out.str(), err.str()};
  }
  std::string target(const std::string& name) const { return (place.path() / name).string(); }
  std::string file(const std::string& name) const { return read_file(place.path() / name); }

  ScenarioFolder scenarios;
  viosim::test::TemporaryFolder place;
};

}  // namespace

TEST_CASE("run prints its report and writes its folder", "[app][unit]") {
  Shell shell;
  const Outcome done = shell({"run", "ping", "--out", shell.target("a"), "--plot"});
  CHECK(done.err == "results: " + shell.target("a") + "\n");
  CHECK(done.code == 0);
  CHECK_THAT(done.out, Catch::Contains("half round trip") && Catch::Contains("Doorbell"));
  for (const char* name : {"result.json", "ledger.csv", "sites.csv", "resolved.toml", "manifest.json", "stack.svg",
                           "curves.svg"})
    CHECK_FALSE(shell.file(std::string("a/") + name).empty());
  CHECK(shell.place.count("a") == 7);
}

TEST_CASE("All files but the manifest are the same bytes for any number of jobs", "[app][unit]") {
  Shell shell;
  REQUIRE(shell({"run", "ping", "--out", shell.target("a"), "--jobs", "1"}).code == 0);
  REQUIRE(shell({"run", "ping", "--out", shell.target("b"), "--jobs", "4", "--scheduler", "systemc"}).code == 0);
  for (const char* name : {"result.json", "ledger.csv", "sites.csv", "resolved.toml"})
    CHECK(shell.file(std::string("a/") + name) == shell.file(std::string("b/") + name));
}

TEST_CASE("report prints the same text again", "[app][unit]") {
  Shell shell;
  for (const std::vector<std::string>& form :
       {std::vector<std::string>{}, {"--format", "json"}, {"--format", "csv"}, {"--sites"}}) {
    std::vector<std::string> first = {"run", "ping", "-q", "--out", shell.target("a")},
                             second = {"report", shell.target("a")};
    first.insert(first.end(), form.begin(), form.end());
    second.insert(second.end(), form.begin(), form.end());
    const Outcome run = shell(first), report = shell(second);
    CHECK(run.err.empty());
    CHECK(run.code == 0);
    CHECK(report.out == run.out);
  }
}

TEST_CASE("An override moves the result, and compare sees it", "[app][unit]") {
  Shell shell;
  REQUIRE(shell({"run", "ping", "--out", shell.target("a")}).code == 0);
  REQUIRE(shell({"run", "ping", "--out", shell.target("b"), "-p", "a.hca0.doorbell=303 ns", "--seed", "9"}).code ==
          0);
  CHECK_THAT(shell.file("b/result.json"), Catch::Contains("\"seed\": 9"));
  CHECK(shell({"compare", shell.target("a"), shell.target("a")}).code == 0);
  const Outcome differ = shell({"compare", shell.target("a"), shell.target("b")});
  CHECK(differ.code == 1);
  CHECK_THAT(differ.out,
             Catch::Contains("stack Doorbell") && Catch::Contains("+1.00 %") && Catch::Contains("OUTSIDE"));
  CHECK(shell({"regress", shell.target("a"), shell.target("b"), "--tolerance", "1.5"}).code == 0);
}

TEST_CASE("sensitivity varies what is uncertain, one part's number in all its instances", "[app][unit]") {
  Shell shell;
  const Outcome done = shell({"sensitivity", "ping", "--out", shell.target("s"), "--at", "size=64 B"});
  CHECK(done.code == 0);
  CHECK_THAT(done.out, Catch::Contains("ping at size=64 B, half round trip: 0.364 us") &&
                           Catch::Contains("-0.100") && Catch::Contains("+0.100") &&
                           Catch::Contains("0.264 to 0.464 us"));
  CHECK_THAT(shell.file("s/sensitivity.csv"),
             Catch::Contains("a.hca0.doorbell,300 ns,200 ns,400 ns,recalled,bench,ps"));
  CHECK_THAT(shell({"sensitivity", "ping", "--at", "size=65 B"}).err, Catch::Contains("did you mean"));
}

TEST_CASE("sensitivity says which other points there are", "[app][unit]") {
  Shell shell;
  CHECK_THAT(shell({"sensitivity", "ping", "--out", shell.target("s")}).out,
             Catch::EndsWith("Other points:  --at size=\"2 B\" | \"64 B\"\n"));
}

TEST_CASE("run keeps to the points that --at chooses", "[app][unit]") {
  Shell shell;
  shell.scenarios.append("runs/ping.toml", "[report]\nstack_at = { size = \"2 B\" }\n");
  const Outcome done = shell({"run", "ping", "--at", "size=64 B", "--out", shell.target("a")});
  CHECK(done.code == 0);
  CHECK_THAT(done.out, Catch::Contains("\n     64 ") && !Catch::Contains("\n      2 ") && Catch::Contains(", 64 B:"));
  const Outcome both = shell({"run", "ping", "--at", "size=64 B", "--at", "size=2 B", "--out", shell.target("a")});
  CHECK_THAT(both.out, Catch::Contains("size=64 B") && Catch::Contains("size=2 B") && Catch::Contains(", 2 B:"));
  CHECK_THAT(shell({"run", "ping", "--at", "size=65 B"}).err, Catch::Contains("did you mean \"64 B\""));
}

TEST_CASE("run --range gives a prediction its range, and report prints it again", "[app][unit]") {
  Shell shell;
  CHECK_THAT(shell({"run", "ping", "--range"}).err, Catch::Contains("--range: the run has no figures"));
  shell.scenarios.append("runs/ping.toml",
                         "[report]\nreference = [{ label = \"L\", value = \"1 us\", status = \"measured\", "
                         "at = { size = \"64 B\" } }]\n");
  const Outcome done = shell({"run", "ping", "--range", "-q", "--out", shell.target("a")});
  CHECK(done.code == 0);
  CHECK_THAT(done.out, Catch::Contains("size=64 B      0.364 us  0.264 .. 0.464\n"));
  CHECK(shell({"report", shell.target("a")}).out == done.out);
  shell.scenarios.replace("runs/ping.toml", "{ size = \"64 B\" }", "{ size = \"65 B\" }");
  CHECK(shell({"run", "ping"}).code == 2);
}

TEST_CASE("An override of what the sweep sets is said", "[app][unit]") {
  Shell shell;
  const Outcome done = shell({"run", "ping", "-p", "workload.size=8 B", "--out", shell.target("a")});
  CHECK_THAT(done.err, Catch::Contains("-p workload.size holds in all points"));
  CHECK(done.code == 0);
}

TEST_CASE("validate judges, takes no overrides, and fails by exit code 1", "[app][unit]") {
  Shell shell;
  CHECK(shell({"validate", "ping"}).code == 0);
  CHECK(shell({"validate", "ping", "-p", "seed=2"}).code == 2);
  shell.scenarios.replace("reference/ping.csv", "0.310", "0.210");
  const Outcome wrong = shell({"validate", "ping"});
  CHECK(wrong.code == 1);
  CHECK_THAT(wrong.out, Catch::Contains("+43.8 %") && Catch::Contains("NOT within"));
}

TEST_CASE("list and describe say what there is", "[app][unit]") {
  Shell shell;
  CHECK_THAT(shell({"list"}).out,
             Catch::Contains("runs:\n  ping") && Catch::Contains("cx2") && Catch::Contains("PageWalk"));
  CHECK_THAT(shell({"describe", "PageWalk"}).out, Catch::Contains("page tables are walked"));
  CHECK_THAT(shell({"describe", "hca"}).out, Catch::Contains("doorbell to fetch"));
  CHECK_THAT(shell({"describe", "cx2"}).out,
             Catch::Contains("300 ns") && Catch::Contains("200 ns .. 400 ns") && Catch::Contains("bench"));
  CHECK_THAT(shell({"describe", "ping", "a.hca0.doorbell"}).out, Catch::Contains("a.hca0.doorbell = 300 ns") &&
                                                                     Catch::Contains("recalled, bench") &&
                                                                     Catch::Contains("200 ns .. 400 ns"));
  CHECK_THAT(shell({"describe", "ping", "a.hca0"}).out, Catch::Contains("kind hca, part cx2"));
  CHECK_THAT(shell({"describe", "ping", "a.hca0.dorbell"}).err, Catch::Contains("did you mean \"doorbell\""));
  CHECK_THAT(shell({"describe", "ping", "a.hca"}).err,
             Catch::Contains("viosim describe ping a shows") && Catch::Contains("did you mean \"hca0\""));
  CHECK(shell({"describe", "pair"}).out ==
        "system pair:\n"
        " instance  kind    part\n"
        " a         host    box\n"
        " a.rdma0   native\n"
        " b         host    box\n"
        " b.hca0\n");
  CHECK_THAT(shell({"describe", "PageWlak"}).err, Catch::Contains("did you mean \"PageWalk\""));
}

TEST_CASE("Wrong command lines end with code 2 and a hint", "[app][unit]") {
  Shell shell;
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong = {
      {{"rnu", "ping"}, "did you mean \"run\""},
      {{"run", "ping", "--sed", "1"}, "did you mean \"--seed\""},
      {{"run"}, "something is missing: RUN"},
      {{"run", "ping", "pong"}, "'pong' is too much"},
      {{"run", "pign"}, "did you mean \"ping\""},
      {{"run", "ping", "--jobs", "0"}, "1 to 1024"},
      {{"run", "ping", "--seed", "-1"}, "whole number"},
      {{"run", "ping", "--format", "jsno"}, "did you mean \"json\""},
      {{"run", "ping", "--scheduler", "slow"}, "one of fast, systemc"},
      {{"run", "ping", "--out", ""}, "--out"},
      {{"run", "ping", "--scenarios", "/nowhere"}, "/nowhere"},
      {{"run", "ping", "-p", "a.hca0.dorbell=1 ns"}, "a.hca0.dorbell"},
      {{"list", "rnus"}, "nothing to list"},
      {{"report", "/nowhere"}, "/nowhere/result.json"}};
  for (const auto& [args, hint] : wrong) {
    const Outcome done = shell(args);
    INFO(args.back());
    CHECK(done.code == 2);
    CHECK_THAT(done.err, Catch::Contains(hint));
    CHECK(done.out.empty());
  }
}

TEST_CASE("A failed run leaves no folder and says by its code what failed", "[app][unit]") {
  Shell shell;
  const Outcome stuck = shell({"run", "ping", "--out", shell.target("a"), "-p", "workload.size=666 B"});
  CHECK(stuck.code == 3);
  CHECK_THAT(stuck.err, Catch::Contains("the model is stuck"));
  CHECK(shell.place.count() == 0);
}

TEST_CASE("Help has examples, for the whole and for each command", "[app][unit]") {
  Shell shell;
  CHECK_THAT(shell({"--help"}).out, Catch::Contains("examples:") && Catch::Contains("sensitivity"));
  CHECK_THAT(shell({"--version"}).out, Catch::StartsWith("viosim "));
  CHECK(shell({}).code == 2);
  for (const char* command :
       {"run", "sweep", "sensitivity", "validate", "list", "describe", "compare", "regress", "report"}) {
    const Outcome help = shell({command, "--help"});
    CHECK(help.code == 0);
    CHECK_THAT(help.out, Catch::Contains("examples:") && Catch::Contains("usage: viosim " + std::string(command)));
    CHECK(shell({"help", command}).out == help.out);
  }
}
