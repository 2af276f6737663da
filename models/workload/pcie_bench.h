// Models: the tests of pcie-bench (LAT_RD, LAT_WRRD, BW_RD, BW_WR, BW_RDWR) by a device's software: a window of host
//   memory cut into units of whole cache lines, accessed in order or at random, each worker with one transfer under way.
// Not modelled: instructions of the device's software one by one (`loop` stands for them); its clock's resolution.
//
// Operations of the ledger: a transfer (LAT_WRRD: both), from its submission to its signal. Window: from the end of the
// last transfer of the warm-up to the end of the last one; what ends in between counts. BW_RDWR: operations are pairs.
#pragma once
#include <memory>
#include <vector>

#include "kernel/random.h"
#include "protocols/dma.h"
#include "protocols/mem.h"
#include "workload/driver.h"
#include "workload/measured.h"
#include "workload/pcie_bench_params.h"

namespace viosim::workload {

/// What the device's software has to do with: the window as the device and as the host see it.
struct PcieBenchEnd {
  DmaIf& device;
  MemoryIf& memory;
  Bdf requester;
  Iova window;
  Hpa at;
  unsigned core;  ///< that warms the caches, beside the window
};

class PcieBench {
 public:
  /// std::invalid_argument when not one transfer fits the window or a page (4 KB) cannot hold it.
  PcieBench(const PcieBenchParams& params, PcieBenchEnd end, std::uint64_t seed, Driver& driver);

  /// Fills caches as asked, then starts the workers.
  void start();
  const Measured& result() const { return result_; }

 private:
  struct Worker : Waiter {
    PcieBench* bench;
    Time began;
    bool second;         ///< LAT_WRRD: the read
    DmaRequest request;
  };
  bool is(const char* test) const { return *params_.test == test; }
  Time warm();
  void next(Worker& worker);
  void submit(Worker& worker, bool read);
  void finished(Worker& worker);
  void count(Worker& worker);
  void conclude();
  void sleep(Worker& worker, Time until);

  PcieBenchParams params_;
  PcieBenchEnd end_;
  Driver& driver_;
  Stream places_;
  Bytes unit_;
  std::int64_t units_, unit_now_ = 0, started_ = 0, ended_ = 0;
  const std::int64_t first_, last_;  // transfers up to the end of the warm-up, and of the test
  bool latency_, sequential_, write_read_;
  int reads_;                  // of each two transfers
  std::vector<std::unique_ptr<Worker>> workers_;
  Measured result_;
};

}  // namespace viosim::workload
