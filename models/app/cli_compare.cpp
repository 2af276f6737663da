// viosim compare and regress: two folders of results beside each other.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "app/cli_command.h"
#include "app/cli_compare_fidelity.h"
#include "app/cli_results.h"
#include "platform/report_table.h"
#include "platform/result_compare.h"
#include "platform/result_format.h"
#include "platform/result_json.h"
#include "platform/runner_errors.h"

namespace viosim::app {
namespace {

void declare(OptionList& options) {
  options.add_options()("tolerance", boost::program_options::value<std::string>()->value_name("PERCENT"),
                        "largest relative difference that passes (default: 0)")("all", "show equal rows too");
  add_format_option(options);
  add_fidelity_options(options);
}

std::int64_t tolerance_of(const Arguments& arguments) {
  if (!arguments.has("tolerance")) return 0;
  const std::string text = arguments.text("tolerance");
  const auto millionths = platform::parse_decimal(text, 10'000);
  if (!millionths || *millionths < 0)
    throw UsageError("--tolerance " + text + ": a percentage such as 0.5 is expected");
  return *millionths;
}

std::string percent(const platform::Difference& d) {
  const auto relative = d.relative();
  return relative ? (*relative > 0 ? "+" : "") + platform::fixed(*relative, 10'000, 2) + " %" : "new";
}

std::string table(const std::vector<platform::Difference>& rows, std::int64_t tolerance) {
  platform::TextTable table({"point", "what", "before", "after", "unit", "change", ""}, 2);
  for (const platform::Difference& d : rows) {
    const auto show = [&](std::int64_t raw) {
      return platform::fixed(raw, platform::power_of_ten(d.decimals), d.decimals);
    };
    table.add(
        {d.point, d.what, show(d.before), show(d.after), d.unit, percent(d), d.within(tolerance) ? "" : "OUTSIDE"});
  }
  return rows.empty() ? "" : table.text();
}

std::string csv(const std::vector<platform::Difference>& rows, std::int64_t tolerance) {
  std::string out = "point,what,unit,before,after,change_percent,within\n";
  for (const platform::Difference& d : rows) {
    const auto show = [&](std::int64_t raw) {
      return platform::fixed(raw, platform::power_of_ten(d.decimals), d.decimals);
    };
    out += fmt::format("{},{},{},{},{},{},{}\n", platform::csv_field(d.point), platform::csv_field(d.what), d.unit,
                       show(d.before), show(d.after), d.relative() ? platform::fixed(*d.relative(), 10'000, 4) : "",
                       d.within(tolerance) ? "yes" : "no");
  }
  return out;
}

platform::Json json(const std::vector<platform::Difference>& rows, const std::vector<std::string>& missing,
                    std::int64_t tolerance) {
  platform::Json out = {{"differences", platform::Json::array()}, {"missing", missing}};
  for (const platform::Difference& d : rows) {
    platform::Json row = {{"point", d.point}, {"what", d.what}, {"unit", d.unit}, {"decimals", d.decimals},
                          {"before", d.before}, {"after", d.after}, {"within", d.within(tolerance)}};
    if (d.relative()) row["change_millionths"] = *d.relative();
    out["differences"].push_back(std::move(row));
  }
  return out;
}

int perform(const Arguments& arguments, Host& host) {
  const std::int64_t tolerance = tolerance_of(arguments);
  const Format format = arguments.format();
  if (arguments.has("fidelity")) return compare_fidelity(arguments, arguments.has("tolerance") ? tolerance : 30'000, host);
  if (arguments.words().size() != 2) throw UsageError("something is missing: BEFORE AFTER");
  const platform::Comparison found =
      platform::compare(read_results(arguments.words()[0]), read_results(arguments.words()[1]));
  std::vector<platform::Difference> rows;
  bool good = found.missing.empty();
  for (const platform::Difference& d : found.differences) {
    good = good && d.within(tolerance);
    if (arguments.has("all") || d.before != d.after) rows.push_back(d);
  }
  if (format == Format::json) host.out << platform::to_file_text(json(rows, found.missing, tolerance));
  else if (format == Format::csv) host.out << csv(rows, tolerance);
  else {
    host.out << table(rows, tolerance);
    for (const std::string& line : found.missing) host.out << line << "\n";
    host.out << fmt::format("{} of {} quantities differ; verdict: {}\n",
                            std::count_if(found.differences.begin(), found.differences.end(),
                                          [](const auto& d) { return d.before != d.after; }),
                            found.differences.size(), good ? "within the tolerance" : "NOT within the tolerance");
  }
  host.out << std::flush;
  return good ? platform::kExitGood : platform::kExitCheckFailed;
}

Command command(const std::string& name, const std::string& summary) {
  return {name, "BEFORE AFTER", 1, 2, summary,
          "BEFORE and AFTER are folders of results. Metrics are compared by name, stacks by cause. Exit code 1 when\n"
          "something differs by more than the tolerance, or is in one of them only. With --fidelity, the one word is a RUN,\n"
          "whose points are simulated with each block as RTL, and with all of them, beside the TLM; the tolerance is that of\n"
          "the headline (default: 3).\n\n"
          "examples:\n"
          "  viosim " + name + " viosim-out/rdma-write-latency cheap-exits\n"
          "  viosim " + name + " before after --tolerance 0.5\n"
          "  viosim " + name + " --fidelity rdma-write-latency --at path=native --at size=\"2 B\"\n",
          declare, perform};
}

}  // namespace

Command compare_command() { return command("compare", "two results beside each other"); }
Command regress_command() { return command("regress", "the same as compare: has a result changed?"); }

}  // namespace viosim::app
