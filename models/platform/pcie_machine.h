// A host with a programmable DMA engine behind a PCI Express link: what pcie-bench runs on.
#pragma once
#include <memory>
#include <optional>
#include <systemc>

#include "host/host_params.h"
#include "host/interrupt_controller.h"
#include "host/memory.h"
#include "iommu/iommu.h"
#include "pcie/device_tlb.h"
#include "pcie/dma_engine.h"
#include "pcie/endpoint.h"
#include "pcie/root_complex.h"
#include "pcie/switch.h"
#include "platform/dma_window.h"
#include "platform/scenario.h"

namespace viosim::platform {

/// What a device's addresses are: the host's; the IOMMU's, for the window; the same with a TLB of the device's own (ATS); the
/// IOMMU's, as a driver maps them.
enum class BusAddresses { direct, translated, ats, by_driver };

/// What a workload wants of its machine.
struct DmaNeeds {
  Bytes window;  ///< host memory for the device
  unsigned node; ///< its socket
  BusAddresses addresses;
};

class PcieMachine : public sc_core::sc_module {
 public:
  /// Builds the instance `name` (host0) of the scenario. ScenarioError.
  PcieMachine(sc_core::sc_module_name name, Scenario& scenario, const DmaNeeds& needs);

  /// The first core of a socket.
  unsigned core_of(unsigned node) const { return node * static_cast<unsigned>(params_.memory.cores_per_socket->raw()); }

  /// Requester id of the device: bus 3, device 0.
  static constexpr Bdf kDevice{0x0300};

 private:
  host::HostParams params_;
  host::InterruptController interrupts_;

 public:
  host::Memory memory;
  DmaWindow window;
  std::optional<iommu::Iommu> iommu;  ///< where addresses are translated
  pcie::RootComplex root_complex0;
  std::optional<pcie::Link> uplink0;  ///< with a switch between root complex and device
  std::optional<pcie::Switch> switch0;
  pcie::Link pcie0;
  pcie::Endpoint endpoint0;
  std::optional<pcie::DeviceTlb> device_tlb0;  ///< where the device asks for translations
  pcie::DmaEngine dma0;

 private:
  std::unique_ptr<TlpTransmitterIf> tlp_tx_;  ///< of pcie0's device, where it is RTL
  std::unique_ptr<IotlbIf> iotlb_;            ///< of iommu0, where it is RTL
};

}  // namespace viosim::platform
