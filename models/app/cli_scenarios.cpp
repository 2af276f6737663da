#include "app/cli.h"

namespace viosim::app {

std::filesystem::path default_scenarios() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path installed = program.parent_path().parent_path() / "share/viosim/scenarios";
  return !error && std::filesystem::is_directory(installed, error) ? installed : VIOSIM_SCENARIOS;
}

}  // namespace viosim::app
