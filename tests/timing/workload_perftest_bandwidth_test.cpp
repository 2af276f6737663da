#include <catch2/catch.hpp>

#include "support/perftest_bench.h"

using namespace viosim;
using namespace viosim::workload;

namespace {
LiteralParams bandwidth() { return perftest_params().set("test", "bandwidth"); }
}  // namespace

TEST_CASE("bandwidth: the core is the limit when the window is wide", "[workload][timing]") {
  PerftestBench b(bandwidth().set("tx_depth", "64").set("iterations", "1000"));
  const Measured& r = b.run();
  REQUIRE(r.complete);
  CHECK(r.operations == 1000);
  CHECK(r.samples.count() == 1000);
  CHECK(r.account.residual() == kZeroTime);
  CHECK(b.client_verbs.most_under_way <= 64);
  // A post is 110 ns, a poll for up to 16 is 50 ns.
  CHECK(r.message_rate() < 1e9 / 110);
  CHECK(r.message_rate() > 1e9 / 170);
  CHECK(r.gigabits() == Approx(r.message_rate() * 64 / 1e9));
}

TEST_CASE("bandwidth: one at a time is a round trip each", "[workload][timing]") {
  PerftestBench b(bandwidth().set("tx_depth", "1"));
  const Measured& r = b.run();
  REQUIRE(r.complete);
  CHECK(r.elapsed() == picoseconds(100 * 1'460'000));
  CHECK(r.samples.min() == 1'460'000);
  CHECK(r.samples.max() == 1'460'000);
  CHECK(r.account.residual() == kZeroTime);
}

TEST_CASE("bandwidth: moderation signals every n-th and the last", "[workload][timing]") {
  PerftestBench b(bandwidth().set("cq_moderation", "4").set("iterations", "102"));
  const Measured& r = b.run();
  REQUIRE(r.complete);
  CHECK(r.samples.count() == 26);
  CHECK(r.account.operations() == 26);
  CHECK(r.account.residual() == kZeroTime);
  CHECK(b.client_verbs.most_under_way <= 8);
}

TEST_CASE("bandwidth: moderation is never more than the window", "[workload][timing]") {
  PerftestBench b(bandwidth().set("cq_moderation", "100"));
  REQUIRE(b.run().complete);
  CHECK(b.test.result().samples.count() == 13);  // every 8th of 100, and the last
}

TEST_CASE("bandwidth of sends: receives are posted again", "[workload][timing]") {
  PerftestBench b(bandwidth().set("operation", "send").set("iterations", "300"));
  const Measured& r = b.run();
  CHECK(b.end == Scheduler::End::stopped);
  REQUIRE(r.complete);
  CHECK(r.account.residual() == kZeroTime);
}

TEST_CASE("bandwidth of reads by events", "[workload][timing]") {
  PerftestBench b(bandwidth().set("operation", "read").set("completion", "event"));
  const Measured& r = b.run();
  REQUIRE(r.complete);
  CHECK(r.account.residual() == kZeroTime);
  CHECK(b.client_verbs.events_taken > 0);
}
