// viosim trace: one point of a run, span by span and signal by signal.
#include <ostream>

#include "app/cli_command.h"
#include "app/cli_simulation.h"
#include "platform/report_spec.h"
#include "platform/runner_signals.h"
#include "platform/units.h"
#include "platform/writer_manifest.h"

namespace viosim::app {
namespace {

void declare(OptionList& options) {
  using boost::program_options::value;
  options.add_options()("at", value<std::vector<std::string>>()->composing()->value_name("AXIS=LABEL"),
                        "the point to trace; may be given often (default: the run's, else the first labels)")(
      "from", value<std::string>()->value_name("TIME"),
      "begin so long behind the opening of the measured window (default: 0 ns)")(
      "for", value<std::string>()->value_name("TIME"), "trace so long (default: 20 us)");
  add_override_options(options);
  add_simulation_options(options);
  add_out_option(options);
  add_scenario_options(options);
}

Duration time_of(const Arguments& arguments, const std::string& option, Duration fallback) {
  if (!arguments.has(option)) return fallback;
  try {
    return Duration(platform::parse_quantity(Dimension::duration, arguments.text(option)));
  } catch (const platform::UnitError& e) {
    throw UsageError("--" + option + ": " + e.what());
  }
}

int perform(const Arguments& arguments, Host& host) {
  const platform::SignalGuard signals;
  const auto start = std::chrono::steady_clock::now();
  Simulation simulation(arguments.words().front(), arguments, host);
  const platform::RunFile& run = simulation.run();
  const platform::ReportSpec report = platform::read_report(run.report(), run.text());
  const platform::Point point = point_at(run, arguments.has("at") ? arguments.labels("at") : report.stack_at);
  const Duration from = time_of(arguments, "from", kZeroTime), length = time_of(arguments, "for", microseconds(20));
  if (length <= kZeroTime || length > microseconds(1'000'000))
    throw UsageError("--for: more than nothing and at most 1 s is expected");
  const std::filesystem::path target = target_of(arguments, run.name() + "-trace");
  platform::ResultFolder folder(target);
  simulation.trace({point, simulation.overrides(), platform::to_text(point.labels)}, {folder.part(), from, length});

  platform::ResultSet about;
  about.run = run.name();
  about.seed = simulation.seed();
  const std::chrono::nanoseconds wall = std::chrono::steady_clock::now() - start;
  folder.add("manifest.json", platform::manifest_text(about, wall, 1));
  platform::SignalGuard::check();
  folder.commit();
  if (!simulation.quiet()) {
    host.err << "trace of " << platform::to_text(point.labels) << ": " << target.string() << "\n";
    for (const auto& entry : std::filesystem::directory_iterator(target))
      if (entry.path().extension() == ".vcd") host.err << "waves: " << entry.path().string() << "\n";
    host.err << "open trace.json in ui.perfetto.dev or chrome://tracing, waves in GTKWave" << std::endl;
  }
  return 0;
}

}  // namespace

Command trace_command() {
  return {"trace", "RUN", 1, 1, "write what happens in a stretch of time: spans for Perfetto, waves of RTL blocks",
          "One point of the run is simulated. trace.json holds every span of the ledger in the stretch, sites as tracks and\n"
          "each operation's critical path as a flow across them; each block that is RTL writes its signals as a VCD file.\n\n"
          "examples:\n"
          "  viosim trace rdma-write-latency --at path=sriov --at size=\"2 B\"\n"
          "  viosim trace rdma-write-latency -p fidelity.esx0.hca0.wqe_engine=rtl --from \"5 us\" --for \"10 us\" --out waves\n",
          declare, perform};
}

}  // namespace viosim::app
