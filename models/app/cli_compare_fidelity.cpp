#include "app/cli_compare_fidelity.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <sstream>

#include "app/cli_simulation.h"
#include "platform/report_table.h"
#include "platform/result_csv.h"
#include "platform/result_format.h"
#include "platform/result_json.h"
#include "platform/runner_errors.h"
#include "platform/runner_signals.h"

namespace viosim::app {
namespace {

/// What is set to get one more fidelity: a block on every host that has it, or all blocks.
struct Variant {
  std::string name;
  std::vector<std::string> paths;
};

/// A variant beside the point as the run says it. Times in ps of one headline value (a half round trip, say).
struct Row {
  std::string point, variant;
  std::int64_t before, after;
  std::vector<std::pair<std::string, std::int64_t>> causes;  ///< that moved, and by how much
  std::string unit;

  std::int64_t change() const { return before == 0 ? 0 : (after - before) * 1'000'000 / before; }  // millionths
};

std::vector<Variant> variants_of(const std::map<std::string, std::vector<std::string>>& swappable) {
  std::map<std::string, std::vector<std::string>> blocks;  // by the path below the host
  Variant all{"all", {}};
  for (const auto& [path, choices] : swappable) {
    if (std::ranges::find(choices, "rtl") == choices.end()) continue;
    blocks[path.substr(path.find('.') + 1)].push_back(path);
    all.paths.push_back(path);
  }
  std::vector<Variant> out;
  for (const auto& [name, paths] : blocks) out.push_back({name, paths});
  if (out.size() > 1) out.push_back(all);
  return out;
}

std::map<std::string, std::int64_t> by_cause(const platform::PointResult& p) {
  std::map<std::string, std::int64_t> sum;
  for (const platform::StackRow& row : p.stack) sum[row.cause] += row.ps;
  for (auto& [cause, ps] : sum) ps = p.operations == 0 ? 0 : ps / p.operations / p.per_operation;
  return sum;
}

Row row_of(const std::string& variant, const platform::PointResult& before, const platform::PointResult& after) {
  Row row{platform::to_text(before.labels), variant, before.headline_metric().value, after.headline_metric().value, {},
          before.headline_metric().unit};
  std::map<std::string, std::int64_t> moved = by_cause(after);
  for (const auto& [cause, ps] : by_cause(before)) moved[cause] -= ps;
  for (const auto& [cause, ps] : moved)
    if (ps != 0) row.causes.emplace_back(cause, ps);
  std::ranges::stable_sort(row.causes, [](const auto& x, const auto& y) { return std::abs(x.second) > std::abs(y.second); });
  return row;
}

std::string signed_ns(std::int64_t ps) {
  return fmt::format("{}{} ns", ps > 0 ? "+" : "", platform::fixed(ps, 1000, 2));
}

std::string table(const std::vector<Row>& rows, std::int64_t tolerance) {
  platform::TextTable table({"point", "as RTL", "before", "after", "unit", "change", ""}, 2);
  for (const Row& r : rows)
    table.add({r.point, r.variant, std::to_string(r.before), std::to_string(r.after), r.unit,
               (r.change() > 0 ? "+" : "") + platform::fixed(r.change(), 10'000, 2) + " %",
               std::abs(r.change()) <= tolerance ? "" : "OUTSIDE"});
  // The causes stand behind the table's lines: they are of any length.
  std::istringstream lines(table.text());
  std::string out, line;
  std::getline(lines, line);
  out = line + "  by cause\n";
  for (const Row& r : rows) {
    std::getline(lines, line);
    std::string causes;
    for (const auto& [cause, ps] : r.causes) causes += (causes.empty() ? "  " : ", ") + cause + " " + signed_ns(ps);
    out += line + (causes.empty() ? "  nothing moved" : causes) + "\n";
  }
  return out;
}

std::string csv(const std::vector<Row>& rows) {
  std::string out = "point,as_rtl,unit,before,after,cause,moved_ps\n";
  for (const Row& r : rows) {
    const std::string head = fmt::format("{},{},{},{},{}", platform::csv_field(r.point), r.variant, r.unit, r.before, r.after);
    if (r.causes.empty()) out += head + ",,0\n";
    for (const auto& [cause, ps] : r.causes) out += fmt::format("{},{},{}\n", head, cause, ps);
  }
  return out;
}

platform::Json json(const std::vector<Row>& rows, std::int64_t tolerance) {
  platform::Json out = platform::Json::array();
  for (const Row& r : rows) {
    platform::Json row = {{"point", r.point}, {"as_rtl", r.variant}, {"unit", r.unit}, {"before", r.before},
                          {"after", r.after}, {"change_millionths", r.change()},
                          {"within", std::abs(r.change()) <= tolerance}, {"moved_ps", platform::Json::object()}};
    for (const auto& [cause, ps] : r.causes) row["moved_ps"][cause] = ps;
    out.push_back(std::move(row));
  }
  return out;
}

}  // namespace

void add_fidelity_options(OptionList& options) {
  using boost::program_options::value;
  options.add_options()("fidelity", "the blocks of a RUN as RTL beside their TLM twins")(
      "at", value<std::vector<std::string>>()->composing()->value_name("AXIS=LABEL"),
      "with --fidelity: only these points (default: all)");
  add_override_options(options);
  add_simulation_options(options);
  add_scenario_options(options);
}

int compare_fidelity(const Arguments& arguments, std::int64_t tolerance, Host& host) {
  const platform::SignalGuard signals;
  if (arguments.words().size() != 1) throw UsageError("--fidelity: one run is expected");
  const Simulation simulation(arguments.words().front(), arguments, host);
  const std::vector<platform::Point> points = simulation.points(arguments.labels("at"));
  std::vector<Task> tasks;
  std::vector<std::string> names;
  for (const platform::Point& point : points) {
    const std::string title = platform::to_text(point.labels);
    const Task plain{point, simulation.overrides(), title};
    const std::vector<Variant> variants = variants_of(simulation.swappable(plain));
    if (variants.empty()) throw UsageError("no block of " + title + " exists as RTL");
    tasks.push_back(plain);
    names.emplace_back();
    for (const Variant& v : variants) {
      Task task{point, simulation.overrides(), title + ", RTL: " + v.name};
      for (const std::string& path : v.paths)
        task.overrides.push_back(platform::Override::parse("fidelity." + path + "=rtl",
                                                           static_cast<std::uint32_t>(task.overrides.size() + 1)));
      tasks.push_back(std::move(task));
      names.push_back(v.name);
    }
  }
  const std::vector<platform::PointResult> results = simulation.perform(tasks);
  std::vector<Row> rows;
  const platform::PointResult* plain = nullptr;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (names[i].empty()) plain = &results[i];
    else rows.push_back(row_of(names[i], *plain, results[i]));
  }
  const bool good = std::ranges::all_of(rows, [&](const Row& r) { return std::abs(r.change()) <= tolerance; });
  switch (arguments.format()) {
    case Format::json: host.out << platform::to_file_text(json(rows, tolerance)); break;
    case Format::csv: host.out << csv(rows); break;
    case Format::table:
      host.out << table(rows, tolerance)
               << fmt::format("verdict: {} {} % of the headline\n", good ? "within" : "NOT within",
                              platform::fixed(tolerance, 10'000, 1));
  }
  host.out << std::flush;
  return good ? platform::kExitGood : platform::kExitCheckFailed;
}

}  // namespace viosim::app
