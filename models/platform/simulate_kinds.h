// What each kind of workload needs built around it, and how it is run.
#pragma once
#include "platform/result.h"

namespace viosim::platform {

class Scenario;

/// Two hosts, a fabric, RDMA in one of its ways.
PointResult simulate_perftest(Scenario& scenario);
/// The same hosts; the client's process makes and unmakes queue pairs or memory regions.
PointResult simulate_control_verbs(Scenario& scenario);
/// One host, a process on its core 0 or in a guest there.
PointResult simulate_memory_walk(Scenario& scenario);

/// One host and a programmable device on its PCI Express.
PointResult simulate_pcie_bench(Scenario& scenario);
/// The same with a driver on core 0 that maps for the device.
PointResult simulate_dma_mapping(Scenario& scenario);

/// Runs until the workload stops the simulation. Throws std::runtime_error that names who waits, and what holds work
/// back and why, when nothing is left to happen before or no operation ends any more.
void run_to_end();

}  // namespace viosim::platform
