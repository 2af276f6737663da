// Parameters of a memory-walk run.
#pragma once
#include <string>

#include "kernel/param.h"

namespace viosim::workload {

struct MemoryWalkParams {
  Param<Bytes> working_set, page;
  Param<std::string> pattern;
  Param<Count> iterations, warm_up, update_interval;
  Param<Cycles> loop;

  explicit MemoryWalkParams(ParamReader& in)
      : working_set(in.get<Bytes>("working_set", "memory that the loads go round, a multiple of 64 B", 64,
                                  std::int64_t{1} << 36)),
        page(in.one_of<Bytes>("page", "page size of the process", {4096, 2 << 20, 1 << 30})),
        pattern(in.choice("pattern", "which line is next", {"random", "sequential"})),
        iterations(in.get<Count>("iterations", "loads that are measured", 1)),
        warm_up(in.get<Count>("warm_up", "loads before them, after one load of every page")),
        update_interval(in.get<Count>("update_interval",
                                      "before every so many loads the page is unmapped and mapped again; 0: never")),
        loop(in.get<Cycles>("loop", "a load that depends on the one before, all caches holding it")) {}
};

}  // namespace viosim::workload
