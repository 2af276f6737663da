#include "app/cli.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "app/cli_command.h"
#include "platform/did_you_mean.h"
#include "platform/result_set.h"
#include "platform/runner_errors.h"
#include "platform/scenario_error.h"
#include "platform/writer_file.h"

namespace viosim::app {
namespace {

using platform::kExitGood, platform::kExitScenario, platform::kExitSimulation;

const std::vector<Command>& commands() {
  static const std::vector<Command> table = {run_command(),      sweep_command(),   sensitivity_command(),
                                             validate_command(), list_command(),    describe_command(),
                                             compare_command(),  regress_command(), report_command(),
                                             trace_command()};
  return table;
}

const char* kHelp = R"(viosim shows where the time of virtualised I/O goes, and what would change it.

usage: viosim COMMAND ...

)";

const char* kExamples = R"(
examples:
  viosim list                                  what there is to run
  viosim run rdma-write-latency                simulate, print, write viosim-out/rdma-write-latency
  viosim run rdma-write-latency --at size="2 B" --range
  viosim run rdma-write-latency -p esx0.exits.string_io="1500 cycles" --out cheap-exits
  viosim sensitivity rdma-write-latency --at path=vrdma
  viosim validate perftest-native              compare with published measurements
  viosim trace rdma-write-latency --at path=sriov
  viosim describe PageWalk                     a cause, a kind, a part, a run

exit codes: 0 good, 1 a check failed, 2 usage or scenario, 3 error of the simulation, 4 time limit
'viosim COMMAND --help' says more about a command.
)";

void print_help(std::ostream& out) {
  out << kHelp;
  for (const Command& c : commands()) out << fmt::format("  {:<12} {:<14} {}\n", c.name, c.words, c.summary);
  out << kExamples;
}

OptionList options_of(const Command& command) {
  OptionList options("options", 110);
  command.declare(options);
  options.add_options()("help,h", "this text");
  return options;
}

void print_help(const Command& command, std::ostream& out) {
  out << "usage: viosim " << command.name << (command.words.empty() ? "" : " " + command.words) << " [options]\n\n"
      << command.summary << ".\n"
      << command.help << "\n"
      << options_of(command);
}

const Command& find(const std::string& name) {
  std::vector<std::string> names;
  for (const Command& c : commands()) {
    if (c.name == name) return c;
    names.push_back(c.name);
  }
  throw UsageError("unknown command '" + name + "'" + platform::did_you_mean(name, names) +
                   " (viosim --help lists them)");
}

int dispatch(std::vector<std::string> args, Host& host) {
  if (args.empty() || args[0] == "--help" || args[0] == "-h" || (args[0] == "help" && args.size() == 1)) {
    print_help(args.empty() ? host.err : host.out);
    return args.empty() ? kExitScenario : kExitGood;
  }
  if (args[0] == "--version") {
    host.out << "viosim " << VIOSIM_VERSION << "\n";
    return kExitGood;
  }
  if (args[0] == "help") args = {args[1], "--help"};
  const Command& command = find(args[0]);
  args.erase(args.begin());
  if (std::any_of(args.begin(), args.end(), [](const auto& a) { return a == "--help" || a == "-h"; })) {
    print_help(command, host.out);
    return kExitGood;
  }
  return command.perform(Arguments(args, options_of(command), command.words, command.least, command.most), host);
}

}  // namespace

int run(const std::vector<std::string>& args, Host& host) {
  const auto fail = [&](const std::exception& e, int code) {
    host.err << "viosim: " << e.what() << std::endl;
    return code;
  };
  try {
    return dispatch(args, host);
  } catch (const platform::JobError& e) {
    return fail(e, e.exit_code());
  } catch (const platform::Interrupted& e) {
    return fail(e, e.exit_code());
  } catch (const UsageError& e) {
    return fail(e, kExitScenario);
  } catch (const platform::ScenarioError& e) {
    return fail(e, kExitScenario);
  } catch (const platform::ResultError& e) {
    return fail(e, kExitScenario);
  } catch (const platform::OutputError& e) {
    return fail(e, kExitScenario);
  } catch (const std::exception& e) {
    return fail(e, kExitSimulation);
  }
}

}  // namespace viosim::app
