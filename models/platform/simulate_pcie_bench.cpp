// pcie-bench: one host, a DMA engine.
#include "platform/pcie_machine.h"
#include "platform/result_of_simulation.h"
#include "platform/scenario_building.h"
#include "platform/simulate_kinds.h"
#include "workload/pcie_bench.h"

namespace viosim::platform {
namespace {

constexpr const char* kHost = "host0";

/// What the headline's interval is called.
std::string interval_of(const std::string& test) {
  if (test == "lat_rd") return "read";
  if (test == "lat_wrrd") return "write, then read";
  return "transfer";
}

}  // namespace

PointResult simulate_pcie_bench(Scenario& scenario) {
  const auto asked = scenario.params<workload::PcieBenchParams>("workload");
  if (scenario.find(kHost) == nullptr)
    throw ScenarioError(scenario.root().position, kHost, "there is no such host", "a host with the device dma0");
  const auto node = static_cast<unsigned>(asked.node->raw());
  const BusAddresses addresses = *asked.mapping == "ats"     ? BusAddresses::ats
                                 : *asked.mapping == "iommu" ? BusAddresses::translated
                                                             : BusAddresses::direct;
  const auto machine = building(scenario, kHost, [&] {
    return std::make_unique<PcieMachine>(kHost, scenario, DmaNeeds{*asked.window, node, addresses});
  });
  DmaIf& device = *asked.interface == "dma" ? static_cast<DmaIf&>(machine->dma0) : machine->dma0.commands();
  const Iova window = addresses == BusAddresses::direct ? Iova(machine->window.at().raw()) : Iova{};
  workload::Driver driver(1);
  const auto bench = building(scenario, "workload", [&] {
    return std::make_unique<workload::PcieBench>(
        asked, workload::PcieBenchEnd{device, machine->memory, PcieMachine::kDevice, window,
                                        machine->window.at(), machine->core_of(node)},
        scenario.seed(), driver);
  });
  bench->start();
  run_to_end();
  const bool latency = asked.test->rfind("lat", 0) == 0;
  const workload::Measured& measured = bench->result();
  PointResult result = result_of({*asked.size, latency ? "latency" : "bandwidth", interval_of(*asked.test)}, measured);
  if (latency)
    result.metrics.push_back({"command_time", "from one submission to the next", "ps", 0,
                              measured.elapsed().raw() / measured.operations, measured.operations, {}});
  return result;
}

}  // namespace viosim::platform
