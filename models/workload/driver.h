// Stops the simulation when all parties of a workload have done their part.
#pragma once
#include <cstdint>

#include "kernel/scheduler.h"

namespace viosim::workload {

class Driver {
 public:
  explicit Driver(unsigned parties) : left_(parties) {}
  /// A party is done; the last one stops the simulation.
  void done() {
    if (left_ > 0 && --left_ == 0) scheduler().stop();
  }
  bool finished() const { return left_ == 0; }

 private:
  unsigned left_;
};

}  // namespace viosim::workload
