#include "platform/pcie_machine.h"

#include <string>

#include "platform/link_check.h"
#include "platform/rtl_blocks.h"

namespace viosim::platform {
namespace {

template <class Params>
Params params_of(Scenario& scenario, const sc_core::sc_module& machine, const char* child) {
  return scenario.params<Params>(std::string(machine.name()) + "." + child);
}

bool has_switch(const Scenario& scenario, const sc_core::sc_module& machine) {
  return scenario.find(std::string(machine.name()) + ".switch0") != nullptr;
}

/// What the port advertises that ends the device's link.
pcie::CreditParams credits_above(Scenario& scenario, const sc_core::sc_module& machine) {
  if (has_switch(scenario, machine)) return params_of<pcie::SwitchParams>(scenario, machine, "switch0").credits;
  return params_of<pcie::RootComplexParams>(scenario, machine, "root_complex0").credits;
}

}  // namespace

PcieMachine::PcieMachine(sc_core::sc_module_name module, Scenario& scenario, const DmaNeeds& needs)
    : sc_module(module),
      params_(scenario.params<host::HostParams>(this->name())),
      memory("memory", params_.memory),
      window(memory, needs.window, needs.node),
      iommu(needs.addresses != BusAddresses::direct
                ? std::optional<iommu::Iommu>(std::in_place, "iommu0",
                                              params_of<iommu::IommuParams>(scenario, *this, "iommu0"), memory)
                : std::nullopt),
      root_complex0("root_complex0", params_of<pcie::RootComplexParams>(scenario, *this, "root_complex0"), 1, memory,
                    interrupts_, iommu ? &*iommu : nullptr),
      uplink0(has_switch(scenario, *this)
                  ? std::optional<pcie::Link>(
                        std::in_place, "uplink0", params_of<pcie::LinkParams>(scenario, *this, "uplink0"),
                        params_of<pcie::RootComplexParams>(scenario, *this, "root_complex0").credits,
                        credits_above(scenario, *this))
                  : std::nullopt),
      switch0(has_switch(scenario, *this)
                  ? std::optional<pcie::Switch>(std::in_place, "switch0",
                                                params_of<pcie::SwitchParams>(scenario, *this, "switch0"), 1)
                  : std::nullopt),
      pcie0("pcie0", params_of<pcie::LinkParams>(scenario, *this, "pcie0"), credits_above(scenario, *this),
            params_of<pcie::EndpointParams>(scenario, *this, "endpoint0").credits),
      endpoint0("endpoint0", params_of<pcie::EndpointParams>(scenario, *this, "endpoint0")),
      device_tlb0(needs.addresses == BusAddresses::ats
                      ? std::optional<pcie::DeviceTlb>(
                            std::in_place, std::string(this->name()) + ".device_tlb0",
                            params_of<pcie::DeviceTlbParams>(scenario, *this, "device_tlb0"), kDevice, endpoint0)
                      : std::nullopt),
      dma0("dma0", params_of<pcie::DmaEngineParams>(scenario, *this, "dma0"),
           device_tlb0 ? static_cast<DmaIf&>(*device_tlb0) : endpoint0, endpoint0.max_payload(),
           endpoint0.max_read_request()) {
  check_link(scenario, this->name());
  inject_faults(scenario, pcie0);
  tlp_tx_ = plug_tlp_tx(scenario, pcie0, credits_above(scenario, *this));
  if (iommu) iotlb_ = plug_iotlb(scenario, *iommu);
  if (switch0) {
    inject_faults(scenario, *uplink0);
    root_complex0.attach(*uplink0);
    switch0->attach_upstream(*uplink0);
    switch0->add_function(kDevice, switch0->attach(pcie0));
  } else {
    root_complex0.attach(pcie0);
  }
  endpoint0.attach(pcie0);
  if (needs.addresses == BusAddresses::by_driver) iommu->attach(kDevice, iommu->add_domain());
  else if (iommu) iommu->assign(kDevice, window, window.size());
  if (device_tlb0) iommu->attach(kDevice, *iommu->domain_of(kDevice), &*device_tlb0);
}

}  // namespace viosim::platform
