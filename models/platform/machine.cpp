#include "platform/machine.h"

#include "platform/link_check.h"
#include "platform/rdma_path.h"
#include "platform/rtl_blocks.h"
#include "platform/scenario_building.h"

namespace viosim::platform {
namespace {

std::string below(const sc_core::sc_module& machine, const char* child) {
  return std::string(machine.name()) + "." + child;
}

/// A device is assigned to a guest: then the host has its IOMMU on.
bool assigns(const Scenario& scenario, const sc_core::sc_module& machine) {
  const Instance* rdma = scenario.find(below(machine, "vm0.rdma0"));
  return rdma != nullptr && (rdma->kind.name == "passthrough" || rdma->kind.name == "sriov");
}

}  // namespace

Machine::Machine(sc_core::sc_module_name module, Scenario& scenario, Lid lid)
    : sc_module(module),
      params_(scenario.params<host::HostParams>(this->name())),
      memory("memory", params_.memory),
      core0("core0", params_.core, memory, 0),
      core1("core1", params_.core, memory, 1),
      iommu(assigns(scenario, *this)
                ? std::optional<iommu::Iommu>(std::in_place, "iommu0",
                                              scenario.params<iommu::IommuParams>(below(*this, "iommu0")), memory,
                                              scenario.seed())
                : std::nullopt),
      root_complex0("root_complex0", scenario.params<pcie::RootComplexParams>(below(*this, "root_complex0")), 1, memory,
                    interrupts, iommu ? &*iommu : nullptr),
      pcie0("pcie0", scenario.params<pcie::LinkParams>(below(*this, "pcie0")),
            scenario.params<pcie::RootComplexParams>(below(*this, "root_complex0")).credits,
            scenario.params<pcie::EndpointParams>(below(*this, "endpoint0")).credits),
      endpoint0("endpoint0", scenario.params<pcie::EndpointParams>(below(*this, "endpoint0"))),
      hca0("hca0", scenario.params<hca::HcaParams>(below(*this, "hca0")), lid, {kPf, kVf}),
      firmware(HcaFirmware::make(scenario, below(*this, "hca0"), hca0)) {
  check_link(scenario, this->name());
  inject_faults(scenario, pcie0);
  tlp_tx_ = plug_tlp_tx(scenario, pcie0,
                        scenario.params<pcie::RootComplexParams>(below(*this, "root_complex0")).credits);
  if (iommu) iotlb_ = plug_iotlb(scenario, *iommu);
  interrupts.attach(0, core0);
  interrupts.attach(1, core1);
  const unsigned port = root_complex0.attach(pcie0);
  endpoint0.attach(pcie0);
  hca0.attach(endpoint0);
  for (unsigned f = 0; f < hca0.functions(); ++f) {
    const Bdf id = hca0.function(f).bdf;
    endpoint0.add_function(id, hca0);
    root_complex0.map_bar(id, hca_abi::kUarBar, registers(f), Bytes(hca_abi::kUarSize), port);
    if (firmware != nullptr)
      root_complex0.map_bar(id, hca_abi::kCommandBar, command_registers(f), Bytes(regs::hca_csr::kSize), port);
  }
  wqe_engine_ = plug_wqe_engine(scenario, hca0);
  core0.bind_mmio(root_complex0);
  core1.bind_mmio(root_complex0);
  path_ = make_rdma_path(*this, scenario);
}

Machine::~Machine() = default;

}  // namespace viosim::platform
