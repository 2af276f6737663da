// Cycles a second of host time of a control processor as RTL, bare: a core that runs the checksum of
// control_hart_bench.cpp out of RAM, without clock, ledger and devices.
#include <benchmark/benchmark.h>

#include <chrono>
#include <stdexcept>

#include "checksum_program.h"
#include "child.h"
#include "protocols/control_memory.h"
#include "rtl_bridge/rv32_core_pins.h"

namespace viosim::bench {
namespace {

constexpr std::uint64_t kCycles = 2'000'000;

void BM_control_core(benchmark::State& state) {
  rate_of(state, [] {
    MemoryMap memory;
    place_checksum(memory);
    rtl_bridge::Rv32CorePins pins("core");
    pins.reset(kBase);
    rtl_bridge::Rv32CorePins::Inputs in;
    std::uint64_t retired = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (std::uint64_t i = 0; i < kCycles; ++i) {
      pins.drive(in);
      const auto fetch = pins.instruction(), data = pins.data();
      pins.edge(i);
      retired += pins.trace().valid;
      in.instruction.valid = fetch.valid;
      in.data.valid = data.valid;
      if (fetch.valid) memory.load(fetch.address, 4, in.instruction.value);
      if (!data.valid) continue;
      if (data.write) memory.store(data.address, data.size, data.value);
      else memory.load(data.address, data.size, in.data.value);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (retired < kCycles / 4) throw std::runtime_error("the core does not run");
    return Rate{static_cast<double>(kCycles), took.count()};
  });
}
BENCHMARK(BM_control_core)->UseManualTime()->Iterations(1)->Repetitions(3);

}  // namespace
}  // namespace viosim::bench
