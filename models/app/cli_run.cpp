// viosim run: simulate all points, write the folder, print the report.
#include <ostream>

#include "app/cli_command.h"
#include "app/cli_vary.h"
#include "platform/plot.h"
#include "platform/report.h"
#include "platform/report_reference.h"
#include "platform/report_spec.h"
#include "platform/result_csv.h"
#include "platform/result_json.h"
#include "platform/result_resolved.h"
#include "platform/runner_signals.h"
#include "platform/writer_manifest.h"

namespace viosim::app {
namespace {

void declare(OptionList& options) {
  options.add_options()(
      "at", boost::program_options::value<std::vector<std::string>>()->composing()->value_name("AXIS=LABEL"),
      "only these points of the sweep; may be given often, also for one axis (default: all points)");
  add_override_options(options);
  add_simulation_options(options);
  add_out_option(options);
  add_format_option(options);
  options.add_options()("plot",
                        "draw stack.svg, and curves.svg over sizes or the report's rows, in the folder of results (needs gnuplot)")(
      "sites", "stacks by site and cause instead of by cause, and all counters")(
      "range", "also how far the uncertain parameters may move what stands beside figures from elsewhere");
  add_scenario_options(options);
}

std::string printed(const platform::ResultSet& results, const Arguments& arguments) {
  switch (arguments.format()) {
    case Format::json: return platform::to_file_text(platform::to_json(results));
    case Format::csv: return platform::metrics_csv(results);
    case Format::table: break;
  }
  return platform::report_text(results, arguments.has("sites"));
}

/// Gives the headlines that figures from elsewhere stand beside their range.
void add_ranges(platform::ResultSet& results, const Simulation& simulation) {
  for (const platform::ReferenceLine& line : results.report.references) {
    const platform::PointResult* const referred = platform::referred_point(results, line);
    if (referred == nullptr) continue;
    platform::PointResult& point = results.points[static_cast<std::size_t>(referred - results.points.data())];
    for (platform::Metric& m : point.metrics) {
      if (m.name != point.headline || m.range) continue;
      m.range = vary(simulation, point_at(simulation.run(), point.labels)).range();
    }
  }
}

int perform(const Arguments& arguments, Host& host) {
  const platform::SignalGuard signals;
  arguments.format();  // refused before the simulation, not after it
  const auto start = std::chrono::steady_clock::now();
  const Simulation simulation(arguments.words().front(), arguments, host);
  const std::filesystem::path target = target_of(arguments, simulation.run().name());
  if (arguments.has("range") && platform::read_report(simulation.run().report(), "").references.empty())
    throw UsageError("--range: the run has no figures from elsewhere; viosim sensitivity gives the range of a point");
  platform::ResultFolder::check(target);
  platform::ResultSet results = simulation.all(arguments.labels("at"));
  if (arguments.has("range")) add_ranges(results, simulation);
  const std::string text = printed(results, arguments);

  platform::ResultFolder folder(target);
  folder.add("result.json", platform::to_file_text(platform::to_json(results)));
  folder.add("ledger.csv", platform::ledger_csv(results));
  folder.add("sites.csv", platform::sites_csv(results));
  folder.add("resolved.toml", platform::resolved_file(results));
  if (arguments.has("plot")) folder.add("stack.svg", platform::stack_plot_svg(results));
  if (arguments.has("plot") && platform::has_curves(results))
    folder.add("curves.svg", platform::curve_plot_svg(results));
  const std::chrono::nanoseconds wall = std::chrono::steady_clock::now() - start;
  const int jobs = static_cast<int>(arguments.integer("jobs").value_or(platform::default_jobs()));
  folder.add("manifest.json", platform::manifest_text(results, wall, jobs));
  platform::SignalGuard::check();
  folder.commit();

  host.out << text << std::flush;
  if (!simulation.quiet()) host.err << "results: " << target.string() << std::endl;
  return 0;
}

Command command(const std::string& name, const std::string& summary) {
  return {name, "RUN", 1, 1, summary,
          "RUN is a name in the scenarios' runs/ or the path of a run file. Points of its sweep run side by side.\n\n"
          "examples:\n"
          "  viosim " + name + " rdma-write-latency\n"
          "  viosim " + name + " rdma-write-latency --at path=native --at path=vrdma --at size=\"2 B\" --sites\n"
          "  viosim " + name + " rdma-write-latency -p esx0.hca0.tx_pipeline=\"50 ns\" --out faster --plot\n"
          "  viosim " + name + " ./my-run.toml --seed 7 --out my-results\n",
          declare, perform};
}

}  // namespace

Command run_command() { return command("run", "simulate a run, print its report and write its results"); }
Command sweep_command() { return command("sweep", "the same as run"); }

}  // namespace viosim::app
