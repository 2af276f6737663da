#include "platform/scenario_run.h"

#include <algorithm>
#include <toml++/toml.h>

#include "platform/did_you_mean.h"

namespace viosim::platform {
namespace {

constexpr std::size_t kMostPoints = 1'000'000;

AxisPoint read_point(const Table& table) {
  AxisPoint point{table.text("label"), read_overrides(table, Layer::axis, "label")};
  if (point.changes.empty()) {
    throw ScenarioError(table.position(), table.path(), "the point \"" + point.label + "\" sets nothing",
                        "a path = value");
  }
  return point;
}

std::vector<AxisPoint> read_values(const Table& table) {
  std::vector<std::string> keys = table.texts("keys");
  if (table.has("key") == table.has("keys")) {
    table.fail("key", table.has("key") ? "stands beside keys" : "missing key", "one of key, keys");
  }
  if (table.has("key")) keys = {table.text("key")};
  if (keys.empty()) table.fail("keys", "is empty", "at least one path");
  const toml::node* values = table.raw().get("values");
  if (values == nullptr || !values->is_array()) table.fail("values", "is no array", "values = [...]");
  std::vector<AxisPoint> points;
  for (const toml::node& node : *values->as_array()) {
    const Value value = read_scalar(node, table.file(), table.path_of("values"));
    AxisPoint point{value.text, {}};
    for (const std::string& key : keys) point.changes.push_back({key, value, Layer::axis});
    points.push_back(std::move(point));
  }
  return points;
}

Axis read_axis(const Table& table) {
  Axis axis{table.text("name"), table.position(), {}};
  if (axis.name.empty()) table.fail("name", "is empty", "a name for the axis");
  if (table.has("points")) {
    table.check_keys({"name", "points"});
    for (const Table& point : table.tables("points")) axis.points.push_back(read_point(point));
  } else {
    table.check_keys({"name", "key", "keys", "values", "points"});
    axis.points = read_values(table);
  }
  if (axis.points.empty()) table.fail(table.has("points") ? "points" : "values", "is empty", "at least one point");
  std::set<std::string> labels;
  for (const AxisPoint& point : axis.points) {
    if (labels.insert(point.label).second) continue;
    table.fail(table.has("points") ? "points" : "values", "has \"" + point.label + "\" twice", "labels that differ");
  }
  return axis;
}

std::set<std::string> paths_of(const Axis& axis) {
  std::set<std::string> paths;
  for (const AxisPoint& point : axis.points) {
    for (const Override& change : point.changes) paths.insert(change.path);
  }
  return paths;
}

}  // namespace

RunFile RunFile::load(const std::filesystem::path& scenarios_root, std::string_view name_or_path) {
  ScenarioFiles files(scenarios_root);
  const std::string asked(name_or_path);
  const bool is_path = asked.find('/') != std::string::npos || asked.ends_with(".toml");
  if (is_path) {
    const std::filesystem::path path(asked);
    return {files, ScenarioFiles::load_file(path), path.stem().string()};
  }
  return {files, files.load("runs", asked, {kCommandLineFile, 1, 1}, "run"), asked};
}

RunFile::RunFile(ScenarioFiles files, Table table, std::string name)
    : files_(std::move(files)), table_(std::move(table)), name_(std::move(name)) {
  table_.check_keys({"system", "text", "seed", "workload", "fidelity", "override", "sweep", "report", "expect"});
  system_ = table_.text("system");
  text_ = table_.text("text", "");
  const std::int64_t seed = table_.integer("seed");
  if (seed < 0) table_.fail("seed", "is negative", "a whole number from 0");
  seed_ = static_cast<std::uint64_t>(seed);
  if (!table_.has("workload")) table_.fail("workload", "missing key", "a table [workload]");
  for (const char* key : {"workload", "report", "expect"}) table_.table(key);
  overrides_ = read_overrides(table_.table("override"), Layer::override_);
  fidelity_ = read_overrides(table_.table("fidelity"), Layer::run);
  read_axes();
}

void RunFile::read_axes() {
  std::size_t count = 1;
  for (const Table& table : table_.tables("sweep")) {
    Axis axis = read_axis(table);
    for (const Axis& other : axes_) {
      if (other.name == axis.name)
        table.fail("name", "\"" + axis.name + "\" is the name of two axes", "another name");
    }
    for (const std::string& path : paths_of(axis)) {
      if (swept_paths_.insert(path).second) continue;
      throw ScenarioError(axis.position, path, "is set by two axes, the second being " + axis.name,
                          "one axis a path");
    }
    count *= axis.points.size();
    if (count > kMostPoints) throw ScenarioError(axis.position, "sweep", "has too many points", "at most 1000000");
    axes_.push_back(std::move(axis));
  }
}

std::vector<Point> RunFile::points() const {
  std::vector<Point> points(1);
  for (const Axis& axis : axes_) {
    std::vector<Point> longer;
    for (const Point& point : points) {
      for (const AxisPoint& next : axis.points) {
        Point& made = longer.emplace_back(point);
        made.labels.emplace_back(axis.name, next.label);
        made.changes.insert(made.changes.end(), next.changes.begin(), next.changes.end());
      }
    }
    points = std::move(longer);
  }
  return points;
}

}  // namespace viosim::platform
