#pragma once
#include <string>

#include "kernel/param.h"

namespace viosim::platform {

struct FirmwareParams {
  Param<std::string> firmware;
  Param<Bytes> ram;

  explicit FirmwareParams(ParamReader& in)
      : firmware(in.choice("firmware", "ELF file of its program; built-in: the one that comes with viosim", {})),
        ram(in.get<Bytes>("ram", "memory of the processor, program and data", 4096, 16 << 20)) {}
};

}  // namespace viosim::platform
