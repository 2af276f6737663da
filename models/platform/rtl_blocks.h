// Blocks that a run wants as RTL: `"esx0.pcie0.tlp_tx" = "rtl"` under [fidelity].
#pragma once
#include <memory>
#include <string>

#include "hca/hca.h"
#include "iommu/iommu.h"
#include "pcie/link.h"
#include "platform/scenario.h"
#include "rtl_bridge/hca_wqe_engine_rtl.h"
#include "rtl_bridge/iommu_iotlb_rtl.h"
#include "rtl_bridge/pcie_tlp_tx_rtl.h"

namespace viosim::platform {

/// The transmitter of the link's device, `<link>.tlp_tx`, plugged in; null as TLM. `above`: what its receiver advertises.
std::unique_ptr<rtl_bridge::PcieTlpTxRtl> plug_tlp_tx(Scenario& scenario, pcie::Link& link,
                                                      const pcie::CreditParams& above);

/// The WQE engine of an HCA, `<hca>.wqe_engine`, plugged in; null as TLM.
std::unique_ptr<rtl_bridge::HcaWqeEngineRtl> plug_wqe_engine(Scenario& scenario, hca::Hca& hca);

/// The translation cache of an IOMMU, `<iommu>.iotlb`, plugged in; null as TLM.
std::unique_ptr<rtl_bridge::IommuIotlbRtl> plug_iotlb(Scenario& scenario, iommu::Iommu& iommu);

}  // namespace viosim::platform
