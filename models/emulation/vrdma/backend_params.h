// What the hypervisor's vRDMA back end costs, without the verbs calls that it makes (the verbs stack's own).
#pragma once
#include <string>

#include "kernel/param.h"

namespace viosim::emulation {

struct BackendParams {
  Param<std::string> completion_proxy;
  Param<Cycles> command, notice, work, poll, completion;
  Param<Count> completion_entries;

  explicit BackendParams(ParamReader& in)
      : completion_proxy(in.choice("completion_proxy", "who moves completions into the guest's ring",
                                   {"poll_exit", "interrupt", "dedicated_poller"})),
        command(in.get<Cycles>("command", "a set-up command: checked, carried out, answered")),
        notice(in.get<Cycles>("notice", "a doorbell of a work queue: QP looked up, index checked")),
        work(in.get<Cycles>("work", "a work request: checked, keys translated, verbs request built")),
        poll(in.get<Cycles>("poll", "a doorbell of a CQ: looked up")),
        completion(in.get<Cycles>("completion", "a completion: QP looked up, entry built for the guest")),
        completion_entries(in.get<Count>("completion_entries", "entries of the physical CQ of a virtual machine", 1,
                                         1 << 20)) {}
};

}  // namespace viosim::emulation
