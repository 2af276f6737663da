#include "app/cli_simulation.h"

#include <algorithm>
#include <ostream>

#include "platform/did_you_mean.h"
#include "platform/report_spec.h"
#include "platform/result_json.h"
#include "platform/runner_errors.h"
#include "platform/scenario.h"

namespace viosim::app {
namespace {

platform::RunnerOptions runner_options(const Arguments& arguments) {
  platform::RunnerOptions options;
  const std::int64_t jobs = arguments.integer("jobs").value_or(platform::default_jobs());
  if (jobs < 1 || jobs > 1024) throw UsageError("--jobs: a number from 1 to 1024 is expected");
  const std::int64_t limit = arguments.integer("time-limit").value_or(0);
  if (limit > 31'536'000) throw UsageError("--time-limit: at most a year, 31536000, is expected");
  options.jobs = static_cast<int>(jobs);
  options.time_limit = std::chrono::seconds(limit);
  options.progress = !arguments.has("quiet");
  return options;
}

}  // namespace

std::filesystem::path scenarios_of(const Arguments& arguments, const Host& host) {
  const std::filesystem::path root =
      arguments.has("scenarios") ? arguments.text("scenarios") : host.scenarios.string();
  if (!std::filesystem::is_directory(root))
    throw UsageError("there is no folder of scenarios at " + root.string() + "; say where it is by --scenarios");
  return root;
}

std::filesystem::path target_of(const Arguments& arguments, const std::string& name) {
  if (!arguments.has("out")) return std::filesystem::path("viosim-out") / name;
  if (arguments.text("out").empty()) throw UsageError("--out: a folder is expected");
  return arguments.text("out");
}

std::vector<platform::Override> overrides_of(const Arguments& arguments) {
  std::vector<platform::Override> overrides;
  std::uint32_t number = 0;
  for (const std::string& text : arguments.texts("param"))
    overrides.push_back(platform::Override::parse(text, ++number));
  if (const auto seed = arguments.integer("seed"))
    overrides.push_back(platform::Override::parse("seed=" + std::to_string(*seed), ++number));
  return overrides;
}

namespace {

/// Throws UsageError unless every pair is an axis of the run and one of its labels.
void check_labels(const platform::RunFile& run, const platform::Labels& wanted) {
  for (const auto& [name, label] : wanted) {
    std::vector<std::string> names, labels;
    for (const platform::Axis& axis : run.axes()) {
      names.push_back(axis.name);
      if (axis.name != name) continue;
      for (const platform::AxisPoint& p : axis.points) labels.push_back(p.label);
    }
    if (std::find(names.begin(), names.end(), name) == names.end())
      throw UsageError("the run has no axis '" + name + "', only " + platform::join_names(names) +
                       platform::did_you_mean(name, names));
    if (std::find(labels.begin(), labels.end(), label) == labels.end())
      throw UsageError("the axis " + name + " has no '" + label + "', only " + platform::join_names(labels) +
                       platform::did_you_mean(label, labels));
  }
}

/// A label is kept when its axis is not chosen from, or it is among the chosen.
bool kept(const platform::Labels& chosen, const std::string& axis, const std::string& label) {
  bool named = false;
  for (const auto& [name, wanted] : chosen) {
    if (name != axis) continue;
    if (wanted == label) return true;
    named = true;
  }
  return !named;
}

}  // namespace

platform::Point point_at(const platform::RunFile& run, const platform::Labels& wanted) {
  check_labels(run, wanted);
  for (const platform::Point& point : run.points())
    if (platform::matches(point.labels, wanted)) return point;
  throw UsageError("no point of the run is at " + platform::to_text(wanted));
}

Simulation::Simulation(const std::string& run, const Arguments& arguments, Host& host)
    : run_(platform::RunFile::load(scenarios_of(arguments, host), run)),
      overrides_(overrides_of(arguments)),
      runner_(runner_options(arguments)),
      quiet_(arguments.has("quiet")),
      host_(host) {
  run_.expect().check_keys({});
  for (const platform::Override& o : overrides_)
    if (!quiet_ && run_.swept_paths().count(o.path) != 0)
      host_.err << "viosim: note: -p " << o.path << " holds in all points, whatever the labels of the sweep say\n";
  if (arguments.choice("scheduler", {"fast", "systemc"}) == "systemc")
    options_.scheduler = platform::SchedulerChoice::systemc;
}

platform::Scenario Simulation::scenario(const Task& task) const {
  return platform::Scenario(run_, task.point, task.overrides, host_.schemas);
}

std::string Simulation::simulate(const Task& task, const Finish& finish) const {
  try {
    platform::Scenario scenario = this->scenario(task);
    platform::PointResult result = host_.simulate(scenario, options_);
    scenario.check();
    result.labels = task.point.labels;
    result.resolved_toml = scenario.resolved_toml();
    result.digest = scenario.digest();
    return finish(result, scenario);
  } catch (const platform::ScenarioError& e) {
    throw platform::JobError(platform::kExitScenario, e.what());
  }
}

std::vector<std::string> Simulation::texts(const std::vector<Task>& tasks, const Finish& finish) const {
  std::vector<platform::Job> jobs;
  for (const Task& task : tasks) {
    scenario(task);  // a wrong scenario is found before the first hour of simulation
    jobs.push_back({task.title, [this, &task, &finish] { return simulate(task, finish); }});
  }
  return platform::run_jobs(jobs, runner_);
}

std::vector<platform::PointResult> Simulation::perform(const std::vector<Task>& tasks) const {
  const Finish finish = [](const auto& result, const auto&) { return platform::to_wire(result); };
  std::vector<platform::PointResult> results;
  for (const std::string& text : texts(tasks, finish)) results.push_back(platform::from_wire(text));
  return results;
}

std::map<std::string, std::vector<std::string>> Simulation::swappable(const Task& task) const {
  const Finish finish = [](const auto&, const auto& scenario) { return platform::Json(scenario.swappable()).dump(); };
  return platform::Json::parse(texts({task}, finish).front());
}

void Simulation::trace(const Task& task, const platform::TraceRequest& wanted) {
  options_.trace = wanted;
  perform({task});
  options_.trace.reset();
}

Uncertain Simulation::uncertain(const Task& task) const {
  const Finish finish = [](const auto& result, const auto& scenario) {
    platform::Json ranged = platform::Json::array();
    for (const platform::RangedParam& p : scenario.ranged())
      ranged.push_back({{"paths", p.paths}, {"value", p.value}, {"low", p.low}, {"high", p.high},
                        {"origin", platform::origin_name(p.source.origin)},
                        {"source", p.source.ref + (p.source.where.empty() ? "" : ": " + p.source.where)}});
    return platform::Json{{"point", platform::to_wire(result)}, {"ranged", ranged}}.dump();
  };
  const platform::Json in = platform::Json::parse(texts({task}, finish).front());
  Uncertain out{platform::from_wire(in.at("point").get<std::string>()), {}};
  for (const platform::Json& p : in.at("ranged"))
    out.variations.push_back(
        {p.at("paths"), p.at("value"), p.at("low"), p.at("high"), p.at("origin"), p.at("source")});
  return out;
}

std::uint64_t Simulation::seed() const {
  return scenario({run_.points().front(), overrides_, ""}).seed();
}

std::vector<platform::Point> Simulation::points(const platform::Labels& chosen) const {
  check_labels(run_, chosen);
  std::vector<platform::Point> out;
  for (const platform::Point& point : run_.points())
    if (std::ranges::all_of(point.labels, [&](const auto& l) { return kept(chosen, l.first, l.second); })) out.push_back(point);
  return out;
}

platform::ResultSet Simulation::all(const platform::Labels& chosen) const {
  check_labels(run_, chosen);
  platform::ResultSet results;
  results.run = run_.name();
  results.report = platform::read_report(run_.report(), run_.text());
  check_labels(run_, results.report.stack_at);
  for (const platform::ReferenceLine& line : results.report.references) check_labels(run_, line.at);
  for (const platform::Axis& axis : run_.axes()) {
    platform::ResultAxis& out = results.axes.emplace_back();
    out.name = axis.name;
    for (const platform::AxisPoint& point : axis.points)
      if (kept(chosen, axis.name, point.label)) out.labels.push_back(point.label);
  }
  platform::Labels& stacks = results.report.stack_at;  // the report compares what there is
  stacks.erase(std::remove_if(stacks.begin(), stacks.end(),
                              [&](const auto& l) { return !kept(chosen, l.first, l.second); }),
               stacks.end());
  std::vector<Task> tasks;
  for (const platform::Point& point : points(chosen))
    tasks.push_back({point, overrides_, platform::to_text(point.labels)});
  results.seed = seed();
  results.points = perform(tasks);
  return results;
}

}  // namespace viosim::app
