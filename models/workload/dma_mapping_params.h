// Parameters of a dma-mapping run.
#pragma once
#include <string>

#include "kernel/param.h"

namespace viosim::workload {

struct DmaMappingParams {
  Param<std::string> mapping, direction;
  Param<Bytes> size;
  Param<Count> buffers, iterations, warm_up;
  Param<Cycles> look;

  explicit DmaMappingParams(ParamReader& in)
      : mapping(in.choice("mapping", "a buffer is mapped for each transfer, or all were mapped before the first one",
                          {"each", "persistent"})),
        direction(in.choice("direction", "what the device does with a buffer", {"read", "write"})),
        size(in.get<Bytes>("size", "of a transfer, from the beginning of a page on", 1, 1 << 20)),
        buffers(in.get<Count>("buffers", "buffers that take turns", 1, 1 << 16)),
        iterations(in.get<Count>("iterations", "transfers that are measured", 1)),
        warm_up(in.get<Count>("warm_up", "transfers before them")),
        look(in.get<Cycles>("look", "one look at the word that says that the transfer is done", 1)) {}
};

}  // namespace viosim::workload
