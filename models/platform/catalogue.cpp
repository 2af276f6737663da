#include "platform/catalogue.h"

#include "control/control_processor_params.h"
#include "emulation/vmci/vmci_params.h"
#include "emulation/vrdma/backend_params.h"
#include "fabric/link_params.h"
#include "fabric/switch_params.h"
#include "guest/mlx4_command_params.h"
#include "guest/mlx4_params.h"
#include "guest/vrdma_params.h"
#include "hca/hca_params.h"
#include "host/host_params.h"
#include "hypervisor/verbs_stack_params.h"
#include "iommu/dma_mapper.h"
#include "iommu/iommu_params.h"
#include "pcie/device_tlb_params.h"
#include "pcie/dma_engine_params.h"
#include "pcie/endpoint_params.h"
#include "pcie/fault_params.h"
#include "pcie/link_params.h"
#include "pcie/root_complex_params.h"
#include "pcie/switch_params.h"
#include "platform/firmware_params.h"
#include "platform/pcie_bandwidth.h"
#include "platform/vm_params.h"
#include "virt/exit_costs.h"
#include "virt/mmu_params.h"
#include "virt/paging_params.h"
#include "workload/control_verbs_params.h"
#include "workload/dma_mapping_params.h"
#include "workload/memory_walk_params.h"
#include "workload/pcie_bench_params.h"
#include "workload/perftest_params.h"

namespace viosim::platform {
namespace {

template <class... Params>
void read([[maybe_unused]] ParamReader& in) {
  (static_cast<void>(Params(in)), ...);
}

}  // namespace

const Schemas& catalogue() {
  static const Schemas kinds = {
      // kind              what it is, its parameters, whether links end at it
      {"host", {"a host: sockets, caches, memory, cores", read<host::HostParams>}},
      {"root-complex", {"where PCI Express meets memory and cores", read<pcie::RootComplexParams>}},
      {"iommu", {"translates what devices put on the bus", read<iommu::IommuParams>}},
      {"dma-mapper", {"how an operating system maps buffers for a device", read<iommu::DmaMapperParams>}},
      {"pcie-link", {"a PCI Express link of one device", read<pcie::LinkParams>, false, {}, pcie_link_note,
                     pcie_link_theory}},
      {"pcie-switch", {"a PCI Express switch between a root complex and devices", read<pcie::SwitchParams>}},
      {"pcie-faults", {"errors of a PCI Express link and their repair: below a link, as `faults`",
                       read<pcie::FaultParams>}},
      {"pcie-endpoint", {"the PCI Express side of a device", read<pcie::EndpointParams>}},
      {"device-tlb", {"translations that a device asks an IOMMU for and keeps (ATS)", read<pcie::DeviceTlbParams>}},
      {"dma-engine", {"a programmable DMA engine, as in SmartNICs", read<pcie::DmaEngineParams>}},
      {"hca", {"an RDMA adapter on InfiniBand", read<hca::HcaParams>, true}},
      {"control-processor", {"a device's processor that runs firmware: iss or rtl",
                             read<control::ControlProcessorParams, FirmwareParams>}},
      {"ib-switch", {"an InfiniBand switch", read<fabric::SwitchParams>, true}},
      {"ib-link", {"an InfiniBand cable between two ports", read<fabric::LinkParams>}},
      {"exits", {"what leaving and entering a guest costs on a processor", read<virt::ExitCosts>}},
      {"mmu", {"address translation of a processor: TLB, caches of walks", read<virt::MmuParams>}},
      {"paging", {"who translates, and what software does about it", read<virt::PagingParams>}},
      {"verbs-mlx4", {"verbs library and driver of the physical HCA",
                      read<guest::Mlx4Params, guest::Mlx4CommandParams>}},
      {"hypervisor-verbs", {"the hypervisor's verbs layer", read<hypervisor::VerbsStackParams>}},
      {"guest-vrdma", {"guest drivers of the paravirtual device", read<guest::VmciDriverParams, guest::VrdmaParams>}},
      {"vm", {"a virtual machine", read<VmParams>}},
      {"native", {"a process on the bare host", read<>}},
      {"passthrough", {"a guest that has the whole HCA (full DirectPath)", read<>}},
      {"sriov", {"a guest that has a virtual function of the HCA", read<>}},
      {"vrdma", {"a guest with the paravirtual RDMA device over VMCI", read<emulation::VmciParams, emulation::BackendParams>}},
      {"perftest", {"ib_write_lat, ib_read_lat, ib_send_lat, ib_*_bw", read<workload::PerftestParams>}},
      {"control-verbs", {"queue pairs or memory regions made and unmade", read<workload::ControlVerbsParams>}},
      {"pcie-bench", {"LAT_RD, LAT_WRRD, BW_RD, BW_WR, BW_RDWR of pcie-bench", read<workload::PcieBenchParams>}},
      {"dma-mapping", {"a driver maps, has a device transfer, unmaps", read<workload::DmaMappingParams>}},
      {"memory-walk", {"loads by virtual address, each after the other", read<workload::MemoryWalkParams>}},
  };
  return kinds;
}

}  // namespace viosim::platform
