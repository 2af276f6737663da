// Round trips a second of host time: native RDMA Write of 64 bytes, polling, two hosts and a switch; and what the
// ledger and the SystemC kernel cost in it. ns-3 beside it, if the machine has it.
#include <benchmark/benchmark.h>

#include "child.h"
#include "platform/catalogue.h"
#include "platform/scenario.h"
#include "platform/simulate.h"

namespace viosim::bench {
namespace {

constexpr std::int64_t kRoundTrips = 300'000;

Rate ping_pong(const platform::RunOptions& options) {
  const platform::RunFile run = platform::RunFile::load(VIOSIM_SCENARIOS, "rdma-write-latency");
  const std::vector<platform::Override> changes = {
      platform::Override::parse("workload.iterations=" + std::to_string(kRoundTrips), 1),
      platform::Override::parse("workload.verify=false", 2)};
  for (const platform::Point& point : run.points()) {
    if (point.labels != std::vector<std::pair<std::string, std::string>>{{"path", "native"}, {"size", "64 B"}}) continue;
    platform::Scenario scenario(run, point, changes, platform::catalogue());
    const platform::PointResult result = platform::simulate(scenario, options);
    return {static_cast<double>(kRoundTrips), static_cast<double>(result.wall_ns) * 1e-9};
  }
  throw std::runtime_error("no such point");
}

void measure(benchmark::State& state, platform::RunOptions options) {
  rate_of(state, [options] { return in_child([options] { return ping_pong(options); }); });
}

void BM_ping_pong(benchmark::State& state) { measure(state, {}); }
void BM_ping_pong_no_ledger(benchmark::State& state) {
  platform::RunOptions options;
  options.ledger = false;
  measure(state, options);
}
void BM_ping_pong_systemc(benchmark::State& state) {
  platform::RunOptions options;
  options.scheduler = platform::SchedulerChoice::systemc;
  measure(state, options);
}
BENCHMARK(BM_ping_pong)->UseManualTime()->Iterations(1)->Repetitions(5);
BENCHMARK(BM_ping_pong_no_ledger)->UseManualTime()->Iterations(1)->Repetitions(5);
BENCHMARK(BM_ping_pong_systemc)->UseManualTime()->Iterations(1)->Repetitions(2);
#ifdef VIOSIM_NS3
void BM_ns3_udp_echo(benchmark::State& state) {
  rate_of(state, [] { return of_program(VIOSIM_NS3); });
}
BENCHMARK(BM_ns3_udp_echo)->UseManualTime()->Iterations(1)->Repetitions(3);
#endif

}  // namespace
}  // namespace viosim::bench
