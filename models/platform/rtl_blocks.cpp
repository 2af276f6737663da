#include "platform/rtl_blocks.h"

#include "platform/scenario_building.h"

namespace viosim::platform {

std::unique_ptr<rtl_bridge::PcieTlpTxRtl> plug_tlp_tx(Scenario& scenario, pcie::Link& link,
                                                      const pcie::CreditParams& above) {
  const std::string path = link.name(), block = path + ".tlp_tx";
  if (scenario.fidelity(block) != "rtl") return nullptr;
  return building(scenario, path, [&] {
    auto transmitter = std::make_unique<rtl_bridge::PcieTlpTxRtl>(block, scenario.params<pcie::LinkParams>(path), above,
                                                                  link.up.as_wire());
    link.up.transmit_by(*transmitter);
    return transmitter;
  });
}

std::unique_ptr<rtl_bridge::IommuIotlbRtl> plug_iotlb(Scenario& scenario, iommu::Iommu& iommu) {
  const std::string path = iommu.name(), block = path + ".iotlb";
  if (scenario.fidelity(block) != "rtl") return nullptr;
  return building(scenario, path, [&] {
    auto iotlb = std::make_unique<rtl_bridge::IommuIotlbRtl>(block, scenario.params<iommu::IommuParams>(path),
                                                             iommu.as_iotlb_user());
    iommu.look_up_by(*iotlb);
    return iotlb;
  });
}

std::unique_ptr<rtl_bridge::HcaWqeEngineRtl> plug_wqe_engine(Scenario& scenario, hca::Hca& hca) {
  const std::string path = hca.name(), block = path + ".wqe_engine";
  if (scenario.fidelity(block) != "rtl") return nullptr;
  return building(scenario, path, [&] {
    auto engine = std::make_unique<rtl_bridge::HcaWqeEngineRtl>(block, scenario.params<hca::HcaParams>(path));
    hca.use(*engine);
    return engine;
  });
}

}  // namespace viosim::platform
