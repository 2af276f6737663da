// What the monitor's emulation of the VMCI device costs, beyond the exit itself.
#pragma once
#include "kernel/param.h"

namespace viosim::emulation {

struct VmciParams {
  Param<Cycles> register_access, decode, hypercall, notify;

  explicit VmciParams(ParamReader& in)
      : register_access(in.get<Cycles>("register_access", "emulation of one register read or write")),
        decode(in.get<Cycles>("decode", "a datagram: taken from the string, header checked, routed")),
        hypercall(in.get<Cycles>("hypercall", "dispatch of a hypercall to its handler")),
        notify(in.get<Cycles>("notify", "a notification: doorbell looked up, interrupt requested")) {}
};

}  // namespace viosim::emulation
