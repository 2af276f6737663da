#include "platform/hca_firmware.h"

#include <filesystem>

#include "control/control_processor.h"
#include "control/elf_loader.h"
#include "platform/firmware_params.h"
#include "platform/scenario_building.h"
#include "rtl_bridge/control_processor_rtl.h"

namespace viosim::platform {
namespace {

/// The image beside the installed program, or that of the build.
std::string built_in_image() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path installed = program.parent_path().parent_path() / "share/viosim/firmware/hca_firmware.elf";
  return !error && std::filesystem::exists(installed, error) ? installed.string() : VIOSIM_FIRMWARE;
}

std::uint32_t load(const Scenario& scenario, const std::string& path, const std::string& firmware, MemoryMap& memory) {
  const bool built_in = firmware == "built-in";
  try {
    return control::load_elf_file(built_in ? built_in_image() : firmware, memory);
  } catch (const control::ElfError& e) {
    refuse_key(scenario, path, "firmware", e.what(),
               built_in ? "the image that the build's target viosim_firmware makes"
                        : "an ELF file for rv32im, linked to 0x10000000 and no larger than the processor's `ram`");
  }
}

}  // namespace

std::unique_ptr<HcaFirmware> HcaFirmware::make(Scenario& scenario, const std::string& hca_path, hca::Hca& hca) {
  const std::string path = hca_path + ".control";
  const std::string fidelity = scenario.fidelity(path, {"tlm", "iss", "rtl"});
  if (fidelity == "tlm") return nullptr;
  if (scenario.find(path) == nullptr)
    throw ScenarioError(scenario.root().position, path, "is missing", "an instance of kind control-processor");
  const auto params = scenario.params<control::ControlProcessorParams>(path);
  const auto image = scenario.params<FirmwareParams>(path);
  std::unique_ptr<HcaFirmware> made(new HcaFirmware);
  MemoryMap& memory = made->memory_;
  hca::Management& management = hca.add_management();
  building(scenario, path, [&] {
    memory.add_ram(kRam, static_cast<std::uint32_t>(image.ram->raw()) / 4 * 4);
    memory.add_device(kManagement, regs::hca_mgmt::kSize, management);
  });
  // The one place where a control processor is chosen.
  if (fidelity == "iss")
    made->processor_ = std::make_unique<control::ControlProcessor>(path, params, memory, kTimer);
  else
    made->processor_ = std::make_unique<rtl_bridge::ControlProcessorRtl>(path, params, memory, kTimer);
  const std::uint32_t entry = load(scenario, path, *image.firmware, memory);
  building(scenario, path, [&] { management.attach(*made->processor_, entry, *params.timer_clock); });
  made->processor_->start(entry);
  return made;
}

}  // namespace viosim::platform
