#include "platform/result_csv.h"

#include <algorithm>
#include <array>

#include "platform/result_format.h"

namespace viosim::platform {
namespace {

constexpr std::array kKinds = {"served", "blocked", "queued", "delay"};

std::vector<std::string> axis_names(const ResultSet& results) {
  std::vector<std::string> names;
  for (const ResultAxis& a : results.axes) names.push_back(a.name);
  return names;
}

std::vector<std::string> labels_of(const ResultSet& results, const PointResult& p) {
  std::vector<std::string> out;
  for (const ResultAxis& a : results.axes) {
    const auto it = std::find_if(p.labels.begin(), p.labels.end(), [&](const auto& l) { return l.first == a.name; });
    out.push_back(it == p.labels.end() ? "" : it->second);
  }
  return out;
}

/// Head and rows share the columns of the axes; the rest follows.
std::string line(std::vector<std::string> first, std::vector<std::string> rest) {
  std::move(rest.begin(), rest.end(), std::back_inserter(first));
  std::string text = csv_field(first.front());
  for (std::size_t i = 1; i < first.size(); ++i) text += "," + csv_field(first[i]);
  return text + "\n";
}

std::string integer(std::int64_t n) { return std::to_string(n); }

}  // namespace

std::string ledger_csv(const ResultSet& results) {
  std::string out = line(axis_names(results), {"site", "cause", "kind", "ps", "operations", "ps_per_operation",
                                               "occurrences", "basis"});
  for (const PointResult& p : results.points)
    for (const StackRow& r : p.stack)
      out += line(labels_of(results, p),
                  {r.site, r.cause, kKinds[static_cast<std::size_t>(r.kind)], integer(r.ps), integer(p.operations),
                   fixed(r.ps, std::max<std::int64_t>(p.operations, 1), 3), integer(r.occurrences), r.basis});
  return out;
}

std::string sites_csv(const ResultSet& results) {
  std::string out = line(axis_names(results), {"site", "cause", "capacity", "window", "served", "blocked", "idle",
                                               "critical", "slack", "background"});
  for (const PointResult& p : results.points)
    for (const SiteRow& s : p.sites) {
      out += line(labels_of(results, p),
                  {s.site, "*", integer(s.capacity), integer(s.window), integer(s.served), integer(s.blocked),
                   integer(s.idle), integer(s.critical), integer(s.slack), integer(s.background)});
      for (const auto& [cause, ps] : s.causes)
        out += line(labels_of(results, p), {s.site, cause, "", "", integer(ps), "", "", "", "", ""});
    }
  return out;
}

std::string metrics_csv(const ResultSet& results) {
  std::string out = line(axis_names(results), {"metric", "unit", "value", "count", "min", "mean", "p50", "p90", "p99",
                                               "p99_9", "max"});
  for (const PointResult& p : results.points)
    for (const Metric& m : p.metrics) {
      const auto show = [&](std::int64_t raw) { return fixed(raw, power_of_ten(m.decimals), m.decimals); };
      std::vector<std::string> rest = {m.name, m.unit, show(m.value), integer(m.count)};
      const Spread s = m.spread.value_or(Spread{});
      for (const std::int64_t raw : {s.min, s.mean, s.p50, s.p90, s.p99, s.p99_9, s.max})
        rest.push_back(m.spread ? show(raw) : "");
      out += line(labels_of(results, p), std::move(rest));
    }
  return out;
}

}  // namespace viosim::platform
