// What the hypervisor's verbs layer costs on top of its provider.
#pragma once
#include "kernel/param.h"

namespace viosim::hypervisor {

struct VerbsStackParams {
  Param<Cycles> post, poll, completion, arm;
  Param<Duration> register_page;
  Param<Frequency> clock;

  explicit VerbsStackParams(ParamReader& in)
      : post(in.get<Cycles>("post", "ib_post_send and ib_post_recv: handle checked, provider called")),
        poll(in.get<Cycles>("poll", "ib_poll_cq: handle checked, provider called")),
        completion(in.get<Cycles>("completion", "a completion: its QP's number turned into the stack's")),
        arm(in.get<Cycles>("arm", "ib_req_notify_cq")),
        register_page(in.get<Duration>("register_page", "registration of one 4 KB page: pinned, mapped, written")),
        clock(in.get<Frequency>("clock", "of the core on which register_page was measured")) {}
};

}  // namespace viosim::hypervisor
