#include "platform/result_validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "platform/report_layout.h"
#include "platform/report_stack.h"
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

const PointResult* point_of(const std::vector<ResultSet>& results, const MetricMapping& mapping,
                            const ReferenceRow& row) {
  for (const ResultSet& set : results)
    for (const PointResult& p : set.points)
      if ((mapping.run.empty() || mapping.run == set.run) && (!row.bytes || p.message_bytes == *row.bytes) &&
          matches(p.labels, mapping.at) && matches(p.labels, row.at))
        return &p;
  return nullptr;
}

/// The metric of the point with the wanted statistic for its value; none if the point has no such thing.
std::optional<Metric> predicted(const PointResult* point, const MetricMapping& mapping) {
  const Metric* const found = point == nullptr ? nullptr : point->metric(mapping.metric);
  if (found == nullptr || (!mapping.statistic.empty() && !found->spread)) return {};
  Metric m = *found;
  if (mapping.statistic == "mean") m.value = m.spread->mean;
  else if (mapping.statistic == "p99_9") m.value = m.spread->p99_9;
  return m;
}

/// What a row is about, in words: "64 B", "window=64 KB cache=cold".
std::string place_of(const ReferenceRow& row) {
  const std::string bytes = row.bytes ? std::to_string(*row.bytes) : "";
  return row.at.empty() ? bytes : bytes + (row.bytes ? " " : "") + to_text(row.at);
}

}  // namespace

Validation::Validation(const ValidationSpec& spec, const std::vector<ReferenceRow>& reference,
                       const std::vector<ResultSet>& results)
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
    row.point = point_of(results, mapping->second, r);
    if (const auto m = predicted(row.point, mapping->second)) {
      row.shape = *m;
      row.measured = convert(r.value, r.unit, m->unit, m->decimals);
      if (row.measured == 0) throw ResultError("a reference value of 0 has no relative error");
      row.error = scaled(m->value - row.measured, 1'000'000, row.measured);
    }
    row.good = !judged || (row.error && std::abs(*row.error) <= limits->second.max.value_or(std::abs(*row.error)));
    if (judged && row.error) errors[r.group].push_back(std::abs(*row.error));
    passed_ = passed_ && row.good;
    rows_.push_back(std::move(row));
  }
  for (const auto& [group, values] : errors) medians_[group] = median_of(values);
  for (const auto& [group, median] : medians_) passed_ = passed_ && median <= spec.groups.at(group).median;
  if (medians_.empty()) throw ResultError("no row of the reference is judged: nothing would be checked");
  judge_overall();
}

void Validation::judge_overall() {
  std::vector<std::int64_t> errors;
  for (const ValidationRow& r : rows_)
    if (r.reference.use == ReferenceUse::validate && r.error) errors.push_back(std::abs(*r.error));
  overall_median_ = median_of(errors);
  if (!spec_.overall) return;
  const auto within = std::count_if(errors.begin(), errors.end(),
                                    [&](std::int64_t e) { return e <= spec_.overall->within; });
  share_within_ = scaled(within, 1'000'000, static_cast<std::int64_t>(errors.size()));
  passed_ = passed_ && overall_median_ <= spec_.overall->median && share_within_ >= spec_.overall->share;
}

std::string Validation::text() const {
  std::string out = spec_.title + "\nsystem of the reference: " + spec_.system + "\n\n";
  const bool labelled = std::any_of(rows_.begin(), rows_.end(), [](const auto& r) { return !r.reference.at.empty(); });
  TextTable table({"metric", "group", labelled ? "at" : "#bytes", "predicted", "measured", "unit", "error", ""},
                  labelled ? 3 : 2);
  for (const ValidationRow& r : rows_) {
    const std::string mark = r.reference.use != ReferenceUse::validate ? text_of(r.reference.use)
                             : r.good                                  ? ""
                             : r.error                                 ? "OUTSIDE"
                                                                       : "NOT PREDICTED";
    const std::string bytes = place_of(r.reference);
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
    groups.add({group, percent(median), percent(limits.median), limits.max ? percent(*limits.max) : "-",
                median <= limits.median ? "" : "OUTSIDE"});
  }
  out += groups.text();
  out += overall_text() + worst_text();
  for (const std::string& metric : skipped_) out += "not compared: " + metric + " of the reference\n";
  return out + (passed_ ? "\nverdict: within the limits\n" : "\nverdict: NOT within the limits\n");
}

