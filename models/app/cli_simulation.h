// What run, sensitivity and validate share: from a run's name to results.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/cli.h"
#include "app/cli_arguments.h"
#include "platform/result_sensitivity.h"
#include "platform/result_set.h"
#include "platform/runner.h"
#include "platform/scenario_run.h"
#include "platform/writer.h"

namespace viosim::app {

/// One simulation: a point of a run and what is set on top of it.
struct Task {
  platform::Point point;
  std::vector<platform::Override> overrides;
  std::string title;
};

/// A point and what is uncertain about it.
struct Uncertain {
  platform::PointResult point;
  std::vector<platform::Variation> variations;
};

class Simulation {
 public:
  /// Reads the run and the options of add_scenario_options, add_override_options (if declared) and
  /// add_simulation_options. Throws UsageError, ScenarioError.
  Simulation(const std::string& run, const Arguments& arguments, Host& host);

  const platform::RunFile& run() const { return run_; }
  /// The user's overrides (-p, --seed).
  const std::vector<platform::Override>& overrides() const { return overrides_; }
  /// The run's, or the user's.
  std::uint64_t seed() const;
  bool quiet() const { return quiet_; }
  /// All points of the run, or those that `chosen` keeps: of each axis it names, the labels it names. Throws
  /// UsageError when there is no such axis or label.
  platform::ResultSet all(const platform::Labels& chosen = {}) const;
  /// The points themselves, chosen so.
  std::vector<platform::Point> points(const platform::Labels& chosen) const;
  /// The tasks, in order.
  std::vector<platform::PointResult> perform(const std::vector<Task>& tasks) const;
  /// The blocks of the task's system that exist in more than one fidelity.
  std::map<std::string, std::vector<std::string>> swappable(const Task& task) const;
  /// The task, watched.
  void trace(const Task& task, const platform::TraceRequest& wanted);
  /// The task, with the ranged parameters that the simulation has read.
  Uncertain uncertain(const Task& task) const;

 private:
  using Finish = std::function<std::string(const platform::PointResult&, const platform::Scenario&)>;
  platform::Scenario scenario(const Task& task) const;
  /// Runs in the child: simulates and turns the result into the text that the parent gets.
  std::string simulate(const Task& task, const Finish& finish) const;
  /// Texts of the children, in order. Every scenario is built once before the first simulation.
  std::vector<std::string> texts(const std::vector<Task>& tasks, const Finish& finish) const;

  platform::RunFile run_;
  std::vector<platform::Override> overrides_;
  platform::RunnerOptions runner_;
  platform::RunOptions options_;
  bool quiet_;
  Host& host_;
};

/// The root of the scenarios: --scenarios, else the host's. Throws UsageError when there is no such folder.
std::filesystem::path scenarios_of(const Arguments& arguments, const Host& host);

/// -p and --seed, in the order given. Throws ScenarioError.
std::vector<platform::Override> overrides_of(const Arguments& arguments);

/// The point with the wanted labels, and the first label of every axis that they leave open. Throws UsageError.
platform::Point point_at(const platform::RunFile& run, const platform::Labels& wanted);

/// Where the results go: --out, else viosim-out/NAME.
std::filesystem::path target_of(const Arguments& arguments, const std::string& name);

}  // namespace viosim::app
