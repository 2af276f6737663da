#include "platform/simulate.h"

#include <array>
#include <chrono>
#include <stdexcept>
#include <string>

#include "kernel/starving.h"
#include "kernel/task.h"
#include "platform/scenario.h"
#include "platform/simulate_kinds.h"
#include "platform/trace.h"
#include "platform/units.h"
#include "rtl_bridge/rtl_clock.h"

namespace viosim::platform {
namespace {

struct WorkloadKind {
  std::string_view kind;
  PointResult (*simulate)(Scenario&);
};
constexpr std::array kWorkloads = {
    WorkloadKind{"perftest", simulate_perftest},
    WorkloadKind{"control-verbs", simulate_control_verbs},
    WorkloadKind{"pcie-bench", simulate_pcie_bench},
    WorkloadKind{"dma-mapping", simulate_dma_mapping},
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

/// Simulated time without the end of an operation after which a run counts as hung: a bound of the program, no parameter of
/// a system. The longest silence of a sound one is a connection that is given up: 8 tries, each of up to 4 times the timeout
/// of 4.096 us x 2^14 (IBA vol. 1, 9.7.6.1.3 and 11.6.2), 2.2 s. A warm-up longer than this would be taken for one, too.
constexpr Duration kPatience = microseconds(60'000'000);

/// However a run ends: what is still under way goes while those live that it belongs to.
struct DropPending {
  ~DropPending() { scheduler().drop_pending(); }
};

}  // namespace

void run_to_end() {
  const DropPending at_the_end;
  std::uint64_t closed = 0;
  Scheduler::End end = scheduler().run_until(now() + kPatience);
  while (end == Scheduler::End::limit && ledger().closed() != closed) {
    closed = ledger().closed();
    end = scheduler().run_until(now() + kPatience);
  }
  if (end == Scheduler::End::stopped) return;
  const std::string what =
      end == Scheduler::End::idle
          ? "nothing is left to happen at " + std::to_string(scheduler().quiet_since().ps()) + " ps"
          : "no operation has ended for the last " + format_quantity(Dimension::duration, kPatience.raw());
  std::string waiting;
  for (const ProcessList* p = ProcessList::all().next; p != &ProcessList::all(); p = p->next)
    waiting += std::string(waiting.empty() ? "" : ", ") + p->name;
  const std::string held = Starving::all();
  throw std::runtime_error(what + " and the workload is not done; processes that wait: " + waiting +
                           (held.empty() ? "" : "; held back: " + held));
}

PointResult simulate(Scenario& scenario, const RunOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  Simulation simulation(options.scheduler == SchedulerChoice::systemc ? Scheduler::Mode::systemc
                                                                      : Scheduler::Mode::fast);
  simulation.ledger.enable(options.ledger);
  rtl_bridge::RtlClock::gate(options.gate_clocks);
  std::optional<Trace> trace;
  if (options.trace) simulation.ledger.watch(&trace.emplace(*options.trace));
  PointResult result = simulate_workload(scenario);
  if (trace) trace->write();
  const auto wall = std::chrono::steady_clock::now() - begin;
  result.wall_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(wall).count();
  return result;
}

}  // namespace viosim::platform
