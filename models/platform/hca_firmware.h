// The control processor of an HCA with its firmware: which one, is what the run file's fidelity line says.
#pragma once
#include <memory>
#include <string>

#include "hca/hca.h"
#include "protocols/control_memory.h"
#include "protocols/control_processor.h"

namespace viosim::platform {

class Scenario;

class HcaFirmware {
 public:
  /// Addresses as the firmware's linker script and register maps have them.
  static constexpr std::uint32_t kRam = 0x10000000, kTimer = 0x02000000, kManagement = 0x40000000;

  /// Of the HCA at `path`; null: fidelity tlm, where control verbs take no time. ScenarioError for an image that cannot
  /// be loaded.
  static std::unique_ptr<HcaFirmware> make(Scenario& scenario, const std::string& path, hca::Hca& hca);

 private:
  HcaFirmware() = default;
  MemoryMap memory_;
  std::unique_ptr<ControlProcessorIf> processor_;
};

}  // namespace viosim::platform
