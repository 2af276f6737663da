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
  file.check_keys({"title", "run", "reference", "system", "metrics", "groups"});
  ValidationSpec spec{file.text("title"), file.text("run"), file.text("reference"), file.text("system"), {}, {}};
  const Table metrics = file.table("metrics"), groups = file.table("groups");
  for (const std::string& name : metrics.keys()) {
    const Table mapping = metrics.table(name);
    mapping.check_keys({"metric", "at"});
    spec.metrics[name] = {mapping.text("metric"), read_labels(mapping.table("at"))};
  }
  for (const std::string& name : groups.keys()) {
    const Table limits = groups.table(name);
    limits.check_keys({"median", "max"});
    spec.groups[name] = {percent_at(limits, "median"), percent_at(limits, "max")};
  }
  return spec;
}

}  // namespace viosim::platform
