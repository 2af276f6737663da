// What the guest's VMCI driver and its vRDMA driver cost, exits excepted (those follow from the accesses).
#pragma once
#include "kernel/param.h"

namespace viosim::guest {

struct VmciDriverParams {
  Param<Cycles> datagram, notification, link;
  Param<Count> result_reads;

  explicit VmciDriverParams(ParamReader& in)
      : datagram(in.get<Cycles>("datagram", "send of a datagram: lock, interrupts off, header")),
        notification(in.get<Cycles>("notification", "notification interrupt: entry, tasklet, bitmap scan, return")),
        link(in.get<Cycles>("doorbell_callback", "callback of a doorbell that was found set")),
        result_reads(in.get<Count>("result_reads", "reads of RESULT_LOW after a datagram", 1, 2)) {}
};

struct VrdmaParams {
  Param<Cycles> post_send, post_receive, poll_empty, poll_success, get_event, ack_event;

  explicit VrdmaParams(ParamReader& in)
      : post_send(in.get<Cycles>("post_send", "post_send without its doorbell")),
        post_receive(in.get<Cycles>("post_receive", "post_recv without its doorbell")),
        poll_empty(in.get<Cycles>("poll_empty", "look into an empty ring")),
        poll_success(in.get<Cycles>("poll_success", "a completion taken out of the ring")),
        get_event(in.get<Cycles>("get_event", "ibv_get_cq_event with the event at hand")),
        ack_event(in.get<Cycles>("ack_event", "ibv_ack_cq_events")) {}
};

}  // namespace viosim::guest
