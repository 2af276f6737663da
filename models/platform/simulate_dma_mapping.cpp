// A driver on core 0 that maps buffers for a DMA engine behind an IOMMU.
#include "host/context.h"
#include "iommu/dma_mapper.h"
#include "platform/pcie_machine.h"
#include "platform/result_of_simulation.h"
#include "platform/scenario_building.h"
#include "platform/simulate_kinds.h"
#include "workload/dma_mapping.h"

namespace viosim::platform {
namespace {

constexpr const char* kHost = "host0";

/// The machine of pcie-bench with a core, and a driver's domain for its device.
class MappingMachine : public PcieMachine {
 public:
  MappingMachine(sc_core::sc_module_name module, Scenario& scenario)
      : PcieMachine(module, scenario, {Bytes{}, 0, BusAddresses::by_driver}),
        params_(scenario.params<iommu::DmaMapperParams>(std::string(this->name()) + ".mapper0")),
        core0("core0", scenario.params<host::HostParams>(this->name()).core, memory, 0),
        queue_(*iommu, memory, 0, *params_.submit, *params_.look),
        mapper0(std::string(this->name()) + ".mapper0", params_, *iommu, *iommu->domain_of(kDevice), queue_) {
    for (const auto* cycles : {&params_.allocate, &params_.submit}) core0.based_on(Cause::Execute, cycles->source());
  }

 private:
  iommu::DmaMapperParams params_;

 public:
  host::Context core0;

 private:
  iommu::QueueDriver queue_;

 public:
  iommu::DmaMapper mapper0;
};

Metric mean(const char* name, const char* text, Duration all, std::int64_t operations) {
  return {name, text, "ps", 0, all.raw() / operations, operations, {}};
}

}  // namespace

PointResult simulate_dma_mapping(Scenario& scenario) {
  const auto asked = scenario.params<workload::DmaMappingParams>("workload");
  for (const char* needed : {"host0", "host0.iommu0", "host0.mapper0", "host0.dma0"})
    if (scenario.find(needed) == nullptr)
      throw ScenarioError(scenario.root().position, needed, "is missing",
                          "a host with the device dma0, its iommu0, and a mapper0 of kind dma-mapper");
  const auto machine =
      building(scenario, kHost, [&] { return std::make_unique<MappingMachine>(kHost, scenario); });
  workload::Driver driver(1);
  workload::DmaMapping mapping(asked,
                               {machine->core0, machine->mapper0, machine->dma0, machine->dma0.commands(),
                                PcieMachine::kDevice},
                               driver);
  building(scenario, "workload", [&] { mapping.start(); });
  run_to_end();
  const workload::Measured& measured = mapping.result();
  PointResult result = result_of({*asked.size, "mean_latency", "map, transfer, unmap"}, measured);
  // A deferred invalidation falls on one operation of a batch: the typical one hides it, the mean does not.
  Metric& latency = result.metrics.front();
  latency.name = result.headline;
  latency.value = latency.spread->mean;
  const std::int64_t operations = measured.operations;
  result.metrics.push_back(mean("map_time", "of mapping a buffer, the mean", mapping.mapping(), operations));
  result.metrics.push_back(mean("unmap_time", "of unmapping a buffer, the mean", mapping.unmapping(), operations));
  result.metrics.push_back({"operation_rate", "operations of one core, one after the other", "1/s", 0,
                            result.metric("message_rate")->value, operations, {}});
  return result;
}

}  // namespace viosim::platform
