#include "support/simulated.h"

#include <stdexcept>

#include "platform/catalogue.h"
#include "platform/result_json.h"
#include "platform/runner.h"
#include "platform/scenario.h"

namespace viosim::test {

platform::PointResult simulated(const std::string& run, const platform::Labels& labels,
                                const std::vector<std::string>& overrides, const platform::RunOptions& options) {
  const platform::RunFile file = platform::RunFile::load(VIOSIM_SOURCE "/scenarios", run);
  std::vector<platform::Override> changes;
  for (const std::string& text : overrides)
    changes.push_back(platform::Override::parse(text, static_cast<std::uint32_t>(changes.size() + 1)));
  for (const platform::Point& point : file.points()) {
    if (!platform::matches(point.labels, labels)) continue;
    const platform::Job job{platform::to_text(point.labels), [&] {
      platform::Scenario scenario(file, point, changes, platform::catalogue());
      platform::PointResult result = platform::simulate(scenario, options);
      scenario.check();
      result.labels = point.labels;
      return platform::to_wire(result);
    }};
    return platform::from_wire(platform::run_jobs({job}, {}).front());
  }
  throw std::runtime_error(run + " has no point " + platform::to_text(labels));
}

std::int64_t per_operation(const platform::PointResult& result, const std::string& cause, const std::string& site) {
  std::int64_t ps = 0;
  for (const platform::StackRow& row : result.stack)
    if (row.cause == cause && (site.empty() || row.site == site)) ps += row.ps;
  return ps / result.operations;
}

double occurrences(const platform::PointResult& result, const std::string& cause, const std::string& site) {
  std::int64_t spans = 0;
  for (const platform::StackRow& row : result.stack)
    if (row.cause == cause && (site.empty() || row.site == site)) spans += row.occurrences;
  return static_cast<double>(spans) / static_cast<double>(result.operations);
}

}  // namespace viosim::test
