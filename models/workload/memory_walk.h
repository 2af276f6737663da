// Models: one thread whose every load waits for the one before (pointer chasing), over a working set of pages: random
//   lines, or one line after the other; now and then its operating system unmaps and maps the page it goes to.
// Not modelled: what the loads read (the order is drawn, not stored), loads side by side, stores.
// Operation of the ledger: one load, from the end of the one before, with the update of the page if there is one.
// Causes: Execute = loop; all others belong to what translates and holds the memory.
#pragma once
#include "kernel/random.h"
#include "protocols/virtual_memory.h"
#include "workload/driver.h"
#include "workload/measured.h"
#include "workload/memory_walk_params.h"

namespace viosim::workload {

class MemoryWalk {
 public:
  /// Throws std::invalid_argument for a working set of no whole lines.
  MemoryWalk(const MemoryWalkParams& params, VirtualMemoryIf& memory, std::uint64_t seed, Driver& driver);

  /// Reserves the memory (std::length_error when there is too little) and starts. A fault ends the simulation by
  /// std::runtime_error.
  void start();
  const Measured& result() const { return result_; }

 private:
  Process run();
  Gva next();
  void check(Gva at, PageFault fault) const;

  MemoryWalkParams params_;
  VirtualMemoryIf& memory_;
  Driver& driver_;
  Stream random_;
  bool is_random_;
  std::int64_t lines_, line_ = 0;
  Gva base_;
  Measured result_;
};

}  // namespace viosim::workload
