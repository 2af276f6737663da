// The command line of viosim: finds the command, runs it, and turns every failure into a message and a code.
#pragma once
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <stdexcept>
#include <string>
#include <vector>

#include "platform/result.h"
#include "platform/scenario_schema.h"
#include "platform/simulate.h"

namespace viosim::app {

/// What the commands need of the world; the tests put their own in.
struct Host {
  std::ostream& out;  ///< results
  std::ostream& err;  ///< messages
  const platform::Schemas& schemas;
  std::function<platform::PointResult(platform::Scenario&, const platform::RunOptions&)> simulate;
  std::filesystem::path scenarios;  ///< root of parts/, systems/, runs/ unless --scenarios says another
};

/// The scenarios installed beside the program, else those it was built with.
std::filesystem::path default_scenarios();

/// The command line is wrong; exit code 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Performs the command; never throws. Exit codes: 0 good, 1 a check failed, 2 usage, scenario or output, 3 error
/// of the simulation, 4 time limit, 128 + signal when interrupted. `args` without the name of the program.
int run(const std::vector<std::string>& args, Host& host);

}  // namespace viosim::app
