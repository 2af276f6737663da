#include <catch2/catch.hpp>

#include "support/hca_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

/// ps between completions of a long stream of writes of `n` bytes.
std::int64_t interval(HcaRig& rig, std::uint64_t n) {
  constexpr int kDepth = 32, kCount = 640;
  Time first, last;
  int done = 0, posted = 0;
  rig.a.host.keep = rig.b.host.keep = false;
  for (int step = 0; done < kCount; ++step) {
    while (posted < kCount && posted - done < kDepth) {
      rig.a.post(rig.write(n));
      ++posted;
    }
    rig.run(nanoseconds(200));
    const int before = done;
    done += static_cast<int>(rig.a.poll().size());
    if (before < kCount / 4 && done >= kCount / 4) first = now();
    if (done >= kCount) last = now();
    REQUIRE(step < 100000);
  }
  return (last - first).raw() / (kCount - kCount / 4);
}

}  // namespace

TEST_CASE("small messages go at the message interval", "[hca][analytic]") {
  Simulation sim;
  HcaRig rig;
  rig.connect();
  const std::int64_t ps = interval(rig, 8);
  CHECK(ps > 178'000);
  CHECK(ps < 184'000);
}

TEST_CASE("large packets go at the datapath's rate when nothing else is slower", "[hca][analytic]") {
  Simulation sim;
  HcaRig rig(hca_literals().set("datapath_clock", "250 MHz").set("send_window", "256"));
  QpConnection c;
  c.mtu = Bytes(4096);
  rig.connect(c);
  const std::int64_t ps = interval(rig, 65536);  // 4096 words of 4 ns
  CHECK(ps > 16'300'000);
  CHECK(ps < 16'700'000);
}

TEST_CASE("timers follow the specification's tables", "[hca][analytic]") {
  CHECK(hca::HcaTiming::ack_timeout(0) == kZeroTime);
  CHECK(hca::HcaTiming::ack_timeout(14) == picoseconds(67'108'864'000));
  CHECK(hca::HcaTiming::rnr_timer(0) == microseconds(655'360));
  CHECK(hca::HcaTiming::rnr_timer(12) == microseconds(640));
  CHECK(hca::HcaTiming::rnr_timer(31) == microseconds(491'520));
  CHECK(hca::HcaTiming::packets(0, Bytes(2048)) == 1);
  CHECK(hca::HcaTiming::packets(2048, Bytes(2048)) == 1);
  CHECK(hca::HcaTiming::packets(2049, Bytes(2048)) == 2);
  CHECK(hca::psn_distance(0xffffff, 0) == 1);
  CHECK(hca::psn_distance(0, 0xffffff) == -1);
  const LiteralParams literals = hca_literals();
  LiteralParams in = literals;
  const hca::HcaParams params(in);
  CHECK(hca::HcaTiming(params).crossing(Bytes(17)) == nanoseconds(2));
}

TEST_CASE("the context cache drops what was not used for longest", "[hca][analytic]") {
  hca::ContextCache cache("cache", Count(4), Count(2));
  cache.fill(0);
  cache.fill(2);
  CHECK(cache.hit(0));
  cache.fill(4);
  CHECK(cache.hit(0));
  CHECK_FALSE(cache.hit(2));
  CHECK(cache.hit(4));
  cache.fill(1);
  CHECK(cache.hit(1));
  cache.drop(1);
  CHECK_FALSE(cache.hit(1));
}

TEST_CASE("a working set beyond the translation cache misses once a line of eight pages", "[hca][analytic]") {
  Simulation sim;
  HcaRig rig(hca_literals().set("mtt_cache", "64").set("cache_ways", "8"));
  rig.connect();
  rig.a.post(rig.write(1 << 20));  // 256 pages
  rig.run(microseconds(2000));
  CHECK(rig.a.counter("mtt_misses") == 32);
  CHECK(rig.b.counter("mtt_misses") == 32);
  CHECK(rig.a.counter("mpt_misses") == 1);
  CHECK(rig.a.counter("qp_misses") == 1);
}
