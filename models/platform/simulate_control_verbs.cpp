// Control verbs of the client's host, one after the other.
#include "platform/rdma_path.h"
#include "platform/rdma_system.h"
#include "platform/result_of_simulation.h"
#include "platform/simulate_kinds.h"
#include "workload/control_verbs.h"

namespace viosim::platform {
namespace {

Metric mean(const char* name, const char* text, Duration all, std::int64_t operations) {
  return {name, text, "ps", 0, all.raw() / operations, operations, {}};
}

}  // namespace

PointResult simulate_control_verbs(Scenario& scenario) {
  RdmaSystem system(scenario);
  const auto asked = scenario.params<workload::ControlVerbsParams>("workload");
  RdmaPath& client = system.machine("esx0").path();
  if (system.machine("esx0").firmware == nullptr)
    throw ScenarioError(scenario.root().position, "fidelity.esx0.hca0.control",
                        "is tlm: control verbs take no time, there is nothing to measure", "iss or rtl");
  workload::Driver driver(1);
  workload::ControlVerbs verbs(asked, {client.exec(), client.verbs()}, driver);
  verbs.start();
  run_to_end();
  const workload::Measured& measured = verbs.result();
  const bool queue_pair = *asked.verb == "queue_pair";
  PointResult result = result_of({queue_pair ? Bytes{} : *asked.size, "latency",
                                  queue_pair ? "create, connect, destroy" : "register, deregister"},
                                 measured);
  const std::int64_t n = measured.operations;
  result.metrics.push_back(mean(queue_pair ? "create_time" : "register_time",
                                queue_pair ? "until the queue pair is in RTS, the mean" : "until the keys are there, the mean",
                                verbs.making(), n));
  result.metrics.push_back(mean(queue_pair ? "destroy_time" : "deregister_time", "of taking it away, the mean",
                                verbs.unmaking(), n));
  result.metrics.push_back({"operation_rate", "operations of one process, one after the other", "1/s", 0,
                            result.metric("message_rate")->value, n, {}});
  return result;
}

}  // namespace viosim::platform
