// What the driver's side of a command costs: only read where commands go to firmware.
#pragma once
#include <string>

#include "kernel/param.h"

namespace viosim::guest {

struct Mlx4CommandParams {
  Param<std::string> command_completion;
  Param<Cycles> command_post, command_look, command_wake, command_mailbox, register_page;
  Param<Duration> command_timeout;

  explicit Mlx4CommandParams(ParamReader& in)
      : command_completion(in.choice("command_completion", "how the driver learns of a command's end",
                                     {"poll", "event"})),
        command_post(in.get<Cycles>("command_post", "a command's way to the register and its result's way back, "
                                    "without the accesses")),
        command_look(in.get<Cycles>("command_look", "between two looks at the command register", 1)),
        command_wake(in.get<Cycles>("command_wake", "mlx4_cmd_event in the interrupt handler: finds and wakes the waiter")),
        command_mailbox(in.get<Cycles>("command_mailbox", "allocating and freeing a mailbox, without clearing it")),
        register_page(in.get<Cycles>("register_page", "pinning a page of memory that is registered, and its place in the list")),
        command_timeout(in.get<Duration>("command_timeout", "how long the driver waits for a command", 1)) {}
};

}  // namespace viosim::guest
