// A context of the hypervisor on a core of its own that runs nothing but interrupt handlers.
#pragma once
#include "kernel/task.h"
#include "protocols/exec.h"

namespace viosim::hypervisor {

/// Sleeps for ever; `never` is an event that nobody notifies. For cores that no other software drives: a context
/// takes interrupts while it polls, sleeps or halts.
inline Process idle_world(Exec& on, Event& never) {
  for (;;) co_await on.sleep(never);
}

}  // namespace viosim::hypervisor
