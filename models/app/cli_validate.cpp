// viosim validate: predictions against published measurements.
#include <ostream>

#include "app/cli_command.h"
#include "app/cli_simulation.h"
#include "platform/result_validation.h"
#include "platform/runner_errors.h"
#include "platform/runner_signals.h"
#include "platform/scenario_files.h"

namespace viosim::app {
namespace {

void declare(OptionList& options) {
  add_override_options(options);
  add_simulation_options(options);
  add_format_option(options);
  add_scenario_options(options);
}

int perform(const Arguments& arguments, Host& host) {
  if (arguments.has("param") || arguments.has("seed"))
    throw UsageError("validate takes no overrides (-p, --seed): it says what the scenarios as they stand predict");
  const platform::SignalGuard signals;
  const Format format = arguments.format();
  const platform::ScenarioFiles files(scenarios_of(arguments, host));
  const platform::ValidationSpec spec = platform::read_validation(files.load(
      "validations", arguments.words().front(), {platform::kCommandLineFile, 1, 1}, "validation"));
  const std::filesystem::path reference = files.root() / "reference" / spec.reference;
  const auto rows = platform::read_reference(platform::read_file(reference), reference.generic_string());
  std::vector<platform::ResultSet> results;
  for (const std::string& run : spec.runs) {
    const Simulation simulation(run, arguments, host);
    if (!simulation.run().overrides().empty())
      throw UsageError("validate takes no overrides: the run " + run + " has a table [override]");
    results.push_back(simulation.all());
  }
  const platform::Validation validation(spec, rows, results);
  host.out << (format == Format::json  ? platform::to_file_text(validation.json())
               : format == Format::csv ? validation.csv()
                                       : validation.text())
           << std::flush;
  return validation.passed() ? platform::kExitGood : platform::kExitCheckFailed;
}

}  // namespace

Command validate_command() {
  return {"validate", "NAME", 1, 1, "compare predictions with published measurements",
          "NAME is a file of the scenarios' validations/: a run or several, the rows of a reference, the limits of each group.\n"
          "Exit code 1 when a point or the median of a group is outside its limit.\n\n"
          "examples:\n  viosim validate perftest-native\n  viosim validate pcie-bench\n  viosim validate perftest-native --format csv\n",
          declare, perform};
}

}  // namespace viosim::app
