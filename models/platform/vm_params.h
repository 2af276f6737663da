// A virtual machine as a scenario declares it.
#pragma once
#include "kernel/param.h"

namespace viosim::platform {

struct VmParams {
  Param<Bytes> memory, page;
  Param<bool> use_apicv, use_posted_interrupts;

  explicit VmParams(ParamReader& in)
      : memory(in.get<Bytes>("memory", "guest-physical memory, a multiple of 2 MB", std::int64_t{1} << 21,
                             std::int64_t{1} << 40)),
        page(in.get<Bytes>("page", "page size of the nested tables: 4 KB, 2 MB or 1 GB", 4096, 1 << 30)),
        use_apicv(in.get<bool>("use_apicv", "end of interrupt without exit; the processor must be able to")),
        use_posted_interrupts(in.get<bool>("use_posted_interrupts",
                                           "delivery into a running guest without exit; the processor must be able to")) {}
};

}  // namespace viosim::platform
