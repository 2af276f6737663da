// Each way to get a scenario wrong, and the exact words that the user reads.
#include <catch2/catch.hpp>

#include "../support/scenario_folder.h"

using namespace viosim::platform;

namespace {

struct Slip {
  std::string file, from, to, error;
};

/// The valid scenario with one text replaced by another.
void check_slip(const Slip& slip) {
  const ScenarioFolder folder;
  INFO(slip.file << ": " << slip.from << " -> " << slip.to);
  folder.replace(slip.file, slip.from, slip.to);
  CHECK(folder.error() == slip.error);
}

}  // namespace

TEST_CASE("the sample scenario is valid", "[platform][unit]") { CHECK(ScenarioFolder().error().empty()); }

TEST_CASE("a wrong part says file, line, column and key", "[platform][unit]") {
  check_slip(GENERATE(
      Slip{"parts/cx2.toml", "\"300 ns\"", "\"3 KB\"",
           "parts/cx2.toml:2:22: a.hca0.doorbell: \"3 KB\" is a number of bytes, not a duration; "
           "expected a duration such as \"5 ns\" (ps, ns, us, ms, s)"},
      Slip{"parts/cx2.toml", "\"300 ns\"", "300",
           "parts/cx2.toml:2:22: a.hca0.doorbell: 300 is no duration; "
           "expected a duration such as \"5 ns\" (ps, ns, us, ms, s)"},
      Slip{"parts/cx2.toml", "\"300 ns\"", "\"500 ns\"",
           "parts/cx2.toml:2:22: a.hca0.doorbell: \"500 ns\" lies outside its range; expected 200 ns to 400 ns"},
      Slip{"parts/cx2.toml", ", range = [\"200 ns\", \"400 ns\"]", "",
           "parts/cx2.toml:2:1: a.hca0.doorbell: is recalled and has no range; "
           "expected range = [low, high] around the value"},
      Slip{"parts/cx2.toml", "[\"200 ns\", \"400 ns\"]", "[\"200 ns\"]",
           "parts/cx2.toml:2:76: doorbell.range: is no pair; expected range = [low, high]"},
      Slip{"parts/cx2.toml", "value = 8", "value = 17",
           "parts/cx2.toml:3:19: a.hca0.lanes: \"17\" is too large; expected 1 to 16"},
      Slip{"parts/cx2.toml", "{ value = 8, origin = \"datasheet\", ref = \"bench\", where = \"p. 3\" }", "8",
           "parts/cx2.toml:3:9: lanes: has no source; "
           "expected { value = ..., origin = ..., ref = ..., where = ... } in a part"},
      Slip{"parts/cx2.toml", "origin = \"datasheet\", ", "",
           "parts/cx2.toml:3:9: lanes: has no source; expected an origin, such as origin = \"paper\""},
      Slip{"parts/cx2.toml", "\"datasheet\"", "\"datashet\"",
           "parts/cx2.toml:3:31: lanes.origin: \"datashet\" is no origin; expected one of spec, datasheet, paper, "
           "measured, derived, recalled, assumed; did you mean \"datasheet\"?"},
      Slip{"parts/cx2.toml", "ref = \"bench\", where", "ref = \"bensh\", where",
           "parts/cx2.toml:3:50: lanes.ref: \"bensh\" is no source; expected a key of sources.toml; "
           "did you mean \"bench\"?"},
      Slip{"parts/cx2.toml", "ref = \"bench\", where", "where",
           "parts/cx2.toml:3:9: lanes.ref: missing key; expected a key of sources.toml"},
      Slip{"parts/copper.toml", "where = \"1 m of cable\", ", "",
           "parts/copper.toml:3:15: propagation.where: missing key; expected the reason"},
      Slip{"parts/cx2.toml", "where = \"p. 3\"", "were = \"p. 3\"",
           "parts/cx2.toml:3:59: lanes.were: unknown key; expected one of value, origin, ref, where, range; "
           "did you mean \"where\"?"},
      Slip{"parts/cx2.toml", "value = 8, ", "", "parts/cx2.toml:3:9: lanes.value: missing key; expected value = ..."},
      Slip{"parts/cx2.toml", "lanes", "lane",
           "parts/cx2.toml:3:1: a.hca0.lane: unknown key of the kind hca; expected one of doorbell, lanes; "
           "did you mean \"lanes\"?"},
      Slip{"parts/cx2.toml", "lanes", "#",
           "parts/box.toml:5:1: a.hca0.lanes: missing key (lanes); expected a plain whole number such as 8"},
      Slip{"parts/copper.toml", "\"32 Gb/s\"", "\"0 b/s\"",
           "parts/copper.toml:2:18: link0.rate: \"0 b/s\" is too small; expected at least 1 b/s"},
      Slip{"parts/cx2.toml", "kind = \"hca\"", "kind = \"hcaa\"",
           "parts/cx2.toml:1:8: a.hca0.kind: \"hcaa\" is no kind; expected one of core, hca, host, native, ping, "
           "vrdma, wire; did you mean \"hca\"?"},
      Slip{"parts/box.toml", "part = \"cx2\"", "part = \"cx3\"",
           "parts/box.toml:6:8: a.hca0.part: there is no \"cx3\" in parts; expected one of box, copper, cx2; "
           "did you mean \"cx2\"?"},
      Slip{"parts/cx2.toml", "kind = \"hca\"", "kind = \"hca\"\npart = \"box\"",
           "parts/cx2.toml:2:8: a.hca0.part: the part contains itself: box -> cx2 -> box; "
           "expected parts without a cycle"},
      Slip{"parts/box.toml", "[hca0]", "[hca0",
           "parts/box.toml:5:6: Error while parsing table header: expected ']', saw '\\n'; expected valid TOML"}));
}

