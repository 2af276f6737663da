#include "app/cli_vary.h"

namespace viosim::app {
namespace {

Task task_at(const Simulation& simulation, const platform::Point& point, const platform::Variation& v,
             const std::string& value) {
  Task task{point, simulation.overrides(), v.parameters.front() + "=" + value};
  for (const std::string& path : v.parameters)
    task.overrides.push_back(
        platform::Override::parse(path + "=" + value, static_cast<std::uint32_t>(task.overrides.size() + 1)));
  return task;
}

}  // namespace

platform::Sensitivity vary(const Simulation& simulation, const platform::Point& point) {
  const Uncertain nominal = simulation.uncertain({point, simulation.overrides(), platform::to_text(point.labels)});
  std::vector<Task> tasks;
  for (const platform::Variation& v : nominal.variations)
    for (const std::string& value : {v.low, v.high}) tasks.push_back(task_at(simulation, point, v, value));
  const std::vector<platform::PointResult> results = simulation.perform(tasks);
  const platform::Metric headline = nominal.point.headline_metric();
  std::vector<platform::Effect> effects;
  for (std::size_t i = 0; i < nominal.variations.size(); ++i)
    effects.push_back({nominal.variations[i], results[2 * i].headline_metric().value,
                       results[2 * i + 1].headline_metric().value});
  return {simulation.run().name(), point.labels, headline, std::move(effects)};
}

}  // namespace viosim::app
