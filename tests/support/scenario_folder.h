// A temporary folder of scenario files, with a small catalogue to read them by.
#pragma once
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/scenario.h"

namespace viosim::platform {

struct HcaParams {
  Param<Duration> doorbell;
  Param<Count> lanes;
  explicit HcaParams(ParamReader& in)
      : doorbell(in.get<Duration>("doorbell", "doorbell to fetch")), lanes(in.get<Count>("lanes", "lanes", 1, 16)) {}
};

struct WireParams {
  Param<BitRate> rate;
  Param<Duration> propagation;
  explicit WireParams(ParamReader& in)
      : rate(in.get<BitRate>("rate", "signalling")), propagation(in.get<Duration>("propagation", "one way")) {}
};

struct CoreParams {
  Param<Frequency> clock;
  explicit CoreParams(ParamReader& in) : clock(in.get<Frequency>("clock", "clock")) {}
};

struct NativeParams {
  Param<Bytes> inline_limit;
  explicit NativeParams(ParamReader& in) : inline_limit(in.get<Bytes>("inline_limit", "largest inline payload")) {}
};

struct VrdmaParams {
  Param<Cycles> exit_cost;
  Param<std::string> proxy;
  explicit VrdmaParams(ParamReader& in)
      : exit_cost(in.get<Cycles>("exit_cost", "one exit")),
        proxy(in.choice("proxy", "proxy", {"poll", "interrupt"})) {}
};

struct PingParams {
  Param<Bytes> size;
  Param<bool> polling;
  explicit PingParams(ParamReader& in)
      : size(in.get<Bytes>("size", "payload")), polling(in.get<bool>("polling", "poll the CQ")) {}
};

template <class T>
KindSchema schema_of(bool linked = false, std::vector<std::string> children = {}) {
  return {"a kind of the tests", [](ParamReader& in) { T params(in); }, linked, std::move(children)};
}

inline Schemas sample_schemas() {
  return {{"host", {"host", {}, false, {"hca", "core", "native", "vrdma"}}},
          {"hca", schema_of<HcaParams>(true)},
          {"core", schema_of<CoreParams>()},
          {"wire", schema_of<WireParams>()},
          {"native", schema_of<NativeParams>()},
          {"vrdma", schema_of<VrdmaParams>()},
          {"ping", schema_of<PingParams>()}};
}

/// Starts as a valid scenario: two hosts with an HCA each, and a link. Deleted at the end.
class ScenarioFolder {
 public:
  ScenarioFolder() {
    static int count = 0;
    root_ = std::filesystem::temp_directory_path() /
            ("viosim_scenario_" + std::to_string(::getpid()) + "_" + std::to_string(count++));
    write("sources.toml", "[bench]\ntitle = \"Bench notes\"\nauthors = \"A. Author\"\nyear = 2012\n");
    write("parts/cx2.toml", R"(kind = "hca"
doorbell = { value = "300 ns", origin = "recalled", ref = "bench", range = ["200 ns", "400 ns"] }
lanes = { value = 8, origin = "datasheet", ref = "bench", where = "p. 3" }
)");
    write("parts/box.toml", R"(kind = "host"
text = "a host"
[core]
clock = { value = "2.67 GHz", origin = "spec", ref = "bench" }
[hca0]
part = "cx2"
)");
    write("parts/copper.toml", R"(kind = "wire"
rate = { value = "32 Gb/s", origin = "spec", ref = "bench", where = "QDR" }
propagation = { value = "5 ns", origin = "assumed", where = "1 m of cable", range = ["3 ns", "8 ns"] }
)");
    write("systems/pair.toml", R"(links = [["a.hca0", "b.hca0", "copper"]]
[a]
part = "box"
[a.rdma0]
kind = "native"
inline_limit = "400 B"
[b]
part = "box"
[b.hca0]
lanes = 4
)");
    write("runs/ping.toml", R"(system = "pair"
text = "ping"
seed = 1
[workload]
kind = "ping"
size = "2 B"
polling = true
)");
  }
  ScenarioFolder(const ScenarioFolder&) = delete;
  ~ScenarioFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }

  void write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream in(root_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  /// Replaces the first occurrence of `from` in the file; the test is wrong when there is none.
  void replace(const std::string& name, std::string_view from, std::string_view to) const {
    std::string text = read(name);
    const std::size_t at = text.find(from);
    if (at == std::string::npos) throw std::logic_error("nothing to replace in " + name);
    write(name, text.replace(at, from.size(), to));
  }
  void append(const std::string& name, std::string_view text) const { write(name, read(name) + std::string(text)); }

  RunFile run() const { return RunFile::load(root_, "ping"); }
  std::unique_ptr<Scenario> scenario(const std::vector<std::string>& command_line = {}, std::size_t point = 0) const {
    std::vector<Override> changes;
    for (const std::string& text : command_line) {
      changes.push_back(Override::parse(text, static_cast<std::uint32_t>(changes.size() + 1)));
    }
    const RunFile file = run();
    return std::make_unique<Scenario>(file, file.points().at(point), changes, sample_schemas());
  }
  /// The error of reading (and of reading a host's HCA), with the temporary folder cut out; empty when there is none.
  std::string error(const std::vector<std::string>& command_line = {}, std::size_t point = 0) const {
    try {
      const auto read_scenario = scenario(command_line, point);
      read_scenario->params<HcaParams>("a.hca0");
      read_scenario->params<PingParams>("workload");
      read_scenario->check();
    } catch (const ScenarioError& failure) {
      return without_root(failure.what());
    }
    return {};
  }
  std::string without_root(std::string text) const {
    const std::string prefix = root_.generic_string() + "/";
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
      text.erase(at, prefix.size());
    }
    return text;
  }
  const std::filesystem::path& root() const { return root_; }

 private:
  std::filesystem::path root_;
};

}  // namespace viosim::platform
