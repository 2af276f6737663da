// A run file: which system, which workload, and the points of its sweep.
#pragma once
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/scenario_files.h"
#include "platform/scenario_override.h"

namespace viosim::platform {

/// One position on a sweep axis.
struct AxisPoint {
  std::string label;
  std::vector<Override> changes;
};

struct Axis {
  std::string name;
  Position position;
  std::vector<AxisPoint> points;
};

/// One combination of the axes: {axis, label} in the order of the axes, and what it sets.
struct Point {
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<Override> changes;
};

/// Parsed and checked for itself; the system and its parts are read by Scenario.
class RunFile {
 public:
  /// A name of runs/, or a path (it has a `/` or ends in .toml). Errors: ScenarioError.
  static RunFile load(const std::filesystem::path& scenarios_root, std::string_view name_or_path);

  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }
  const std::string& system() const { return system_; }
  Position system_position() const { return table_.position("system"); }
  std::uint64_t seed() const { return seed_; }
  const std::vector<Axis>& axes() const { return axes_; }
  /// The product of the axes, the first varying slowest; one point without labels when there is no axis.
  std::vector<Point> points() const;
  const std::vector<Override>& overrides() const { return overrides_; }
  const std::vector<Override>& fidelity() const { return fidelity_; }
  Table workload() const { return table_.table("workload"); }
  /// Free tables for whoever reports and checks; empty when the file has none. Their reader calls check_keys.
  Table report() const { return table_.table("report"); }
  Table expect() const { return table_.table("expect"); }
  const ScenarioFiles& files() const { return files_; }
  /// Every path that some axis sets.
  const std::set<std::string>& swept_paths() const { return swept_paths_; }

 private:
  RunFile(ScenarioFiles files, Table table, std::string name);
  void read_axes();

  ScenarioFiles files_;
  Table table_;
  std::string name_, text_, system_;
  std::uint64_t seed_ = 0;
  std::vector<Axis> axes_;
  std::vector<Override> overrides_, fidelity_;
  std::set<std::string> swept_paths_;
};

}  // namespace viosim::platform
