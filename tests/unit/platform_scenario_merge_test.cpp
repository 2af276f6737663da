// Parts below instances, overrides above them, kinds that change.
#include <catch2/catch.hpp>

#include "../support/scenario_folder.h"

using namespace viosim;
using namespace viosim::platform;

TEST_CASE("an instance takes its part's content and its own keys win", "[platform][unit]") {
  const ScenarioFolder folder;
  const auto scenario = folder.scenario();
  const auto a = scenario->params<HcaParams>("a.hca0");
  const auto b = scenario->params<HcaParams>("b.hca0");
  CHECK(a.lanes->raw() == 8);
  CHECK(a.lanes.source().origin == Origin::datasheet);
  CHECK(a.lanes.source().where == "p. 3");
  CHECK(b.lanes->raw() == 4);
  CHECK(b.lanes.source().origin == Origin::override_);
  CHECK(b.lanes.source().ref == "ping");
  CHECK(*b.doorbell == nanoseconds(300));
  REQUIRE(b.doorbell.range());
  CHECK(b.doorbell.range()->second == nanoseconds(400));
  CHECK(*scenario->params<CoreParams>("b.core").clock == Frequency(2'670'000'000));
  CHECK(*scenario->params<WireParams>("link0").propagation == nanoseconds(5));
}

TEST_CASE("children stand in the order of the files, links before the workload", "[platform][unit]") {
  const ScenarioFolder folder;
  const auto scenario = folder.scenario();
  CHECK(scenario->root().child_names() == std::vector<std::string>{"a", "b", "link0", "workload"});
  CHECK(scenario->find("a")->child_names() == std::vector<std::string>{"core", "hca0", "rdma0"});
  CHECK(scenario->find("a.core")->kind.name == "core");
  CHECK(scenario->find("b.hca0")->position.line == 9);
  CHECK(scenario->find("b.nothing") == nullptr);
  REQUIRE(scenario->links().size() == 1);
  CHECK(scenario->links()[0].to == "b.hca0");
  CHECK(scenario->links()[0].path == "link0");
}

TEST_CASE("a part may build on another part", "[platform][unit]") {
  const ScenarioFolder folder;
  folder.write("parts/cx3.toml",
               "part = \"cx2\"\nlanes = { value = 16, origin = \"datasheet\", ref = \"bench\", where = \"p. 1\" }\n");
  folder.replace("systems/pair.toml", "[b.hca0]\nlanes = 4", "[b.hca0]\npart = \"cx3\"");
  const auto scenario = folder.scenario();
  const auto b = scenario->params<HcaParams>("b.hca0");
  CHECK(b.lanes->raw() == 16);
  CHECK(*b.doorbell == nanoseconds(300));
  CHECK(scenario->find("b.hca0")->part.name == "cx3");
}

TEST_CASE("the command line wins over the run, the run over the system", "[platform][unit]") {
  const ScenarioFolder folder;
  const auto lanes = [&](const std::vector<std::string>& command_line) {
    return folder.scenario(command_line)->params<HcaParams>("b.hca0").lanes->raw();
  };
  CHECK(lanes({}) == 4);
  folder.append("runs/ping.toml", "[override]\n\"b.hca0.lanes\" = 2\n");
  CHECK(lanes({}) == 2);
  CHECK(lanes({"b.hca0.lanes=1"}) == 1);
  CHECK(lanes({"b.hca0.lanes=1", "b.hca0.lanes=16"}) == 16);
}

TEST_CASE("an override sets the parameters of parts, links and the workload, and the seed", "[platform][unit]") {
  const ScenarioFolder folder;
  const auto scenario = folder.scenario({"a.hca0.doorbell=1 us", "link0.propagation=6 ns", "workload.polling=false",
                                         "seed=77", "fidelity.a.hca0.engine=rtl"});
  CHECK(*scenario->params<HcaParams>("a.hca0").doorbell == microseconds(1));
  CHECK(scenario->params<HcaParams>("a.hca0").doorbell.source().where == "command line");
  CHECK_FALSE(scenario->params<HcaParams>("a.hca0").doorbell.range());
  CHECK(*scenario->params<WireParams>("link0").propagation == nanoseconds(6));
  CHECK_FALSE(*scenario->params<PingParams>("workload").polling);
  CHECK(scenario->seed() == 77);
  CHECK(scenario->fidelity("a.hca0.engine") == "rtl");
  CHECK(scenario->fidelity("b.hca0.engine") == "tlm");
  CHECK_NOTHROW(scenario->check());
}

TEST_CASE("an override changes kind and part before the part is read", "[platform][unit]") {
  const ScenarioFolder folder;
  folder.write("parts/paravirtual.toml", R"(kind = "vrdma"
exit_cost = { value = "1500 cycles", origin = "measured", ref = "bench" }
proxy = { value = "poll", origin = "assumed", where = "the prototype's" }
)");
  const auto scenario = folder.scenario({"a.rdma0.kind=vrdma", "a.rdma0.part=paravirtual"});
  const auto params = scenario->params<VrdmaParams>("a.rdma0");
  CHECK(*params.exit_cost == Cycles(1500));
  CHECK(*params.proxy == "poll");
  CHECK(scenario->find("a.rdma0")->params.count("inline_limit") == 0);
}

TEST_CASE("a key of another kind is dropped only where the kind varies", "[platform][unit]") {
  const ScenarioFolder folder;
  folder.append("runs/ping.toml", R"([override]
"a.rdma0.exit_cost" = "5 cycles"
"a.rdma0.proxy" = "poll"
)");
  CHECK(folder.error() ==
        "runs/ping.toml:9:23: a.rdma0.exit_cost: unknown key of the kind native (the kind vrdma has "
        "it); expected one of inline_limit");
  folder.append("runs/ping.toml", R"([[sweep]]
name = "path"
points = [{ label = "native", "a.rdma0.kind" = "native" }, { label = "vrdma", "a.rdma0.kind" = "vrdma" }]
)");
  CHECK(folder.error({}, 0).empty());
  CHECK(folder.error({}, 1).empty());
  CHECK(*folder.scenario({}, 0)->params<NativeParams>("a.rdma0").inline_limit == bytes(400));
  CHECK(*folder.scenario({}, 1)->params<VrdmaParams>("a.rdma0").exit_cost == Cycles(5));
  CHECK(folder.error({"a.rdma0.exit_cots=3 cycles"}) ==
        "<command line>:1:1: a.rdma0.exit_cots: unknown key of the kind native; expected one of inline_limit");
}

TEST_CASE("a part's content for another kind is dropped when the instance gives its own kind", "[platform][unit]") {
  const ScenarioFolder folder;
  folder.write("parts/both.toml", R"(exit_cost = { value = "1500 cycles", origin = "measured", ref = "bench" }
proxy = { value = "poll", origin = "assumed", where = "the prototype's" }
inline_limit = { value = "64 B", origin = "measured", ref = "bench" }
)");
  folder.replace("systems/pair.toml", "inline_limit = \"400 B\"", "part = \"both\"");
  CHECK(*folder.scenario()->params<NativeParams>("a.rdma0").inline_limit == bytes(64));
}

TEST_CASE("reading an instance that is not there, or a key that is not there, is an error", "[platform][unit]") {
  const ScenarioFolder folder;
  const auto scenario = folder.scenario();
  CHECK_THROWS_WITH(scenario->params<HcaParams>("a.hca"),
                    Catch::Contains("a.hca: missing instance; expected a table of "
                                    "this name; did you mean \"a.hca0\"?"));
  CHECK_THROWS_WITH(scenario->params<VrdmaParams>("a.rdma0"),
                    Catch::Contains("pair.toml:4:1: a.rdma0.exit_cost: missing key (one exit); expected a number of "
                                    "cycles such as \"761 cycles\""));
}

TEST_CASE("instances of which nothing was read are listed", "[platform][unit]") {
  const ScenarioFolder folder;
  const auto scenario = folder.scenario();
  scenario->params<HcaParams>("a.hca0");
  CHECK(scenario->unread() ==
        std::vector<std::string>{"a.core", "a.rdma0", "b.core", "b.hca0", "link0", "workload"});
}
