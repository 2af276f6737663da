// Instructions a second of host time that a control processor's simulator retires.
#include <benchmark/benchmark.h>

#include <chrono>

#include "checksum_program.h"
#include "child.h"
#include "control/hart.h"

namespace viosim::bench {
namespace {

constexpr std::uint64_t kInstructions = 200'000'000;

void BM_control_hart(benchmark::State& state) {
  rate_of(state, [] {
    MemoryMap memory;
    place_checksum(memory);
    control::Hart hart(memory, {});
    hart.reset(kBase);
    const auto begin = std::chrono::steady_clock::now();
    hart.run(kInstructions);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    return Rate{static_cast<double>(hart.retired()), took.count()};
  });
}
BENCHMARK(BM_control_hart)->UseManualTime()->Iterations(1)->Repetitions(3);

}  // namespace
}  // namespace viosim::bench
