#include "platform/simulate.h"

#include <array>
#include <chrono>
#include <stdexcept>
#include <string>

#include "kernel/task.h"
#include "platform/scenario.h"
#include "platform/simulate_kinds.h"

namespace viosim::platform {
namespace {

struct WorkloadKind {
  std::string_view kind;
  PointResult (*simulate)(Scenario&);
};
constexpr std::array kWorkloads = {
    WorkloadKind{"perftest", simulate_perftest},
    WorkloadKind{"pcie-bench", simulate_pcie_bench},
    WorkloadKind{"memory-walk", simulate_memory_walk},
};

PointResult simulate_workload(Scenario& scenario) {
  const Instance& asked = *scenario.find("workload");
  std::string kinds;
  for (const WorkloadKind& w : kWorkloads) {
    if (w.kind == asked.kind.name) return w.simulate(scenario);
    kinds += (kinds.empty() ? "" : ", ") + std::string(w.kind);
  }
  throw ScenarioError(asked.kind.position, "workload.kind", "\"" + asked.kind.name + "\" is no workload", kinds);
}

}  // namespace

void run_to_end() {
  if (scheduler().run_until(Time::never()) == Scheduler::End::stopped) {
    scheduler().drop_pending();  // while those live that it belongs to
    return;
  }
  std::string waiting;
  for (const ProcessList* p = ProcessList::all().next; p != &ProcessList::all(); p = p->next)
    waiting += std::string(waiting.empty() ? "" : ", ") + p->name;
  throw std::runtime_error("nothing is left to happen at " + std::to_string(now().ps()) +
                           " ps and the workload is not done; processes that wait: " + waiting);
}

PointResult simulate(Scenario& scenario, const RunOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  Simulation simulation(options.scheduler == SchedulerChoice::systemc ? Scheduler::Mode::systemc
                                                                      : Scheduler::Mode::fast);
  simulation.ledger.enable(options.ledger);
  PointResult result = simulate_workload(scenario);
  const auto wall = std::chrono::steady_clock::now() - begin;
  result.wall_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(wall).count();
  return result;
}

}  // namespace viosim::platform
