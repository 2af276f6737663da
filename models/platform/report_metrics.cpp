// What a point counted beside its headline.
#include <algorithm>
#include <array>
#include <string_view>

#include "platform/report.h"
#include "platform/report_layout.h"
#include "platform/report_table.h"

namespace viosim::platform {
namespace {

/// What users ask for first, in this order; a name that ends in _ stands for all that begin with it.
constexpr std::array<std::string_view, 20> kFirst = {
    "vm_exits",    "exits_",     "interrupts",      "injected_interrupts", "posted_interrupts", "notifications",
    "hypercalls",  "copies",     "copied_bytes",    "doorbells",           "blueflame_posts",   "wqe_fetches",
    "llc_misses",  "device_llc_misses", "iotlb_misses", "page_walks",      "ept_walks",         "polls",
    "packets",     "completion_events"};

/// Steps inside one mechanism, or the same thing counted at its other end: for who works on a model. What is in
/// neither list (faults, drops, retransmissions, stalls) is news, and shown.
constexpr std::array<std::string_view, 20> kInner = {
    "dllps",        "tlps_",        "blueflame_stores",   "doorbell_stores",  "cqes",
    "eqes",         "msix",         "interrupt_messages", "ordering_stalls",  "device_doorbells",
    "doorbells_served", "hypercalls_served", "work_requests", "proxied_completions", "injected_notifications",
    "page_walk_reads", "iotlb_lookups", "empty_polls",    "empty_proxy_polls", "commands"};

template <std::size_t N>
std::size_t place(const std::array<std::string_view, N>& list, std::string_view name) {
  const auto it = std::find_if(list.begin(), list.end(), [&](std::string_view entry) {
    return entry.back() == '_' ? name.substr(0, entry.size()) == entry : name == entry;
  });
  return static_cast<std::size_t>(it - list.begin());
}

std::vector<std::string> names_of(const std::vector<ReportColumn>& columns) {
  std::vector<std::string> names;
  for (const ReportColumn& c : columns)
    for (const Metric& m : c.point->metrics)
      if (m.name != c.point->headline && m.name != "bandwidth" && m.name != "message_rate" &&
          std::find(names.begin(), names.end(), m.name) == names.end())
        names.push_back(m.name);
  std::stable_sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    const auto rank = [](const std::string& n) {
      return std::pair(place(kInner, n) < kInner.size(), place(kFirst, n));
    };
    return rank(a) < rank(b);
  });
  return names;
}

std::string block_text(const std::vector<ReportColumn>& columns, const std::vector<std::string>& names) {
  std::vector<std::string> head = {"metric"};
  for (const ReportColumn& c : columns) head.push_back(stacked_title(c.title));
  TextTable table(head);
  for (const std::string& name : names) {
    if (std::none_of(columns.begin(), columns.end(), [&](const auto& c) { return c.point->metric(name); })) continue;
    std::vector<std::string> cells = {name};
    for (const ReportColumn& c : columns) {
      const Metric* m = c.point->metric(name);
      cells.push_back(m ? shown_value(*m) : ".");
      if (m && cells.front() == name && m->unit != "per operation") cells.front() += " [" + shown_unit(*m) + "]";
    }
    table.add(std::move(cells));
  }
  return table.text();
}

}  // namespace

std::string metrics_table(const ResultSet& results, bool all) {
  const std::vector<ReportColumn> columns = columns_of(results);
  std::vector<std::string> names = names_of(columns);
  const std::size_t known = names.size();
  const auto inner = [](const std::string& n) { return place(kInner, n) < kInner.size(); };
  if (!all) names.erase(std::remove_if(names.begin(), names.end(), inner), names.end());
  if (names.empty()) return {};
  const bool round_trips =
      std::any_of(columns.begin(), columns.end(), [](const ReportColumn& c) { return c.point->per_operation > 1; });
  std::string out = std::string("How often, per operation") +
                    (round_trips ? " (a half round trip is half of one; both hosts are counted)" : "") + ":\n";
  bool first = true;
  for (const std::vector<ReportColumn>& block : blocks_of(columns, 30)) {
    out += (first ? "" : "\n") + block_text(block, names);
    first = false;
  }
  if (known > names.size())
    out += " and " + std::to_string(known - names.size()) + " inner ones: --sites shows them\n";
  return out;
}

}  // namespace viosim::platform
