// Parameters of a control-verbs run.
#pragma once
#include <string>

#include "kernel/param.h"

namespace viosim::workload {

struct ControlVerbsParams {
  Param<std::string> verb;
  Param<Bytes> size;
  Param<Count> depth, iterations, warm_up;

  explicit ControlVerbsParams(ParamReader& in)
      : verb(in.choice("verb", "queue_pair: create, connect, destroy; memory_region: register, deregister",
                       {"queue_pair", "memory_region"})),
        size(in.get<Bytes>("size", "of the memory region", 1, std::int64_t{1} << 34)),
        depth(in.get<Count>("depth", "work requests of each queue of the queue pair", 1, 16384)),
        iterations(in.get<Count>("iterations", "operations that are measured", 1)),
        warm_up(in.get<Count>("warm_up", "operations before them")) {}
};

}  // namespace viosim::workload
