#include <algorithm>
#include <cmath>

#include "platform/report_spec.h"
#include "platform/result_validation.h"

namespace viosim::platform {
namespace {

std::int64_t percent_at(const Table& table, const char* key) {
  const double percent = table.number(key);
  if (!(percent > 0 && percent <= 1000)) table.fail(key, "is out of range", "a percentage above 0, such as 5.0");
  return std::llround(percent * 10'000);
}

}  // namespace

ValidationSpec read_validation(const Table& file) {
  file.check_keys({"title", "run", "runs", "reference", "system", "metrics", "groups", "overall"});
  ValidationSpec spec{file.text("title"), file.has("runs") ? file.texts("runs") : std::vector{file.text("run")},
                      file.text("reference"), file.text("system"), {}, {}};
  const Table metrics = file.table("metrics"), groups = file.table("groups");
  for (const std::string& name : metrics.keys()) {
    const Table mapping = metrics.table(name);
    mapping.check_keys({"metric", "at", "run", "statistic"});
    spec.metrics[name] = {mapping.text("metric"), read_labels(mapping.table("at")), mapping.text("run", ""),
                          mapping.text("statistic", "")};
    const std::string& statistic = spec.metrics[name].statistic;
    if (!statistic.empty() && statistic != "mean" && statistic != "p99_9")
      mapping.fail("statistic", "\"" + statistic + "\" is no statistic", "mean or p99_9");
    const std::string& run = spec.metrics[name].run;
    if (!run.empty() && std::find(spec.runs.begin(), spec.runs.end(), run) == spec.runs.end())
      mapping.fail("run", "\"" + run + "\" is none of the validation's runs", "one of runs");
  }
  if (file.has("overall")) {
    const Table overall = file.table("overall");
    overall.check_keys({"median", "within", "share"});
    spec.overall = {percent_at(overall, "median"), percent_at(overall, "within"), percent_at(overall, "share")};
  }
  for (const std::string& name : groups.keys()) {
    const Table limits = groups.table(name);
    limits.check_keys({"median", "max"});
    spec.groups[name] = {percent_at(limits, "median"), {}};
    if (limits.has("max")) spec.groups[name].max = percent_at(limits, "max");
  }
  return spec;
}

}  // namespace viosim::platform
