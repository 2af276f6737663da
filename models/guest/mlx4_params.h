// What libmlx4 and its kernel driver cost. Instruction counts were measured on the library's own code; what an
// instruction costs on a given core is one ratio.
#pragma once
#include <string>

#include "kernel/param.h"

namespace viosim::guest {

struct Mlx4Params {
  Param<double> cycles_per_instruction;
  Param<Count> post, post_remote, post_inline, post_inline_line, post_blueflame, post_blueflame_line, post_receive,
      poll_empty, poll_send, poll_receive, arm;
  Param<Cycles> locked, read_barrier, interrupt_handler, completion_handler, get_event, ack_event;
  Param<std::string> blueflame;

  explicit Mlx4Params(ParamReader& in)
      : cycles_per_instruction(in.get<double>("cycles_per_instruction", "core cycles an instruction of the library")),
        post(in.get<Count>("post", "instructions of post_send: SEND, one segment, doorbell")),
        post_remote(in.get<Count>("post_remote", "instructions for the remote address segment")),
        post_inline(in.get<Count>("post_inline", "more instructions when the payload goes inline, one line")),
        post_inline_line(in.get<Count>("post_inline_line", "instructions for each further inline line")),
        post_blueflame(in.get<Count>("post_blueflame", "more instructions for BlueFlame, one line")),
        post_blueflame_line(in.get<Count>("post_blueflame_line", "instructions for each further BlueFlame line")),
        post_receive(in.get<Count>("post_receive", "instructions of post_recv, one segment")),
        poll_empty(in.get<Count>("poll_empty", "instructions of poll_cq that finds nothing")),
        poll_send(in.get<Count>("poll_send", "instructions of poll_cq that finds a send completion")),
        poll_receive(in.get<Count>("poll_receive", "instructions of poll_cq that finds a receive completion")),
        arm(in.get<Count>("arm", "instructions of req_notify_cq")),
        locked(in.get<Cycles>("locked", "a locked operation: one a call, two with BlueFlame")),
        read_barrier(in.get<Cycles>("read_barrier", "lfence after an owner bit that was found valid")),
        interrupt_handler(in.get<Cycles>("interrupt_handler", "interrupt entry, mlx4_eq_int and return")),
        completion_handler(in.get<Cycles>("completion_handler", "tasklet and uverbs completion handler, an event")),
        get_event(in.get<Cycles>("get_event", "ibv_get_cq_event with the event at hand")),
        ack_event(in.get<Cycles>("ack_event", "ibv_ack_cq_events")),
        blueflame(in.choice("blueflame", "what goes by BlueFlame where the function has it",
                            {"inline_only", "always", "never"})) {}
};

}  // namespace viosim::guest
