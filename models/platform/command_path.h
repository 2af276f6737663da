// How a driver's control verbs reach its function of the HCA: at once, or by commands that firmware serves. A virtual
// function's driver begins when the hypervisor's, on core 1, has let the function in.
#pragma once
#include <memory>
#include <string>

#include "guest/immediate_commands.h"
#include "guest/mlx4_commands.h"

namespace viosim::platform {

class Machine;
class Scenario;

class CommandPath {
 public:
  /// `registers`: BAR 0 of the function, as this driver sees it.
  CommandPath(const std::string& path, Machine& machine, Scenario& scenario, unsigned function, Gpa registers);
  HcaCommandsIf& verbs() { return *verbs_; }

 private:
  std::unique_ptr<guest::Mlx4Commands> physical_;
  std::unique_ptr<HcaCommandsIf> verbs_;
};

}  // namespace viosim::platform
