// The program: the command line over the real catalogue and the real simulation.
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "app/cli.h"
#include "platform/catalogue.h"
#include "platform/runner_errors.h"
#include "platform/simulate.h"

namespace {

/// A pipe that nobody reads any more: not our failure.
bool reader_has_gone() {
  pollfd out{STDOUT_FILENO, 0, 0};
  return ::poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

}  // namespace

int main(int count, char** words) {
  std::signal(SIGPIPE, SIG_IGN);  // `viosim ... | head` is no crash: the results are still written
  ::setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 0);
  viosim::app::Host host{std::cout, std::cerr, viosim::platform::catalogue(), viosim::platform::simulate,
                         viosim::app::default_scenarios()};
  const int code = viosim::app::run(std::vector<std::string>(words + 1, words + count), host);
  std::cout.flush();
  if (std::cout.good() || reader_has_gone() || code != viosim::platform::kExitGood) return code;
  std::cerr << "viosim: standard output cannot be written\n";
  return viosim::platform::kExitScenario;
}
