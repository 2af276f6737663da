// DMA reads of 64 bytes a second of host time: untranslated, with every access missing in the IOTLB, in a small window and in
// one a thousand times as large; with every access in the device's own TLB.
#include <benchmark/benchmark.h>

#include "child.h"
#include "platform/catalogue.h"
#include "platform/scenario.h"
#include "platform/simulate.h"

namespace viosim::bench {
namespace {

constexpr std::int64_t kReads = 1'000'000;

Rate reads(const char* mapping, const char* window) {
  const platform::RunFile run = platform::RunFile::load(VIOSIM_SCENARIOS, "pcie-bandwidth-window");
  std::vector<platform::Override> changes;
  const auto set = [&](const std::string& text) {
    changes.push_back(platform::Override::parse(text, static_cast<std::uint32_t>(changes.size()) + 1));
  };
  set("workload.iterations=" + std::to_string(kReads));
  set("workload.cache=cold");
  set(std::string("workload.mapping=") + mapping);
  set(std::string("workload.window=") + window);
  set("host0.iommu0.largest_page=4 KB");
  platform::Scenario scenario(run, run.points().front(), changes, platform::catalogue());
  const platform::PointResult result = platform::simulate(scenario, {});
  return {static_cast<double>(kReads), static_cast<double>(result.wall_ns) * 1e-9};
}

void measure(benchmark::State& state, const char* mapping, const char* window) {
  rate_of(state, [=] { return in_child([=] { return reads(mapping, window); }); });
}

void BM_dma_read(benchmark::State& state) { measure(state, "direct", "64 KB"); }
void BM_dma_read_64MB(benchmark::State& state) { measure(state, "direct", "64 MB"); }
void BM_dma_read_iotlb_miss(benchmark::State& state) { measure(state, "iommu", "64 MB"); }
void BM_dma_read_iotlb_miss_1GB(benchmark::State& state) { measure(state, "iommu", "1 GB"); }
void BM_dma_read_ats(benchmark::State& state) { measure(state, "ats", "64 KB"); }
BENCHMARK(BM_dma_read)->UseManualTime()->Iterations(1)->Repetitions(3);
BENCHMARK(BM_dma_read_64MB)->UseManualTime()->Iterations(1)->Repetitions(3);
BENCHMARK(BM_dma_read_iotlb_miss)->UseManualTime()->Iterations(1)->Repetitions(3);
BENCHMARK(BM_dma_read_iotlb_miss_1GB)->UseManualTime()->Iterations(1)->Repetitions(3);
BENCHMARK(BM_dma_read_ats)->UseManualTime()->Iterations(1)->Repetitions(3);

}  // namespace
}  // namespace viosim::bench
