#include "platform/scenario.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "platform/did_you_mean.h"
#include "platform/scenario_check.h"
#include "platform/scenario_expand.h"
#include "platform/units.h"

namespace viosim::platform {
namespace {

constexpr std::string_view kFidelityPrefix = "fidelity.";

Instance read_system(const Table& table, const Sources& sources, const std::string& run_name,
                     const std::string& system_name) {
  const Source source{Origin::override_, run_name, "systems/" + system_name + ".toml"};
  Instance root;
  root.position = table.position();
  root.layer = Layer::system;
  const std::vector<std::string> keys = table.keys();
  for (const std::string& key : keys) {
    if (key == "links") continue;
    if (key == "text") {
      table.text(key);
      continue;
    }
    root.children.push_back(read_instance(table.table(key), key, {Layer::system, &sources, source}));
  }
  return root;
}

}  // namespace

/// Reads one instance of the scenario, and notes what was read for resolved_toml().
class Scenario::Reader : public ParamReader {
 public:
  explicit Reader(Instance& instance) : instance_(instance) {}

 protected:
  ParamValue read(const ParamSpec& spec) override {
    const std::string path = instance_.path_of(spec.key);
    const auto found = instance_.params.find(std::string(spec.key));
    if (found == instance_.params.end()) {
      const std::vector<std::string> choices(spec.choices.begin(), spec.choices.end());
      throw ScenarioError(instance_.position, path, "missing key (" + std::string(spec.text) + ")",
                          choices.empty() ? expected_form(spec.dimension) : "one of " + join_names(choices));
    }
    ParamValue value = resolve(found->second, spec, path);
    found->second.read = ReadParam{spec.dimension, value};
    return value;
  }

 private:
  Instance& instance_;
};

Scenario::Scenario(const RunFile& run, const Point& point, std::span<const Override> command_line,
                   const Schemas& schemas)
    : run_name_(run.name()), system_name_(run.system()), seed_(run.seed()), labels_(point.labels), index_(schemas) {
  const Sources sources = load_sources(run.files());
  const Table system = run.files().load("systems", run.system(), run.system_position(), "system");
  root_ = read_system(system, sources, run_name_, system_name_);
  if (const Instance* taken = root_.child("workload")) {
    throw ScenarioError(taken->position, "workload", "is the name of the run's workload", "another name");
  }
  links_ = read_links(system, root_);
  const Source source{Origin::override_, run_name_, "runs/" + run_name_ + ".toml"};
  root_.children.push_back(read_instance(run.workload(), "workload", {Layer::run, &sources, source}));
  apply_all(run, point, command_line);
  PartExpander expander(run.files(), sources, index_);
  root_ = expander.expand(std::move(root_), "");
  TreeCheck(index_, varied_).check(root_);
  check_links(links_, root_, index_);
  check_fidelity(varied_);
}

void Scenario::apply_all(const RunFile& run, const Point& point, std::span<const Override> command_line) {
  varied_ = run.swept_paths();
  const auto note = [this](const Override& change) { varied_.insert(change.path); };
  const std::string file = "runs/" + run_name_ + ".toml";
  for (const Override& change : run.fidelity()) {
    apply_one({std::string(kFidelityPrefix) + change.path, change.value, change.layer}, {});
  }
  for (const Override& change : run.overrides()) {
    note(change);
    apply_one(change, {Origin::override_, run_name_, file});
  }
  for (const Override& change : point.changes) apply_one(change, {Origin::override_, run_name_, file});
  for (const Override& change : command_line) {
    note(change);
    apply_one(change, {Origin::override_, run_name_, "command line"});
  }
}

void Scenario::apply_one(const Override& change, const Source& source) {
  if (change.path == "seed") {
    const Entry entry{change.value, source, {}, change.layer, "", change.value.position, {}};
    const ParamSpec spec{Dimension::count, "seed", "seed of the random streams"};
    seed_ = static_cast<std::uint64_t>(resolve(entry, spec, "seed").number);
  } else if (change.path.starts_with(kFidelityPrefix)) {
    const ParamSpec spec{Dimension::choice, "", "", 0, 0, {"tlm", "rtl", "iss", "modelled", "qemu"}};
    const Entry entry{change.value, source, {}, change.layer, "", change.value.position, {}};
    resolve(entry, spec, change.path);
    fidelity_[change.path.substr(kFidelityPrefix.size())] = {change.value, false};
  } else {
    apply(root_, change, source);
  }
}

void Scenario::check_fidelity(const std::set<std::string>& varied) const {
  const TreeCheck tree(index_, varied);
  for (const auto& [path, choice] : fidelity_) {
    // A block's own children are no instances of the scenario: their parent has to be one.
    if (find(path) != nullptr || find(parent_path(path)) != nullptr || tree.varies(path)) continue;
    throw ScenarioError(choice.value.position, std::string(kFidelityPrefix) + path, "there is no such instance",
                        "the path of a block" + did_you_mean(path, instance_paths(root_)));
  }
}

std::unique_ptr<ParamReader> Scenario::reader(std::string_view path) {
  Instance* instance = path.empty() ? nullptr : root_.find(path);
  if (instance == nullptr) {
    throw ScenarioError(root_.position, std::string(path), "missing instance",
                        "a table of this name" + did_you_mean(path, instance_paths(root_)));
  }
  return std::make_unique<Reader>(*instance);
}

std::string Scenario::fidelity(std::string_view path, std::initializer_list<std::string_view> choices) {
  swappable_.emplace(path, std::vector<std::string>(choices.begin(), choices.end()));
  const auto found = fidelity_.find(path);
  if (found == fidelity_.end()) return std::string(*choices.begin());
  Fidelity& asked = found->second;
  asked.read = true;
  if (std::ranges::find(choices, asked.value.text) == choices.end())
    throw ScenarioError(asked.value.position, std::string(kFidelityPrefix) + std::string(path),
                        "this block does not exist as \"" + asked.value.text + "\"",
                        fmt::format("{}", fmt::join(choices, ", ")));
  return asked.value.text;
}

void Scenario::check() const {
  const TreeCheck tree(index_, varied_);
  for (const auto& [path, choice] : fidelity_) {
    if (choice.read || tree.varies(path)) continue;
    throw ScenarioError(choice.value.position, std::string(kFidelityPrefix) + path, "no block there has a fidelity",
                        "the path of a block that can be chosen");
  }
}

}  // namespace viosim::platform