TEST_CASE("a wrong system says file, line, column and key", "[platform][unit]") {
  const std::string row = "[\"a.hca0\", \"b.hca0\", \"copper\"]";
  check_slip(GENERATE_COPY(
      Slip{"systems/pair.toml", "\"400 B\"", "\"400 ns\"",
           "systems/pair.toml:6:16: a.rdma0.inline_limit: \"400 ns\" is a duration, not a number of bytes; "
           "expected a number of bytes such as \"64 KB\" (B, KiB, KB, MiB, MB, GiB, GB, TiB, TB)"},
      Slip{"systems/pair.toml", "\"400 B\"", "\"9223372036854775808 B\"",
           "systems/pair.toml:6:16: a.rdma0.inline_limit: \"9223372036854775808 B\" is too large: 2^63 B or more; "
           "expected a number of bytes such as \"64 KB\" (B, KiB, KB, MiB, MB, GiB, GB, TiB, TB)"},
      Slip{"systems/pair.toml", "\"400 B\"", "[400]",
           "systems/pair.toml:6:16: a.rdma0.inline_limit: is an array; expected a number, a text, true or false"},
      Slip{"systems/pair.toml", "inline_limit", "exit_cost",
           "systems/pair.toml:6:1: a.rdma0.exit_cost: unknown key of the kind native (the kind vrdma has it); "
           "expected one of inline_limit"},
      Slip{"systems/pair.toml", "[b.hca0]\nlanes = 4", "[b.hca0]\n[b.hca0.lanes]",
           "systems/pair.toml:10:1: b.hca0.lanes: is an instance and a parameter at once "
           "(see parts/cx2.toml:3:1); expected another name for one of them"},
      Slip{"systems/pair.toml", "[b.hca0]", "[b.seed]",
           "systems/pair.toml:9:1: b.seed: is a word of the scenario files themselves; expected another name"},
      Slip{"systems/pair.toml", "[b.hca0]", "[b.\"x.y\"]",
           "systems/pair.toml:9:1: b.x.y: is no name; expected letters, digits, _ and -"},
      Slip{"systems/pair.toml", "[b.hca0]\nlanes = 4", "[link0]\nkind = \"core\"",
           "systems/pair.toml:9:1: link0: is the name of a link of this system; expected another name"},
      Slip{"systems/pair.toml", "[b.hca0]\nlanes = 4", "[workload]",
           "systems/pair.toml:9:1: workload: is the name of the run's workload; expected another name"},
      Slip{"systems/pair.toml", "[b.hca0]\nlanes = 4", "[b.x]\nlanes = 4",
           "systems/pair.toml:10:1: b.x.lanes: unknown key: b.x has no kind, so no parameters; "
           "expected kind = one of core, hca, host, native, ping, vrdma, wire"},
      Slip{"systems/pair.toml", "[b.hca0]\nlanes = 4", "[b.w]\npart = \"copper\"",
           "systems/pair.toml:9:1: b.w: a wire cannot stand in a host; "
           "expected one of the kinds hca, core, native, vrdma"},
      Slip{"systems/pair.toml", "kind = \"native\"", "kind = 3",
           "systems/pair.toml:5:8: a.rdma0.kind: is a whole number; expected a name in quotes"},
      Slip{"systems/pair.toml", "\"b.hca0\"", "\"b.hca\"",
           "systems/pair.toml:1:10: links: \"b.hca\" is no instance; expected the path of an instance; "
           "did you mean \"b.hca0\"?"},
      Slip{"systems/pair.toml", "\"b.hca0\"", "\"a.core\"",
           "systems/pair.toml:1:10: links: \"a.core\" is of a kind that takes no link; "
           "expected an instance with a port to the network"},
      Slip{"systems/pair.toml", "\"b.hca0\"", "\"a.hca0\"",
           "systems/pair.toml:1:10: links: \"a.hca0\" is linked to itself; expected two instances"},
      Slip{"systems/pair.toml", row, row + ", [\"b.hca0\", \"a.hca0\", \"copper\"]",
           "systems/pair.toml:1:42: links: \"b.hca0\" and \"a.hca0\" are linked twice; "
           "expected one link between two instances"},
      Slip{"systems/pair.toml", row, row.substr(0, 20) + "]",
           "systems/pair.toml:1:10: links: a row has not three entries; expected a row [\"from\", \"to\", \"part\"]"},
      Slip{"systems/pair.toml", row, "",
           "systems/pair.toml:9:1: b.hca0: no links lead here from a.hca0; expected a row in links that joins them"},
      Slip{"systems/pair.toml", "[b]", "[a]",
           "systems/pair.toml:7:1: Error while parsing table header: cannot redefine existing table 'a'; "
           "expected valid TOML"}));
}

