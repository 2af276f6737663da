// Perftest between two hosts over an InfiniBand fabric.
#include <memory>

#include "platform/rdma_path.h"
#include "platform/rdma_system.h"
#include "platform/result_of_simulation.h"
#include "platform/scenario_building.h"
#include "platform/simulate_kinds.h"
#include "workload/perftest.h"

namespace viosim::platform {

PointResult simulate_perftest(Scenario& scenario) {
  RdmaSystem system(scenario);
  const auto asked = scenario.params<workload::PerftestParams>("workload");
  system.check_packets(*asked.mtu);
  RdmaPath &client = system.machine("esx0").path(), &server = system.machine("esx1").path();
  workload::Driver driver(1);
  const auto perftest = building(scenario, "workload", [&] {
    return std::make_unique<workload::Perftest>(asked, workload::PerftestEnd{client.exec(), client.verbs()},
                                                workload::PerftestEnd{server.exec(), server.verbs()}, driver);
  });
  perftest->start();
  run_to_end();
  const workload::Measured& measured = perftest->result();
  const bool latency = *asked.test == "latency";
  return result_of({*asked.size, latency ? "latency" : "bandwidth",
                    !latency ? "post to completion" : measured.divisor == 2 ? "half round trip" : "round trip"},
                   measured);
}

}  // namespace viosim::platform
