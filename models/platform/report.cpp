#include "platform/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "platform/report_layout.h"
#include "platform/report_table.h"

namespace viosim::platform {
namespace {

std::string plain(std::int64_t n) { return std::to_string(n); }

bool is_rate(const Metric& m) { return m.unit == "bit/s" || m.unit == "1/s"; }

/// What the rows of tables are named by: the label on the report's axis, else the size in bytes.
std::string row_head(const ResultSet& results) { return results.report.rows.empty() ? "#bytes" : results.report.rows; }
std::string row_name(const ResultSet& results, const PointResult& p) {
  return results.report.rows.empty() ? plain(p.message_bytes) : label_on(p, results.report.rows);
}

void add_latency_row(TextTable& table, std::vector<std::string> row, const PointResult& p) {
  const Metric& m = p.headline_metric();
  const Spread s = m.spread.value_or(Spread{m.value, m.value, m.value, m.value, m.value, m.value, m.value});
  row.push_back(plain(m.count));
  for (const std::int64_t ps : {s.min, s.max, s.p50, s.mean, s.p99, s.p99_9}) row.push_back(shown(m, ps, 3));
  table.add(std::move(row));
}

void add_rate_row(TextTable& table, std::vector<std::string> row, const PointResult& p) {
  const auto cell = [&](const char* name) {
    const Metric* m = p.metric(name);
    return m ? shown_value(*m) : std::string("-");
  };
  const std::string bottleneck =
      p.bottleneck_site.empty() ? "-" : p.bottleneck_site + " (" + p.bottleneck_cause + ")";
  // Not the operations of the stack: of those that perftest posts, only the signalled ones are closed.
  for (const std::string& c : {plain(p.headline_metric().count), cell("bandwidth"),
                               cell("message_rate"), bottleneck})
    row.push_back(c);
  table.add(std::move(row));
}

std::string group_table(const ResultSet& results, const ReportGroup& group) {
  const Metric& headline = group.points.front()->headline_metric();
  const bool labelled = group.title.empty() && group.points.size() > 1;
  std::vector<std::string> head;
  if (labelled) head.push_back("point");
  head.push_back(row_head(results));
  const bool latency = headline.unit == "ps", rate = is_rate(headline);
  const std::vector<std::string> rest =
      latency ? std::vector<std::string>{"#iterations", "t_min[usec]", "t_max[usec]", "t_typical[usec]",
                                         "t_avg[usec]", "99%[usec]", "99.9%[usec]"}
      : rate  ? std::vector<std::string>{"#iterations", "BW[Gb/sec]", "MsgRate[Mpps]", "bottleneck"}
              : std::vector<std::string>{"#iterations", headline.name + "[" + shown_unit(headline) + "]"};
  head.insert(head.end(), rest.begin(), rest.end());
  TextTable table(head, labelled ? 1 : 0);
  for (const PointResult* p : group.points) {
    std::vector<std::string> row;
    if (labelled) row.push_back(to_text(p->labels));
    row.push_back(row_name(results, *p));
    const Metric& own = p->headline_metric();
    if (own.name != headline.name || own.text != headline.text)
      throw ResultError("points of one table have different headlines: '" + headline.text + "' and '" + own.text +
                        "' at " + to_text(p->labels));
    if (latency) {
      add_latency_row(table, std::move(row), *p);
    } else if (rate) {
      add_rate_row(table, std::move(row), *p);
    } else {
      for (const std::string& c : {plain(p->operations), shown_value(own)}) row.push_back(c);
      table.add(std::move(row));
    }
  }
  return (group.title.empty() ? "" : group.title + ", ") + headline.text + ":\n" + table.text();
}

}  // namespace

std::string performance_tables(const ResultSet& results) {
  std::string out;
  for (const ReportGroup& group : groups_of(results)) out += (out.empty() ? "" : "\n") + group_table(results, group);
  return out;
}

std::string side_by_side(const ResultSet& results) {
  const std::vector<ReportGroup> groups = groups_of(results);
  if (row_axis(results).empty() || groups.size() < 2) return {};
  const Metric& headline = groups.front().points.front()->headline_metric();
  std::vector<std::string> rows;  // by size, else in the order of the axis
  std::set<std::int64_t> sizes;
  for (const PointResult& p : results.points) {
    const Metric& own = p.headline_metric();
    if (own.name != headline.name || own.text != headline.text) return {};
    sizes.insert(p.message_bytes);
  }
  if (results.report.rows.empty())
    for (const std::int64_t size : sizes) rows.push_back(plain(size));
  for (const ResultAxis& axis : results.axes)
    if (axis.name == results.report.rows) rows = axis.labels;
  std::vector<ReportColumn> columns;
  for (const ReportGroup& g : groups) columns.push_back({g.title, g.points.front()});
  std::string out;
  for (const std::vector<ReportColumn>& block : blocks_of(columns, 9)) {
    std::vector<std::string> head = {row_head(results)};
    for (const ReportColumn& c : block) head.push_back(stacked_title(c.title));
    TextTable table(head, 0);
    for (const std::string& name : rows) {
      std::vector<std::string> row = {name};
      for (const ReportColumn& c : block) {
        const auto group =
            std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.title == c.title; });
        const auto at = std::find_if(group->points.begin(), group->points.end(),
                                     [&](const PointResult* p) { return row_name(results, *p) == name; });
        row.push_back(at == group->points.end() ? "-" : shown_value((*at)->headline_metric()));
      }
      table.add(std::move(row));
    }
    out += (out.empty() ? "" : "\n") + table.text();
  }
  const std::string unit = headline.unit != "ps"          ? shown_unit(headline)
                           : headline.name == "latency" ? "t_typical[usec]"
                                                        : headline.name + "[usec]";
  return "Side by side, " + headline.text + ", " + unit + ":\n" + out;
}

std::string report_text(const ResultSet& results, bool by_site) {
  std::string out = results.run + (results.report.title.empty() ? "" : ": " + results.report.title) + "\n";
  const std::string stack = stack_table(results, by_site);
  for (const std::string& part : {performance_tables(results), side_by_side(results), stack,
                                  metrics_table(results, by_site), reference_lines(results)})
    if (!part.empty()) out += "\n" + part;
  return out;
}

}  // namespace viosim::platform