TEST_CASE("links that close a cycle are refused", "[platform][unit]") {
  const ScenarioFolder folder;
  folder.append("systems/pair.toml", "[c]\npart = \"box\"\n");
  folder.replace("systems/pair.toml", "\"copper\"]]",
                 "\"copper\"], [\"b.hca0\", \"c.hca0\", \"copper\"], [\"c.hca0\", \"a.hca0\", \"copper\"]]");
  CHECK(folder.error() == "systems/pair.toml:1:74: links: the link between \"c.hca0\" and \"a.hca0\" closes a cycle; "
                          "expected one way between any two instances");
}

TEST_CASE("a wrong run or sources file says file, line, column and key", "[platform][unit]") {
  check_slip(GENERATE_COPY(
      Slip{"runs/ping.toml", "\"pair\"", "\"pari\"",
           "runs/ping.toml:1:10: system: there is no \"pari\" in systems; expected one of pair; did you mean "
           "\"pair\"?"},
      Slip{"runs/ping.toml", "seed = 1", "sede = 1",
           "runs/ping.toml:3:1: sede: unknown key; expected one of system, text, seed, workload, fidelity, override, "
           "sweep, report, expect; did you mean \"seed\"?"},
      Slip{"runs/ping.toml", "seed = 1", "", "runs/ping.toml:1:1: seed: missing key; expected a whole number"},
      Slip{"runs/ping.toml", "seed = 1", "seed = -1",
           "runs/ping.toml:3:8: seed: is negative; expected a whole number from 0"},
      Slip{"runs/ping.toml", "seed = 1", "seed = \"1\"",
           "runs/ping.toml:3:8: seed: is a text; expected a whole number"},
      Slip{"runs/ping.toml", "size = \"2 B\"", "",
           "runs/ping.toml:4:1: workload.size: missing key (payload); "
           "expected a number of bytes such as \"64 KB\" (B, KiB, KB, MiB, MB, GiB, GB, TiB, TB)"},
      Slip{"runs/ping.toml", "polling = true", "polling = \"yes\"",
           "runs/ping.toml:7:11: workload.polling: \"yes\" is no boolean; expected true or false"},
      Slip{"runs/ping.toml", "[workload]", "[override]\n\"a.hca1.lanes\" = 4\n[workload]",
           "runs/ping.toml:5:18: a.hca1: there is no such instance; expected one of core, hca0, rdma0; "
           "did you mean \"hca0\"?"},
      Slip{"runs/ping.toml", "[workload]", "[override]\n\"a.hca0.lane\" = 4\n[workload]",
           "runs/ping.toml:5:17: a.hca0.lane: unknown key of the kind hca; expected one of doorbell, lanes; "
           "did you mean \"lanes\"?"},
      Slip{"runs/ping.toml", "[workload]", "[override]\n\"a..lane\" = 4\n[workload]",
           "runs/ping.toml:5:1: a..lane: is no path; expected instance.key, such as esx0.hca0.lanes"},
      Slip{"runs/ping.toml", "[workload]", "[override]\nlanes = 4\n[workload]",
           "runs/ping.toml:5:9: lanes: stands outside of any instance; "
           "expected the path of an instance, then a key"},
      Slip{"runs/ping.toml", "[workload]", "[fidelity]\n\"a.hca0\" = \"rlt\"\n[workload]",
           "runs/ping.toml:5:12: fidelity.a.hca0: \"rlt\" is no choice; "
           "expected one of tlm, rtl, iss, modelled, qemu; did you mean \"rtl\"?"},
      Slip{"runs/ping.toml", "[workload]", "[fidelity]\n\"a.hca1.engine\" = \"rtl\"\n[workload]",
           "runs/ping.toml:5:19: fidelity.a.hca1.engine: there is no such instance; expected the path of a block"},
      Slip{"runs/ping.toml", "[workload]", "[fidelity]\n\"a.hca0.engine\" = \"rtl\"\n[workload]",
           "runs/ping.toml:5:19: fidelity.a.hca0.engine: no block there has a fidelity; "
           "expected the path of a block that can be chosen"},
      Slip{"runs/ping.toml", "[workload]", "[[sweep]]\nname = \"n\"\nvalues = [1]\n[workload]",
           "runs/ping.toml:4:1: sweep.key: missing key; expected one of key, keys"},
      Slip{"runs/ping.toml", "[workload]",
           "[[sweep]]\nname = \"n\"\nkey = \"a.hca0.lanes\"\nvalues = [1, 1]\n[workload]",
           "runs/ping.toml:7:10: sweep.values: has \"1\" twice; expected labels that differ"},
      Slip{"runs/ping.toml", "[workload]", "[[sweep]]\nname = \"n\"\nkey = \"a.hca0.lanes\"\nvalues = []\n[workload]",
           "runs/ping.toml:7:10: sweep.values: is empty; expected at least one point"},
      Slip{"runs/ping.toml", "[workload]", "[[sweep]]\nname = \"n\"\npoints = [{ label = \"x\" }]\n[workload]",
           "runs/ping.toml:6:11: sweep.points: the point \"x\" sets nothing; expected a path = value"},
      Slip{"sources.toml", "year = 2012", "year = \"2012\"",
           "sources.toml:4:8: bench.year: is a text; expected a whole number"},
      Slip{"sources.toml", "title", "tilte",
           "sources.toml:2:1: bench.tilte: unknown key; expected one of title, authors, year, url, note; "
           "did you mean \"title\"?"}));
}

