// Runs the benchmarks, then prints the ratios that matter, all taken in this one run.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

namespace {

/// Keeps each benchmark's best rate: noise of a shared machine only slows down.
class Best : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      const auto rate = run.counters.find("per_second");
      if (run.run_type != Run::RT_Iteration || run.error_occurred || rate == run.counters.end()) continue;
      const std::string& args = run.run_name.args;
      const std::string name = run.run_name.function_name + (args.empty() ? "" : "/" + args);
      best_[name] = std::max<double>(best_[name], rate->second);
    }
  }
  void ratio(const char* text, const std::string& a, const std::string& b, const char* aim) const {
    if (best_.count(a) == 0 || best_.count(b) == 0) {
      std::printf("%-58s not measured (%s)\n", text, best_.count(a) == 0 ? a.c_str() : b.c_str());
      return;
    }
    std::printf("%-58s %6.2f   aim: %s\n", text, best_.at(a) / best_.at(b), aim);
  }
  void rate(const char* text, const std::string& name, const char* aim) const {
    if (best_.count(name) == 0) return;
    std::printf("%-58s %6.2f   aim: %s\n", text, best_.at(name) * 1e-6, aim);
  }

 private:
  std::map<std::string, double> best_;
};

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  Best reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  std::printf("\nratios of this run (best of the repetitions)\n");
  reporter.ratio("round trips a second: native write 64 B / ns-3 UDP echo 64 B", "BM_ping_pong", "BM_ns3_udp_echo",
                 "at least 5");
  for (const char* pending : {"1", "8", "64", "512"})
    reporter.ratio((std::string("timed waits a second: hold / SC_METHOD, pending ") + pending).c_str(),
                   std::string("BM_waits_viosim/") + pending, std::string("BM_waits_sc_method/") + pending,
                   "at least 2");
  reporter.ratio("run without the ledger / run with it", "BM_ping_pong_no_ledger", "BM_ping_pong", "at most 1.15");
  reporter.ratio("scheduler of its own / one SystemC event a wait", "BM_ping_pong", "BM_ping_pong_systemc",
                 "above 1");
  reporter.ratio("DMA reads a second: window of 64 MB / of 64 KB", "BM_dma_read_64MB", "BM_dma_read", "about 1");
  reporter.ratio("DMA reads a second, all miss: window of 1 GB / of 64 MB", "BM_dma_read_iotlb_miss_1GB",
                 "BM_dma_read_iotlb_miss", "about 1");
  reporter.ratio("cycles a second of the WQE engine: in the loop / bare", "BM_wqe_engine_in_loop", "BM_wqe_engine_bare",
                 "at least 0.6");
  reporter.ratio("cycles a second of the RV32 core: in the loop / bare", "BM_control_core_in_loop", "BM_control_core",
                 "at least 0.6");
  reporter.ratio("round trips a second beside a sleeping processor: RTL / ISS", "BM_ping_pong_beside_rtl",
                 "BM_ping_pong_beside_iss", "at least 0.98");
  std::printf("\nmillions a second of host time\n");
  reporter.rate("DMA reads of 64 B, IOMMU off", "BM_dma_read", "at least 1");
  reporter.rate("DMA reads of 64 B, every access missing in the IOTLB", "BM_dma_read_iotlb_miss", "at least 0.5");
  reporter.rate("instructions of a control processor", "BM_control_hart", "at least 100");
  reporter.rate("cycles of a control processor as RTL, bare", "BM_control_core", "at least 1");
  reporter.rate("DMA reads of 64 B, every access in the device's TLB", "BM_dma_read_ats", "at least 1");
  return 0;
}
