#include "platform/result_validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "platform/report_layout.h"
#include "platform/report_table.h"
#include "platform/result_format.h"

namespace viosim::platform {
namespace {

constexpr std::array kUses = {"validate", "calibrate", "compare"};
const char* text_of(ReferenceUse use) { return kUses[static_cast<std::size_t>(use)]; }

/// Millionths as a percentage with one decimal and its sign.
std::string percent(std::int64_t millionths) { return fixed(millionths, 10'000, 1) + " %"; }
std::string signed_percent(std::int64_t millionths) { return (millionths < 0 ? "" : "+") + percent(millionths); }

std::int64_t median_of(std::vector<std::int64_t> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

const Metric* predicted(const ResultSet& results, const MetricMapping& mapping, std::int64_t bytes) {
  for (const PointResult& p : results.points)
    if (p.message_bytes == bytes && matches(p.labels, mapping.at)) return p.metric(mapping.metric);
  return nullptr;
}

}  // namespace

Validation::Validation(const ValidationSpec& spec, const std::vector<ReferenceRow>& reference,
                       const ResultSet& results)
    : spec_(spec) {
  std::map<std::string, std::vector<std::int64_t>> errors;
  for (const ReferenceRow& r : reference) {
    if (r.system != spec.system) continue;
    const auto mapping = spec.metrics.find(r.metric);
    if (mapping == spec.metrics.end()) {
      if (std::find(skipped_.begin(), skipped_.end(), r.metric) == skipped_.end()) skipped_.push_back(r.metric);
      continue;
    }
    const bool judged = r.use == ReferenceUse::validate;
    const auto limits = spec.groups.find(r.group);
    if (judged && limits == spec.groups.end())
      throw ResultError("the group '" + r.group + "' of the reference has no limits under [groups]");
    ValidationRow row{r};
    if (const Metric* m = predicted(results, mapping->second, r.bytes)) {
      row.shape = *m;
      row.measured = convert(r.value, r.unit, m->unit, m->decimals);
      if (row.measured == 0) throw ResultError("a reference value of 0 has no relative error");
      row.error = scaled(m->value - row.measured, 1'000'000, row.measured);
    }
    row.good = !judged || (row.error && std::abs(*row.error) <= limits->second.max);
    if (judged && row.error) errors[r.group].push_back(std::abs(*row.error));
    passed_ = passed_ && row.good;
    rows_.push_back(std::move(row));
  }
  for (const auto& [group, values] : errors) medians_[group] = median_of(values);
  for (const auto& [group, median] : medians_) passed_ = passed_ && median <= spec.groups.at(group).median;
  if (medians_.empty()) throw ResultError("no row of the reference is judged: nothing would be checked");
}

std::string Validation::text() const {
  std::string out = spec_.title + "\nsystem of the reference: " + spec_.system + "\n\n";
  TextTable table({"metric", "group", "#bytes", "predicted", "measured", "unit", "error", ""}, 2);
  for (const ValidationRow& r : rows_) {
    const std::string mark = r.reference.use != ReferenceUse::validate ? text_of(r.reference.use)
                             : r.good                                  ? ""
                             : r.error                                 ? "OUTSIDE"
                                                                       : "NOT PREDICTED";
    const std::string bytes = std::to_string(r.reference.bytes);
    if (r.error)
      table.add({r.reference.metric, r.reference.group, bytes, shown(r.shape, r.shape.value, 3),
                 shown(r.shape, r.measured, 3), shown_unit(r.shape), signed_percent(*r.error), mark});
    else
      table.add({r.reference.metric, r.reference.group, bytes, "-", r.reference.value, r.reference.unit, "-", mark});
  }
  out += table.text() + "\n";
  TextTable groups({"group", "median error", "limit", "limit of a point", ""}, 1);
  for (const auto& [group, median] : medians_) {
    const GroupLimits& limits = spec_.groups.at(group);
    groups.add({group, percent(median), percent(limits.median), percent(limits.max),
                median <= limits.median ? "" : "OUTSIDE"});
  }
  out += groups.text();
  for (const std::string& metric : skipped_) out += "not compared: " + metric + " of the reference\n";
  return out + (passed_ ? "\nverdict: within the limits\n" : "\nverdict: NOT within the limits\n");
}

std::string Validation::csv() const {
  std::string out = "metric,group,use,bytes,unit,predicted,measured,error_percent,good\n";
  for (const ValidationRow& r : rows_) {
    const std::int64_t one = power_of_ten(r.shape.decimals);
    out += fmt::format("{},{},{},{},{},{},{},{},{}\n", csv_field(r.reference.metric), csv_field(r.reference.group),
                       text_of(r.reference.use), r.reference.bytes, csv_field(r.error ? r.shape.unit : ""),
                       r.error ? fixed(r.shape.value, one, r.shape.decimals) : "",
                       r.error ? fixed(r.measured, one, r.shape.decimals) : "",
                       r.error ? fixed(*r.error, 10'000, 4) : "", r.good ? "yes" : "no");
  }
  return out;
}

Json Validation::json() const {
  Json out = {{"schema_version", kResultSchemaVersion}, {"title", spec_.title}, {"run", spec_.run},
              {"system", spec_.system}, {"passed", passed_}};
  out["rows"] = Json::array();
  for (const ValidationRow& r : rows_) {
    Json row = {{"metric", r.reference.metric}, {"group", r.reference.group}, {"use", text_of(r.reference.use)},
                {"bytes", r.reference.bytes}, {"good", r.good}};
    if (r.error) {
      row["unit"] = r.shape.unit;
      row["decimals"] = r.shape.decimals;
      row["predicted"] = r.shape.value;
      row["measured"] = r.measured;
      row["error_millionths"] = *r.error;
    }
    out["rows"].push_back(std::move(row));
  }
  out["groups"] = Json::array();
  for (const auto& [group, median] : medians_)
    out["groups"].push_back({{"group", group}, {"median_millionths", median},
                             {"limit_millionths", spec_.groups.at(group).median},
                             {"max_millionths", spec_.groups.at(group).max}});
  return out;
}

}  // namespace viosim::platform
