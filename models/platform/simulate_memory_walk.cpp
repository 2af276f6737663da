// Loads by virtual address on one host: natively, under nested tables, under shadow paging.
#include <memory>
#include <optional>

#include "host/host_params.h"
#include "platform/guest_machine.h"
#include "platform/result_of_simulation.h"
#include "platform/simulate_kinds.h"
#include "virt/mmu.h"
#include "workload/memory_walk.h"

namespace viosim::platform {
namespace {

constexpr const char* kHost = "esx0";

/// What of a host the workload meets: memory, one core, its translation, and a guest if there is one.
class WalkHost : public sc_core::sc_module {
 public:
  explicit WalkHost(Scenario& scenario)
      : sc_module(sc_core::sc_module_name(kHost)),
        params_(scenario.params<host::HostParams>(kHost)),
        memory_("memory", params_.memory),
        core0_("core0", params_.core, memory_, 0) {
    const std::string path(kHost);
    const virt::PagingParams paging = scenario.params<virt::PagingParams>(path + ".paging");
    std::optional<virt::Mmu::Guest> guest;
    if (*paging.mode != "native") {
      building(scenario, path + ".vm0", [&] { guest_.emplace(scenario, path, memory_, core0_); });
      guest.emplace(virt::Mmu::Guest{guest_->vcpu, guest_->memory});
    }
    building(scenario, path + ".mmu0", [&] {
      mmu_.emplace(path + ".mmu0", scenario.params<virt::MmuParams>(path + ".mmu0"), paging, core0_, memory_, guest);
    });
  }
  VirtualMemoryIf& memory() { return *mmu_; }

 private:
  host::HostParams params_;
  host::Memory memory_;
  host::Context core0_;
  std::optional<GuestMachine> guest_;
  std::optional<virt::Mmu> mmu_;
};

}  // namespace

PointResult simulate_memory_walk(Scenario& scenario) {
  for (const char* needed : {"esx0", "esx0.mmu0", "esx0.paging"})
    if (scenario.find(needed) == nullptr)
      throw ScenarioError(scenario.root().position, needed, "is missing", "a host with its mmu0 and paging");
  const auto host = building(scenario, kHost, [&] { return std::make_unique<WalkHost>(scenario); });
  const auto asked = scenario.params<workload::MemoryWalkParams>("workload");
  workload::Driver driver(1);
  const auto walk = building(scenario, "workload", [&] {
    auto made = std::make_unique<workload::MemoryWalk>(asked, host->memory(), scenario.seed(), driver);
    made->start();
    return made;
  });
  run_to_end();
  PointResult result = result_of({*asked.working_set, "mean_latency", "load by virtual address"}, walk->result());
  // Loads are of a few sorts, hits and misses: the typical one hides the others, the mean shows what a program feels.
  Metric& latency = result.metrics.front();
  latency.name = result.headline;
  latency.value = latency.spread->mean;
  return result;
}

}  // namespace viosim::platform
