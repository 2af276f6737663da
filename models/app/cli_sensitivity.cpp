// viosim sensitivity: each uncertain parameter at its low and its high, the others nominal.
#include <ostream>

#include "app/cli_command.h"
#include "app/cli_vary.h"
#include "platform/report_spec.h"
#include "platform/runner_signals.h"
#include "platform/writer_manifest.h"

namespace viosim::app {
namespace {

void declare(OptionList& options) {
  options.add_options()(
      "at", boost::program_options::value<std::vector<std::string>>()->composing()->value_name("AXIS=LABEL"),
      "the point to vary; may be given often (default: the run's, else the first labels)");
  add_override_options(options);
  add_simulation_options(options);
  add_out_option(options);
  add_format_option(options);
  add_scenario_options(options);
}

/// Every axis with its labels: what else --at can name.
std::string other_points(const platform::RunFile& run) {
  std::string out;
  for (const platform::Axis& axis : run.axes()) {
    out += (out.empty() ? "Other points:  --at " : "               --at ") + axis.name + "=";
    for (std::size_t i = 0; i < axis.points.size(); ++i)
      out += (i == 0 ? "\"" : " | \"") + axis.points[i].label + "\"";
    out += "\n";
  }
  return out;
}

int perform(const Arguments& arguments, Host& host) {
  const platform::SignalGuard signals;
  const Format format = arguments.format();
  const auto start = std::chrono::steady_clock::now();
  const Simulation simulation(arguments.words().front(), arguments, host);
  const platform::RunFile& run = simulation.run();
  const platform::ReportSpec report = platform::read_report(run.report(), run.text());
  const platform::Point point = point_at(run, arguments.has("at") ? arguments.labels("at") : report.sensitivity_at);
  const std::filesystem::path target = target_of(arguments, run.name() + "-sensitivity");
  platform::ResultFolder::check(target);
  const platform::Sensitivity found = vary(simulation, point);

  platform::ResultFolder folder(target);
  folder.add("sensitivity.json", platform::to_file_text(found.json()));
  folder.add("sensitivity.csv", found.csv());
  const std::chrono::nanoseconds wall = std::chrono::steady_clock::now() - start;
  platform::ResultSet about;
  about.run = run.name();
  about.seed = simulation.seed();
  const int jobs = static_cast<int>(arguments.integer("jobs").value_or(platform::default_jobs()));
  folder.add("manifest.json", platform::manifest_text(about, wall, jobs));
  platform::SignalGuard::check();
  folder.commit();

  host.out << (format == Format::json  ? platform::to_file_text(found.json())
               : format == Format::csv ? found.csv()
                                       : found.text());
  if (format == Format::table) host.out << other_points(run);
  host.out << std::flush;
  if (!simulation.quiet()) host.err << "results: " << target.string() << std::endl;
  return 0;
}

}  // namespace

Command sensitivity_command() {
  return {"sensitivity", "RUN", 1, 1, "rank what is uncertain by what it does to the result",
          "Each parameter with a range runs at its low and its high end, the others nominal; instances that share a\n"
          "part are varied together. The root of the sum of squares is the range of the result.\n\n"
          "examples:\n"
          "  viosim sensitivity rdma-write-latency\n"
          "  viosim sensitivity rdma-write-latency --at path=\"vrdma, interrupt\" --at size=\"64 B\" --format csv\n",
          declare, perform};
}

}  // namespace viosim::app
