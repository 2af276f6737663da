// One point of a run, simulated. The only door between the results' side and the models' side of this room.
#pragma once
#include <filesystem>
#include <optional>

#include "kernel/quantity.h"
#include "platform/result.h"

namespace viosim::platform {

class Scenario;

enum class SchedulerChoice { fast, systemc };  ///< own event queue, or one SystemC event a wait

/// What `viosim trace` wants: trace.json and the waves of RTL blocks, of a stretch behind the opening of the measured window.
struct TraceRequest {
  std::filesystem::path folder;
  Duration from, length;
};

struct RunOptions {
  SchedulerChoice scheduler = SchedulerChoice::fast;
  bool ledger = true;  ///< false: nothing is accounted for, to measure what the ledger costs
  bool gate_clocks = true;  ///< false: clocks of RTL blocks run while these are quiescent, too
  std::optional<TraceRequest> trace = {};
};

/// Builds the scenario's system, runs its workload and hands over what was measured. Once a process: SystemC
/// holds one simulation. Everything is filled in but `labels`, `resolved_toml` and `digest`, which the caller
/// takes from the scenario. Throws ScenarioError for what is wrong in the scenario; anything else thrown is an
/// error of the simulation.
PointResult simulate(Scenario& scenario, const RunOptions& options);

}  // namespace viosim::platform
