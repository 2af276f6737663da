// viosim report: print a result again.
#include <ostream>

#include "app/cli_command.h"
#include "app/cli_results.h"
#include "platform/plot.h"
#include "platform/report.h"
#include "platform/result_csv.h"
#include "platform/result_json.h"
#include "platform/writer.h"

namespace viosim::app {

platform::ResultSet read_results(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "result.json";
  const platform::Json document = platform::Json::parse(platform::read_file(file), nullptr, false);
  if (document.is_discarded()) throw platform::ResultError(file.string() + ": is no JSON");
  try {
    return platform::from_json(document);
  } catch (const platform::ResultError& e) {
    throw platform::ResultError(file.string() + ": " + e.what());
  }
}

namespace {

void declare(OptionList& options) {
  add_format_option(options);
  options.add_options()("plot",
                        "draw stack.svg, and curves.svg over sizes or the report's rows, in the folder (needs gnuplot)")(
      "sites", "stacks by site and cause instead of by cause, and all counters");
}

int perform(const Arguments& arguments, Host& host) {
  const Format format = arguments.format();
  const platform::ResultSet results = read_results(arguments.words().front());
  if (arguments.has("plot")) {
    const std::filesystem::path folder = arguments.words().front();
    platform::write_file(folder / "stack.svg", platform::stack_plot_svg(results));
    if (platform::has_curves(results)) platform::write_file(folder / "curves.svg", platform::curve_plot_svg(results));
  }
  host.out << (format == Format::json  ? platform::to_file_text(platform::to_json(results))
               : format == Format::csv ? platform::metrics_csv(results)
                                       : platform::report_text(results, arguments.has("sites")))
           << std::flush;
  return 0;
}

}  // namespace

Command report_command() {
  return {"report", "DIR", 1, 1, "print the report of a folder of results again",
          "DIR is a folder that run has written.\n\n"
          "examples:\n  viosim report viosim-out/rdma-write-latency --sites\n"
          "  viosim report viosim-out/rdma-write-latency --plot\n",
          declare, perform};
}

}  // namespace viosim::app
