#include "platform/report_reference.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/report.h"
#include "platform/report_layout.h"
#include "platform/report_table.h"
#include "platform/result_format.h"

namespace viosim::platform {
namespace {

/// Labels as a shell takes them: --at path="vrdma, interrupt".
std::string options_of(const Labels& labels) {
  std::string out;
  for (const auto& [axis, label] : labels) {
    const bool plain = label.find_first_of(" ,;&|()<>$`*?!#'") == std::string::npos;
    out += " --at " + axis + "=" + (plain ? label : "\"" + label + "\"");
  }
  return out;
}

std::string range_text(const Metric& m) {
  if (!m.range) return "-";
  return shown(m, m.range->low, 3) + " .. " + shown(m, m.range->high, 3);
}

}  // namespace

const PointResult* referred_point(const ResultSet& results, const ReferenceLine& line) {
  if (line.at.empty()) return nullptr;
  for (const ReportColumn& c : columns_of(results))
    if (matches(c.point->labels, line.at)) return c.point;
  const auto at = std::find_if(results.points.begin(), results.points.end(),
                               [&](const PointResult& p) { return matches(p.labels, line.at); });
  return at == results.points.end() ? nullptr : &*at;
}

std::string reference_lines(const ResultSet& results) {
  if (results.report.references.empty()) return {};
  bool any = false;
  TextTable table({"figure from elsewhere", "value", "status", "predicted at", "predicted", "range"}, 4);
  const PointResult* open = nullptr;  // a prediction without a range
  std::vector<std::string> said;
  for (const ReferenceLine& line : results.report.references) {
    std::vector<std::string> row = {line.label, line.value, line.status};
    const PointResult* const p = referred_point(results, line);
    if (p == nullptr && !line.at.empty()) continue;  // of a point that the user has left out
    if (row == said) row = {"", "", ""};
    else said = row;
    any = true;
    if (p == nullptr) {
      row.insert(row.end(), {"-", "-", "-"});
      table.add(std::move(row));
      continue;
    }
    const Metric& m = p->headline_metric();
    row.insert(row.end(), {to_text(p->labels), shown_value(m) + " " + shown_unit(m), range_text(m)});
    table.add(std::move(row));
    if (!m.range && open == nullptr) open = p;
  }
  if (!any) return {};
  std::string out = "For comparison (nothing is fitted to these figures):\n" + table.text();
  if (open != nullptr)
    out += fmt::format(" ranges of all:          viosim run {0} --range\n"
                       " range of one, and why:  viosim sensitivity {0}{1}\n",
                       results.run, options_of(open->labels));
  return out;
}

}  // namespace viosim::platform
