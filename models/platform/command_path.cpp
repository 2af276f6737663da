#include "platform/command_path.h"

#include "platform/machine.h"

namespace viosim::platform {

CommandPath::CommandPath(const std::string& path, Machine& machine, Scenario& scenario, unsigned function,
                         Gpa registers) {
  hca::Hca& hca = machine.hca0;
  if (machine.firmware == nullptr) {
    verbs_ = std::make_unique<guest::ImmediateCommands>(hca, function);
    return;
  }
  const auto params = scenario.params<guest::Mlx4CommandParams>(std::string(machine.name()) + ".verbs");
  const auto device = [&](unsigned f, Gpa at) {
    return guest::Mlx4Device{hca.name(), hca.function(f), hca.lid(), at};
  };
  auto commands = std::make_unique<guest::Mlx4Commands>(path, params, device(function, registers));
  if (function != 0) {
    physical_ = std::make_unique<guest::Mlx4Commands>(std::string(machine.name()) + ".hypervisor.mlx4", params,
                                                      device(0, Gpa(Machine::command_registers(0).raw())));
    physical_->enable_function(function);
    commands->begin_after(*physical_, machine.core1);
  }
  verbs_ = std::move(commands);
}

}  // namespace viosim::platform