TEST_CASE("two axes that set the same path or share a name are refused", "[platform][unit]") {
  const ScenarioFolder folder;
  const std::string axis = "[[sweep]]\nname = \"n\"\nkey = \"a.hca0.lanes\"\nvalues = [1]\n";
  folder.append("runs/ping.toml", axis + axis);
  CHECK(folder.error() == "runs/ping.toml:13:8: sweep.name: \"n\" is the name of two axes; expected another name");
  folder.replace("runs/ping.toml", "\"n\"", "\"m\"");
  CHECK(folder.error() == "runs/ping.toml:12:1: a.hca0.lanes: is set by two axes, the second being n; "
                          "expected one axis a path");
}

TEST_CASE("a missing run lists the runs, and a missing file says so", "[platform][unit]") {
  const ScenarioFolder folder;
  const auto load = [&](std::string_view name) -> std::string {
    try {
      RunFile::load(folder.root(), name);
    } catch (const ScenarioError& error) {
      return folder.without_root(error.what());
    }
    return "";
  };
  CHECK(load("pong") == "<command line>:1:1: run: there is no \"pong\" in runs; expected one of ping; "
                        "did you mean \"ping\"?");
  CHECK(load("../ping.toml") == "../ping.toml:1:1: there is no such file; expected a TOML file");
  folder.write("runs/long.toml", std::string(5000, '['));
  CHECK(load("long") == "runs/long.toml:1:1: the line is too long; expected at most 4000 characters");
}

TEST_CASE("a wrong override of the command line names its place", "[platform][unit]") {
  const ScenarioFolder folder;
  CHECK(folder.error({"seed=3", "a.hca0.lanes"}) == "<command line>:1:2: a.hca0.lanes: gives no value; "
                                                    "expected path=value, such as esx0.hca0.lanes=4");
  CHECK(folder.error({"a.hca0.lanes=x"}) ==
        "<command line>:1:1: a.hca0.lanes: \"x\" is no whole number; expected a plain whole number such as 8");
  CHECK(folder.error({"a.hca0=x"}) == "<command line>:1:1: a.hca0: is an instance, not a parameter; "
                                      "expected the path of an instance, then a key");
  CHECK(folder.error({"a.hca0.lanes.x=1"}) == "<command line>:1:1: a.hca0.lanes: is a parameter, not an instance; "
                                              "expected the path of an instance, then a key");
  CHECK(folder.error({"a.rdma0.exit_cost=1 cycle"}) ==
        "<command line>:1:1: a.rdma0.exit_cost: unknown key of the kind native (the kind vrdma has it); "
        "expected one of inline_limit");
}