std::string Validation::overall_text() const {
  if (!spec_.overall) return "";
  return "\nall judged points: median error " + percent(overall_median_) + " (limit " + percent(spec_.overall->median) +
         "), " + percent(share_within_) + " of them within " + percent(spec_.overall->within) + " (at least " +
         percent(spec_.overall->share) + ")\n";
}

/// Where the time of the worst points goes: the causes that make up most of each.
std::string Validation::worst_text() const {
  constexpr std::size_t kWorst = 10, kCauses = 5;
  std::vector<const ValidationRow*> worst;
  for (const ValidationRow& r : rows_)
    if (r.reference.use == ReferenceUse::validate && r.error && r.point->elapsed > 0) worst.push_back(&r);
  std::stable_sort(worst.begin(), worst.end(), [](const ValidationRow* a, const ValidationRow* b) {
    return std::abs(*a->error) > std::abs(*b->error);
  });
  worst.resize(std::min(worst.size(), kWorst));
  std::string out = "\nworst points, where their time goes and what binds them:\n";
  for (const ValidationRow* r : worst) {
    const PointResult& p = *r->point;
    out += "  " + r->reference.metric + " " + place_of(r->reference) + ": " + signed_percent(*r->error) + ":";
    std::vector<std::pair<std::int64_t, std::string>> causes;
    for (const std::string& cause : causes_of({&p})) causes.emplace_back(spent_on(p, cause), cause);
    std::stable_sort(causes.begin(), causes.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    causes.resize(std::min(causes.size(), kCauses));
    for (const auto& [spent, cause] : causes) out += " " + cause + " " + percent(scaled(spent, 1'000'000, p.elapsed));
    out += p.bottleneck_site.empty() ? "\n" : "; busiest " + p.bottleneck_site + " (" + p.bottleneck_cause + ")\n";
  }
  return out;
}

std::string Validation::csv() const {
  std::string out = "metric,group,use,at,unit,predicted,measured,error_percent,good\n";
  for (const ValidationRow& r : rows_) {
    const std::int64_t one = power_of_ten(r.shape.decimals);
    out += fmt::format("{},{},{},{},{},{},{},{},{}\n", csv_field(r.reference.metric), csv_field(r.reference.group),
                       text_of(r.reference.use), csv_field(place_of(r.reference)), csv_field(r.error ? r.shape.unit : ""),
                       r.error ? fixed(r.shape.value, one, r.shape.decimals) : "",
                       r.error ? fixed(r.measured, one, r.shape.decimals) : "",
                       r.error ? fixed(*r.error, 10'000, 4) : "", r.good ? "yes" : "no");
  }
  return out;
}

Json Validation::json() const {
  Json out = {{"schema_version", kResultSchemaVersion}, {"title", spec_.title}, {"runs", spec_.runs},
              {"system", spec_.system}, {"passed", passed_}};
  out["rows"] = Json::array();
  for (const ValidationRow& r : rows_) {
    Json row = {{"metric", r.reference.metric}, {"group", r.reference.group}, {"use", text_of(r.reference.use)},
                {"at", place_of(r.reference)}, {"good", r.good}};
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
                             {"max_millionths", spec_.groups.at(group).max ? Json(*spec_.groups.at(group).max) : Json()}});
  out["overall"] = {{"median_millionths", overall_median_}};
  if (spec_.overall) out["overall"]["share_within_millionths"] = share_within_;
  return out;
}

}  // namespace viosim::platform
