#include "platform/report_layout.h"

#include <algorithm>

#include "platform/result_format.h"

namespace viosim::platform {
namespace {

Labels without(const Labels& labels, const std::string& axis) {
  Labels rest;
  for (const auto& pair : labels)
    if (pair.first != axis) rest.push_back(pair);
  return rest;
}

std::string join(const Labels& labels, const char* between) {
  std::string text;
  for (const auto& [axis, label] : labels) text += (text.empty() ? "" : between) + label;
  return text;
}

bool varies_size(const ResultSet& results, const std::string& axis) {
  for (const PointResult& a : results.points)
    for (const PointResult& b : results.points)
      if (a.message_bytes != b.message_bytes && without(a.labels, axis) == without(b.labels, axis)) return true;
  return false;
}

/// Display of a unit: its name, and how many raw units (without decimals) make one of it.
struct Display {
  const char* name;
  std::int64_t per;
  int decimals;
};
Display display_of(const Metric& m) {
  if (m.unit == "ps") return {"us", 1'000'000, 3};
  if (m.unit == "bit/s") return {"Gb/s", 1'000'000'000, 3};
  if (m.unit == "1/s") return {"M/s", 1'000'000, 3};
  return {m.unit.c_str(), 1, std::min(m.decimals, 3)};
}

}  // namespace

std::string row_axis(const ResultSet& results) {
  const std::string& chosen = results.report.rows;
  if (!chosen.empty()) {
    for (const ResultAxis& axis : results.axes)
      if (axis.name == chosen) return chosen;
    throw ResultError("[report] rows: the run has no axis " + chosen);
  }
  for (const ResultAxis& axis : results.axes)
    if (varies_size(results, axis.name)) return axis.name;
  return {};
}

std::string label_on(const PointResult& point, const std::string& axis) {
  for (const auto& [name, label] : point.labels)
    if (name == axis) return label;
  return {};
}

std::vector<ReportGroup> groups_of(const ResultSet& results) {
  const std::string size = row_axis(results);
  std::vector<ReportGroup> groups;
  for (const PointResult& p : results.points) {
    const std::string title = size.empty() ? "" : join(without(p.labels, size), " / ");
    auto it = std::find_if(groups.begin(), groups.end(), [&](const ReportGroup& g) { return g.title == title; });
    if (it == groups.end()) it = groups.insert(groups.end(), ReportGroup{title, {}});
    it->points.push_back(&p);
  }
  return groups;
}

std::vector<ReportColumn> columns_of(const ResultSet& results) {
  const std::string size = row_axis(results);
  const Labels& at = results.report.stack_at;
  const bool size_given = std::any_of(at.begin(), at.end(), [&](const auto& l) { return l.first == size; });
  std::vector<ReportColumn> columns;
  for (const ReportGroup& group : groups_of(results)) {
    std::vector<const PointResult*> chosen;
    for (const PointResult* p : group.points)
      if (matches(p->labels, at)) chosen.push_back(p);
    const auto smaller = [](const auto* a, const auto* b) { return a->message_bytes < b->message_bytes; };
    if (!size.empty() && !size_given && !chosen.empty())
      chosen = {*std::min_element(chosen.begin(), chosen.end(), smaller)};
    for (const PointResult* p : chosen) {
      Labels rest = without(p->labels, size);
      for (const auto& pair : at) rest = without(rest, pair.first);
      const std::string title = join(rest, "/");
      columns.push_back({title.empty() ? "all" : title, p});
    }
  }
  if (columns.empty() && !results.points.empty())
    throw ResultError("[report] stack_at: no point of the run is at " + to_text(at));
  return columns;
}

std::string stacked_title(std::string_view title) {
  std::string out;
  for (std::size_t i = 0; i < title.size(); ++i) {
    out += title[i];
    if (title[i] == '/' || (title[i] == ',' && i + 1 < title.size() && title[i + 1] == ' ')) out += '\n';
    if (out.size() > 1 && out.back() == '\n' && i + 1 < title.size() && title[i + 1] == ' ') ++i;
  }
  return out;
}

std::vector<std::vector<ReportColumn>> blocks_of(const std::vector<ReportColumn>& columns, std::size_t beside) {
  constexpr std::size_t kNumber = 7;  // "12345.6"
  std::size_t widest = kNumber;
  for (const ReportColumn& c : columns) {
    std::size_t part = 0;
    for (const char letter : stacked_title(c.title)) {
      part = letter == '\n' ? 0 : part + 1;
      widest = std::max(widest, part);
    }
  }
  const std::size_t fit = beside < kLineWidth ? std::max<std::size_t>((kLineWidth - beside) / (widest + 2), 1) : 1;
  const std::size_t blocks = (columns.size() + fit - 1) / fit;
  std::vector<std::vector<ReportColumn>> out;
  for (std::size_t i = 0; i < blocks; ++i)
    out.emplace_back(columns.begin() + static_cast<std::ptrdiff_t>(columns.size() * i / blocks),
                     columns.begin() + static_cast<std::ptrdiff_t>(columns.size() * (i + 1) / blocks));
  return out;
}

std::string shown_unit(const Metric& metric) { return display_of(metric).name; }

std::string shown(const Metric& metric, std::int64_t raw, int decimals) {
  return fixed(raw, display_of(metric).per * power_of_ten(metric.decimals), decimals);
}

std::string shown_value(const Metric& metric) { return shown(metric, metric.value, display_of(metric).decimals); }

}  // namespace viosim::platform
