#include "platform/pcie_machine.h"

#include <string>

#include "platform/link_check.h"

namespace viosim::platform {
namespace {

template <class Params>
Params params_of(Scenario& scenario, const sc_core::sc_module& machine, const char* child) {
  return scenario.params<Params>(std::string(machine.name()) + "." + child);
}

}  // namespace

PcieMachine::PcieMachine(sc_core::sc_module_name module, Scenario& scenario, const DmaNeeds& needs)
    : sc_module(module),
      params_(scenario.params<host::HostParams>(this->name())),
      memory("memory", params_.memory),
      window(memory, needs.window, needs.node),
      iommu(needs.translated
                ? std::optional<iommu::Iommu>(std::in_place, "iommu0",
                                              params_of<iommu::IommuParams>(scenario, *this, "iommu0"), memory)
                : std::nullopt),
      root_complex0("root_complex0", params_of<pcie::RootComplexParams>(scenario, *this, "root_complex0"), 1, memory,
                    interrupts_, iommu ? &*iommu : nullptr),
      pcie0("pcie0", params_of<pcie::LinkParams>(scenario, *this, "pcie0"),
            params_of<pcie::RootComplexParams>(scenario, *this, "root_complex0").credits,
            params_of<pcie::EndpointParams>(scenario, *this, "endpoint0").credits),
      endpoint0("endpoint0", params_of<pcie::EndpointParams>(scenario, *this, "endpoint0")),
      dma0("dma0", params_of<pcie::DmaEngineParams>(scenario, *this, "dma0"), endpoint0, endpoint0.max_payload(),
           endpoint0.max_read_request()) {
  check_link(scenario, this->name());
  inject_faults(scenario, pcie0);
  root_complex0.attach(pcie0);
  endpoint0.attach(pcie0);
  if (iommu) iommu->assign(kDevice, window, window.size());
}

}  // namespace viosim::platform
