// A perftest between two stubs.
#pragma once
#include "support/literal_params.h"
#include "support/stub_verbs.h"
#include "workload/perftest.h"

namespace viosim::workload {

inline LiteralParams perftest_params() {
  return LiteralParams{{"operation", "write"}, {"test", "latency"}, {"completion", "polling"}, {"size", "8 B"},
                       {"mtu", "2048 B"},      {"inline_limit", "0 B"}, {"iterations", "100"}, {"warm_up", "10"},
                       {"tx_depth", "8"},      {"rx_depth", "16"},  {"cq_moderation", "1"},    {"loop", "10 cycles"},
                       {"look", "5 cycles"},   {"verify", "true"}};
}

struct PerftestBench {
  explicit PerftestBench(LiteralParams in)
      : test(PerftestParams(in), {client, client_verbs}, {server, server_verbs}, driver) {
    client_verbs.peer = &server_verbs;
    server_verbs.peer = &client_verbs;
  }
  const Measured& run() {
    test.start();
    end = scheduler().run_until(Time() + microseconds(1'000'000));
    return test.result();
  }
  std::int64_t spent(Cause cause) const {
    std::int64_t sum = 0;
    for (const StackRow& row : test.result().account.rows())
      if (row.cause == cause) sum += row.total.raw();
    return sum;
  }
  Simulation sim;
  StubExec client{"client"}, server{"server"};
  StubVerbs client_verbs{"client.wire", client}, server_verbs{"server.wire", server};
  Driver driver{1};
  Perftest test;
  Scheduler::End end{};
};

}  // namespace viosim::workload
