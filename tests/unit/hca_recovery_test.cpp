#include <catch2/catch.hpp>

#include "support/hca_rig.h"

using namespace viosim;
using namespace viosim::test;
using hca_abi::Opcode;
using hca_abi::Syndrome;

namespace {

QpConnection impatient() {
  QpConnection c;
  c.timeout = 3;  // 32.8 us
  c.min_rnr_timer = 1;
  return c;
}

/// Writes, sends, reads and atomics over wires with `fault`: everything arrives once, in order.
void check_all(const std::function<bool(IbPacket&, Duration&)>& fault) {
  HcaRig rig;
  rig.connect(impatient());
  rig.ab.fault = rig.ba.fault = fault;
  rig.a.fill(rig.a.buffer, 30000, 1);
  rig.b.fill(rig.b.buffer + 400000, 30000, 2);
  std::size_t completions = 0, received = 0;
  for (int round = 0; round < 40; ++round) {
    HcaNode::Post w = rig.write(30000);
    rig.a.post(w);
    w.opcode = Opcode::send;
    w.length = 5000;
    w.local += 1000;
    rig.b.post_receive(rig.b.buffer + 100000, 8192, rig.b.keys.lkey.value);
    rig.a.post(w);
    w.opcode = Opcode::rdma_read;
    w.length = 30000;
    w.local = rig.a.buffer + 200000;
    w.remote = rig.b.buffer + 400000;
    rig.a.post(w);
    w.opcode = Opcode::atomic_fa;
    w.length = 8;
    w.local = rig.a.buffer + 300000;
    w.remote = rig.b.buffer + 500000;
    w.swap_add = 1;
    rig.a.post(w);
    rig.run(microseconds(2000));
    for (const Completion& c : rig.a.poll()) {
      CHECK_FALSE(c.error);
      CHECK(c.index == completions);
      ++completions;
    }
    for (const Completion& c : rig.b.poll()) received += !c.error && c.bytes == 5000;
  }
  CHECK(completions == 160);
  CHECK(received == 40);
  CHECK(rig.same(30000));
  CHECK(std::ranges::equal(rig.a.host.at(rig.a.buffer + 1000, 5000), rig.b.host.at(rig.b.buffer + 100000, 5000)));
  CHECK(std::ranges::equal(rig.a.host.at(rig.a.buffer + 200000, 30000), rig.b.host.at(rig.b.buffer + 400000, 30000)));
  CHECK(std::to_integer<int>(rig.b.host.at(rig.b.buffer + 500000, 1)[0]) == 40);  // each once
  CHECK(std::to_integer<int>(rig.a.host.at(rig.a.buffer + 300000, 1)[0]) == 39);
  CHECK(rig.a.counter("retransmissions") > 0);
}

std::uint64_t roll() {
  static std::uint64_t x = 1;
  return (x = x * 6364136223846793005u + 1442695040888963407u) >> 33;
}

}  // namespace

TEST_CASE("lost packets are sent again, the data intact", "[hca][unit]") {
  Simulation sim;
  check_all([](IbPacket&, Duration&) { return roll() % 30 != 0; });
}

TEST_CASE("corrupt packets are dropped and sent again", "[hca][unit]") {
  Simulation sim;
  check_all([](IbPacket& p, Duration&) { p.corrupt = roll() % 30 == 0; return true; });
}

TEST_CASE("reordered packets are put right", "[hca][unit]") {
  Simulation sim;
  check_all([](IbPacket&, Duration& d) { if (roll() % 30 == 0) d += microseconds(3); return true; });
}

TEST_CASE("duplicates change nothing", "[hca][unit]") {
  Simulation sim;
  check_all([](IbPacket&, Duration& d) { if (roll() % 40 == 0) d += microseconds(50); return true; });
}

TEST_CASE("retries exhausted: the work fails and is flushed", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  QpConnection c = impatient();
  c.retry_count = 2;
  rig.connect(c);
  rig.ab.fault = [](IbPacket&, Duration&) { return false; };
  rig.a.post(rig.write(8));
  rig.a.post(rig.write(8));
  rig.b.post_receive(rig.b.buffer, 8, rig.b.keys.lkey.value);
  rig.run(microseconds(200));
  const auto done = rig.a.poll();
  REQUIRE(done.size() == 2);
  CHECK(done[0].syndrome == Syndrome::transport_retry_exceeded);
  CHECK(done[1].syndrome == Syndrome::flushed);
  CHECK(rig.a.counter("timeouts") == 3);
  rig.a.post(rig.write(8));
  rig.run(microseconds(20));
  const auto late = rig.a.poll();
  REQUIRE(late.size() == 1);
  CHECK(late[0].syndrome == Syndrome::flushed);
  CHECK(late[0].index == 2);
}

TEST_CASE("RNR retries exhausted", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  QpConnection c = impatient();
  c.rnr_retry = 2;
  rig.connect(c);
  HcaNode::Post w = rig.write(8);
  w.opcode = Opcode::send;
  rig.a.post(w);
  rig.run(microseconds(200));
  const auto done = rig.a.poll();
  REQUIRE(done.size() == 1);
  CHECK(done[0].syndrome == Syndrome::rnr_retry_exceeded);
  CHECK(rig.b.counter("rnr") == 3);
}

TEST_CASE("a reset in the middle of traffic starts over", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  for (int round = 0; round < 60; ++round) {
    rig.connect(impatient());
    HcaNode::Post w = rig.write(20000);
    w.opcode = round % 2 != 0 ? Opcode::rdma_read : Opcode::rdma_write;
    for (int i = 0; i < 8; ++i) rig.a.post(w);
    rig.run(nanoseconds(100 + 170 * round));
    rig.a.hca.reset_qp(rig.a.qp);
    rig.b.hca.reset_qp(rig.b.qp);
    rig.a.sends = 0;
    for (std::uint32_t i = 0; i < HcaNode::kEntries; ++i)
      hca_abi::put<std::uint32_t>(rig.a.host.at(rig.a.send_ring + i * rig.a.stride, 16), 0, ~0u);
  }
  rig.run(microseconds(50));
  rig.a.poll();
  rig.connect(impatient());
  rig.a.post(rig.write(8));
  rig.run(microseconds(20));
  CHECK(rig.a.poll().size() == 1);
}
