#include <catch2/catch.hpp>

#include "support/perftest_bench.h"

using namespace viosim;
using namespace viosim::workload;

TEST_CASE("write latency: half of two one-way trips", "[workload][timing]") {
  PerftestBench b(perftest_params());
  const Measured& r = b.run();
  CHECK(b.end == Scheduler::End::stopped);
  REQUIRE(r.complete);
  // One way: loop 10 + post 100 + wire 1000; the own completion comes at 1300 after the post, the peer's data
  // 1115 later than ours: 10 + 100 + 1300 + 50 (poll) = 1460 is over when the flag arrives at 2230 + looks.
  // The server posts the answer at once but still polls until its own completion: 1300 + 50 after its post.
  CHECK(r.samples.count() == 100);
  CHECK(r.account.operations() == 100);
  CHECK(r.account.residual() == kZeroTime);
  CHECK(r.samples.min() == r.samples.max());
  CHECK(r.samples.max() == (1'110'000 + 5'000));
  CHECK(r.divisor == 2);
  CHECK(r.account.total() == picoseconds(100 * 2 * 1'115'000));
  CHECK(b.spent(Cause::LinkPropagation) == 100 * 2'000'000);
  CHECK(b.spent(Cause::Execute) == 100 * 2 * 115'000);
  CHECK(b.spent(Cause::PollGap) == 0);
  CHECK(r.elapsed() == picoseconds(100 * 2 * 1'115'000));
}

TEST_CASE("read latency: a round trip", "[workload][timing]") {
  PerftestBench b(perftest_params().set("operation", "read"));
  const Measured& r = b.run();
  REQUIRE(r.complete);
  CHECK(r.samples.count() == 100);
  CHECK(r.samples.min() == 10'000 + 100'000 + 1'300'000 + 50'000);
  CHECK(r.samples.max() == r.samples.min());
  CHECK(r.account.residual() == kZeroTime);
  CHECK(b.spent(Cause::AckWait) == 100 * 300'000);
}

TEST_CASE("send latency: the receive is polled, and the own completion first", "[workload][timing]") {
  PerftestBench b(perftest_params().set("operation", "send"));
  const Measured& r = b.run();
  REQUIRE(r.complete);
  CHECK(r.samples.count() == 100);
  CHECK(r.samples.min() == r.samples.max());
  CHECK(r.samples.max() == 10'000 + 100'000 + 1'000'000 + 50'000);
  CHECK(r.account.residual() == kZeroTime);
}

TEST_CASE("send latency by events takes an event a completion at least", "[workload][timing]") {
  PerftestBench b(perftest_params().set("operation", "send").set("completion", "event"));
  const Measured& r = b.run();
  REQUIRE(r.complete);
  CHECK(r.account.residual() == kZeroTime);
  CHECK(b.client_verbs.events_taken >= 2 * 111);
}

TEST_CASE("more iterations than a byte counts", "[workload][timing]") {
  PerftestBench b(perftest_params().set("iterations", "600"));
  const Measured& r = b.run();
  REQUIRE(r.complete);
  CHECK(r.samples.count() == 600);
  CHECK(r.samples.max() == 1'115'000);
}

TEST_CASE("a core whose look is longer shifts half a round trip by the look", "[workload][perturbation]") {
  PerftestBench b(perftest_params().set("look", "25 cycles"));
  CHECK(b.run().samples.max() == 1'135'000);
}
