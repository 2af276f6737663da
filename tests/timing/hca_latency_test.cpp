#include <catch2/catch.hpp>

#include "support/hca_rig.h"

using namespace viosim;
using namespace viosim::test;

TEST_CASE("an inline write lands at the sum of its stages, each with its cause", "[hca][timing]") {
  Simulation sim;
  HcaRig rig;
  rig.connect();
  rig.a.post_blueflame(rig.write(28, true), Op::open(now()));
  rig.run(microseconds(5));
  REQUIRE(rig.b.host.landed.size() == 1);
  // QP context at a 500 + 50 (its first use), then 2 words at 1 ns, 100, wire 300, 2 + 200, contexts at b: QP, key,
  // page 550 each, write 10.
  CHECK(rig.b.host.landed[0].at == Time(0) + nanoseconds(550 + 2 + 100 + 300 + 2 + 200 + 3 * 550 + 10));
}

TEST_CASE("with warm contexts an inline write takes pipelines, datapath, wire", "[hca][timing]") {
  Simulation sim;
  HcaRig rig;
  rig.connect();
  rig.a.post_blueflame(rig.write(28, true));
  rig.run(microseconds(20));
  rig.b.host.landed.clear();
  rig.a.host.landed.clear();
  const Time start = now();
  rig.a.post_blueflame(rig.write(28, true), Op::open(start));
  const std::uint64_t before = scheduler().events();
  rig.run(microseconds(20));
  CHECK(scheduler().events() - before <= 16);  // both sides, memory and wire stubs included
  REQUIRE(rig.b.host.landed.size() == 1);
  CHECK(rig.b.host.landed[0].at == start + nanoseconds(2 + 100 + 300 + 2 + 200 + 10));
  Account out;
  ledger().close(rig.b.host.landed[0].op, start, out);
  CHECK(out.residual() == kZeroTime);
  CHECK(spent(out, Cause::Pipeline) == 304'000);
  CHECK(spent(out, Cause::LinkPropagation) == 300'000);
  CHECK(spent(out, Cause::LinkSerialization) == 10'000);
  // The completion came back with the acknowledgement, which left when the data had been handed over.
  REQUIRE(rig.a.host.landed.size() == 1);
  CHECK(rig.a.host.landed[0].at == start + nanoseconds(614 + 100 + 300 + 200 + 10));
  Account back;
  ledger().close(rig.a.host.landed[0].op, start, back);
  CHECK(back.residual() == kZeroTime);
  CHECK(spent(back, Cause::Pipeline) == 604'000);
}

TEST_CASE("a doorbell write pays the fetch and the gather", "[hca][timing]") {
  Simulation sim;
  HcaRig rig;
  rig.connect();
  rig.a.post(rig.write(256));
  rig.run(microseconds(20));
  rig.b.host.landed.clear();
  const Time start = now();
  rig.a.post(rig.write(256), Op::open(start));
  rig.run(microseconds(20));
  REQUIRE(rig.b.host.landed.size() == 1);
  CHECK(rig.b.host.landed[0].at == start + nanoseconds(2 * 550 + 16 + 100 + 300 + 16 + 200 + 10));
  Account out;
  ledger().close(rig.b.host.landed[0].op, start, out);
  CHECK(out.residual() == kZeroTime);
  CHECK(spent(out, Cause::WqeFetch) == 50'000);
  CHECK(spent(out, Cause::DmaRead) == 50'000);
  CHECK(spent(out, Cause::LinkSerialization) == 2 * 500'000 + 10'000);
}

TEST_CASE("the last packet carries a message of several packets", "[hca][timing]") {
  Simulation sim;
  HcaRig rig;
  rig.connect();
  rig.a.post(rig.write(6144));
  rig.run(microseconds(20));
  rig.b.host.landed.clear();
  const Time start = now();
  rig.a.post(rig.write(6144), Op::open(start));
  rig.run(microseconds(20));
  // Three gathers at once, then 128 words each, one behind the other.
  const auto& last = rig.b.host.landed.back();
  CHECK(last.at == start + nanoseconds(2 * 550 + 3 * 128 + 100 + 300 + 128 + 200 + 10));
  Account out;
  ledger().close(last.op, start, out);
  CHECK(out.residual() == kZeroTime);
  CHECK(out.total() == last.at - start);
}

TEST_CASE("a lost packet costs the timer, charged as such", "[hca][timing]") {
  Simulation sim;
  HcaRig rig;
  QpConnection c;
  c.timeout = 3;
  rig.connect(c);
  rig.a.post_blueflame(rig.write(28, true));
  rig.run(microseconds(20));
  rig.b.host.landed.clear();
  bool first = true;
  rig.ab.fault = [&first](IbPacket&, Duration&) { return !std::exchange(first, false); };
  const Time start = now();
  rig.a.post_blueflame(rig.write(28, true), Op::open(start));
  rig.run(microseconds(100));
  REQUIRE(rig.b.host.landed.size() == 1);
  CHECK(rig.b.host.landed[0].at == start + nanoseconds(32768 + 614));
  Account out;
  ledger().close(rig.b.host.landed[0].op, start, out);
  CHECK(out.residual() == kZeroTime);
  CHECK(spent(out, Cause::RetransmitTimeout) == 32'768'000);
}
