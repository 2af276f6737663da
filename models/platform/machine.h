// A host as the scenario describes it: memory, two cores, root complex, IOMMU, PCI Express link, HCA with one virtual
// function, all of them instances below the host's own.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <systemc>

#include "hca/hca.h"
#include "host/context.h"
#include "host/host_params.h"
#include "host/interrupt_controller.h"
#include "host/memory.h"
#include "iommu/iommu.h"
#include "pcie/endpoint.h"
#include "pcie/root_complex.h"
#include "platform/hca_firmware.h"
#include "platform/scenario.h"

namespace viosim::platform {

class RdmaPath;

class Machine : public sc_core::sc_module {
 public:
  /// Builds the instance `name` (esx0) of the scenario and the way its software reaches RDMA. ScenarioError.
  Machine(sc_core::sc_module_name name, Scenario& scenario, Lid lid);
  ~Machine() override;

  RdmaPath& path() { return *path_; }

  /// Requester ids: bus 3, device 0.
  static constexpr Bdf kPf{0x0300}, kVf{0x0301};
  /// Doorbell pages of function `f` as the cores see them.
  static Hpa registers(unsigned f) { return Hpa(kRegisters + f * hca_abi::kUarSize); }
  /// Its command registers, where firmware serves them.
  static Hpa command_registers(unsigned f) { return Hpa(kCommandRegisters + f * regs::hca_csr::kSize); }

 private:
  static constexpr std::uint64_t kRegisters = 0xE0000000, kCommandRegisters = 0xE4000000;
  host::HostParams params_;

 public:
  host::Memory memory;
  host::InterruptController interrupts;
  host::Context core0, core1;
  std::optional<iommu::Iommu> iommu;  ///< where a device is assigned to a guest
  pcie::RootComplex root_complex0;
  pcie::Link pcie0;
  pcie::Endpoint endpoint0;
  hca::Hca hca0;
  std::unique_ptr<HcaFirmware> firmware;  ///< null: control verbs take no time

 private:
  std::unique_ptr<SendEngineIf> wqe_engine_;    ///< of hca0, where it is RTL
  std::unique_ptr<TlpTransmitterIf> tlp_tx_;  ///< of pcie0's device, where it is RTL
  std::unique_ptr<IotlbIf> iotlb_;            ///< of iommu0, where it is RTL
  std::unique_ptr<RdmaPath> path_;
};

}  // namespace viosim::platform
