// All that a part of kind "host" declares.
#pragma once
#include "host/core_params.h"
#include "host/memory_params.h"

namespace viosim::host {

struct HostParams {
  MemoryParams memory;
  CoreParams core;
  explicit HostParams(ParamReader& in) : memory(in), core(in) {}
};

}  // namespace viosim::host
