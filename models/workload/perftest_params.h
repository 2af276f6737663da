// Parameters of a perftest run, by the names of its options.
#pragma once
#include <string>

#include "kernel/param.h"

namespace viosim::workload {

struct PerftestParams {
  Param<std::string> operation, test, completion;
  Param<Bytes> size, mtu, inline_limit;
  Param<Count> iterations, warm_up, tx_depth, rx_depth, cq_moderation;
  Param<Cycles> loop, look;
  Param<bool> verify;

  explicit PerftestParams(ParamReader& in)
      : operation(in.choice("operation", "what is posted", {"write", "read", "send"})),
        test(in.choice("test", "one at a time, or as many as the queue takes", {"latency", "bandwidth"})),
        completion(in.choice("completion", "spin on the CQ, or sleep until its event (-e)", {"polling", "event"})),
        size(in.get<Bytes>("size", "payload of an operation", 1, std::int64_t{1} << 30)),
        mtu(in.one_of<Bytes>("mtu", "path MTU", {256, 512, 1024, 2048, 4096})),
        inline_limit(in.get<Bytes>("inline_limit",
                                   "payloads up to this size are posted inline, as far as the provider grants it (-I)",
                                   0, 1024)),
        iterations(in.get<Count>("iterations", "operations that are measured", 1)),
        warm_up(in.get<Count>("warm_up", "operations before them")),
        tx_depth(in.get<Count>("tx_depth", "bandwidth: operations under way at most (-t)", 1, 16'384)),
        rx_depth(in.get<Count>("rx_depth", "send: receives that are posted ahead (-r)", 1, 16'384)),
        cq_moderation(in.get<Count>("cq_moderation", "bandwidth: one operation of so many is signalled (-Q)", 1)),
        loop(in.get<Cycles>("loop", "the test's own loop around a post: time stamp, counters")),
        look(in.get<Cycles>("look", "latency of writes: one look at the flag byte", 1)),
        verify(in.get<bool>("verify", "compare all bytes that arrived at the end")) {}
};

}  // namespace viosim::workload
