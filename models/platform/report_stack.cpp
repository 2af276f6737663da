#include "platform/report_stack.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "kernel/cause.h"
#include "platform/report.h"
#include "platform/report_layout.h"
#include "platform/report_table.h"
#include "platform/result_format.h"

namespace viosim::platform {
namespace {

std::string percent(std::int64_t part, std::int64_t whole) {
  return fixed(part * 100, std::max<std::int64_t>(whole, 1), 1) + " %";
}

struct RowKey {
  std::string site;  ///< empty when causes stand for all sites
  std::size_t order;
  std::string cause;
  auto operator<=>(const RowKey&) const = default;
};

std::int64_t spent(const PointResult& p, const RowKey& key) {
  std::int64_t ps = 0;
  for (const StackRow& r : p.stack)
    if (r.cause == key.cause && (key.site.empty() || r.site == key.site)) ps += r.ps;
  return ps;
}

std::set<RowKey> keys_of(const std::vector<ReportColumn>& columns, bool by_site) {
  std::set<RowKey> keys;
  for (const ReportColumn& c : columns)
    for (const StackRow& r : c.point->stack)
      if (r.ps != 0) keys.insert({by_site ? r.site : "", cause_order(r.cause), r.cause});
  return keys;
}

template <class Cell>
void add_row(TextTable& table, std::vector<std::string> titles, const std::vector<ReportColumn>& columns, Cell cell) {
  for (const ReportColumn& c : columns) titles.push_back(cell(*c.point));
  table.add(std::move(titles));
}

}  // namespace

std::size_t cause_order(std::string_view cause) {
  const auto it = std::find_if(kCauses.begin(), kCauses.end(), [&](const CauseInfo& i) { return i.name == cause; });
  return static_cast<std::size_t>(it - kCauses.begin());
}

std::string_view cause_group(std::string_view cause) {
  const std::size_t at = cause_order(cause);
  return at < kCauses.size() ? kCauses[at].group : "unknown";
}

std::vector<std::string> causes_of(const std::vector<const PointResult*>& points) {
  std::set<std::pair<std::size_t, std::string>> found;
  for (const PointResult* p : points)
    for (const StackRow& r : p->stack)
      if (r.ps != 0) found.emplace(cause_order(r.cause), r.cause);
  std::vector<std::string> causes;
  for (const auto& [order, cause] : found) causes.push_back(cause);
  return causes;
}

std::int64_t spent_on(const PointResult& point, std::string_view cause) {
  std::int64_t ps = 0;
  for (const StackRow& r : point.stack)
    if (r.cause == cause) ps += r.ps;
  return ps;
}

std::string ns_per_value(const PointResult& point, std::int64_t ps, int decimals) {
  return fixed(ps, std::max<std::int64_t>(point.operations, 1) * point.per_operation * 1000, decimals);
}

namespace {

/// What one column of the stack adds up to: "a half round trip".
std::string headline_words(const PointResult& p) {
  return p.headline_metric().unit == "ps" ? "a " + p.headline_metric().text : "an operation";
}

std::string stack_title(const std::vector<ReportColumn>& columns) {
  std::vector<std::string> words;
  std::set<std::int64_t> sizes;
  for (const ReportColumn& c : columns) {
    sizes.insert(c.point->message_bytes);
    const std::string own = headline_words(*c.point);
    if (std::find(words.begin(), words.end(), own) == words.end()) words.push_back(own);
  }
  std::string title = "Where the time goes, ns of ";
  for (std::size_t i = 0; i < words.size(); ++i) title += (i == 0 ? "" : " or of ") + words[i];
  if (sizes.size() == 1 && *sizes.begin() > 0) title += fmt::format(", {} B", *sizes.begin());
  return title + ":\n";
}

/// Group and cause share a column, so that the lines beneath the rule may be as wide as both.
std::vector<std::string> row_titles(const RowKey& key, const std::string& previous, bool by_site) {
  if (by_site) return {key.site == previous ? "" : key.site, key.cause};
  const std::string group(cause_group(key.cause));
  return {fmt::format("{:<16}{}", group == previous ? "" : group, key.cause)};
}

std::string stack_block(const std::vector<ReportColumn>& columns, const std::set<RowKey>& keys, bool by_site) {
  std::vector<std::string> head = {by_site ? "site" : fmt::format("{:<16}{}", "group", "cause")};
  if (by_site) head.push_back("cause");
  const std::size_t left = head.size();
  for (const ReportColumn& c : columns) head.push_back(stacked_title(c.title));
  TextTable table(head, left);
  std::string previous;
  for (const RowKey& key : keys) {
    add_row(table, row_titles(key, previous, by_site), columns, [&](const PointResult& p) {
      const std::int64_t ps = spent(p, key);
      return ps == 0 ? std::string(".") : ns_per_value(p, ps, 1);
    });
    previous = by_site ? key.site : std::string(cause_group(key.cause));
  }
  table.rule();
  const auto add = [&](const char* title, auto cell) {
    add_row(table, left == 2 ? std::vector<std::string>{title, ""} : std::vector<std::string>{title}, columns, cell);
  };
  add("total", [](const auto& p) { return ns_per_value(p, p.elapsed, 1); });
  add("residual", [](const auto& p) { return ns_per_value(p, p.residual(), 3); });
  add("in lumped constants", [](const auto& p) { return percent(p.lumped(), p.elapsed); });
  add("on assumptions", [](const auto& p) { return percent(p.resting_on("assumed"), p.elapsed); });
  add("on recalled figures", [](const auto& p) { return percent(p.resting_on("recalled"), p.elapsed); });
  return table.text();
}

}  // namespace

std::string stack_table(const ResultSet& results, bool by_site) {
  const std::vector<ReportColumn> columns = columns_of(results);
  if (columns.empty()) return {};
  const std::set<RowKey> keys = keys_of(columns, by_site);
  std::size_t beside = 36;
  for (const RowKey& key : keys)
    if (by_site) beside = std::max(beside, key.site.size() + 22);
  std::string out = stack_title(columns);
  bool first = true;
  for (const std::vector<ReportColumn>& block : blocks_of(columns, beside)) {
    out += (first ? "" : "\n") + stack_block(block, keys_of(block, by_site), by_site);
    first = false;
  }
  return out;
}

}  // namespace viosim::platform
