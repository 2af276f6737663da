#include <catch2/catch.hpp>

#include "support/hca_rig.h"

using namespace viosim;
using namespace viosim::test;
using hca_abi::Opcode;
using hca_abi::Syndrome;

TEST_CASE("an RDMA write moves its bytes and completes once", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  rig.connect();
  rig.a.fill(rig.a.buffer, 5000, 1);
  rig.a.post(rig.write(5000));
  rig.run(microseconds(20));
  CHECK(rig.same(5000));
  const auto done = rig.a.poll();
  REQUIRE(done.size() == 1);
  CHECK(done[0].send);
  CHECK_FALSE(done[0].error);
  CHECK(done[0].index == 0);
  CHECK(rig.a.counter("packets") == 3);
  CHECK(rig.b.poll().empty());
}

TEST_CASE("inline payload of several blocks comes through BlueFlame and through the ring", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  rig.connect();
  rig.a.fill(rig.a.buffer, 200, 3);
  rig.a.post_blueflame(rig.write(200, true));
  rig.run(microseconds(5));
  CHECK(rig.same(200));
  CHECK(rig.a.counter("blueflame_posts") == 1);
  CHECK(rig.a.counter("wqe_fetches") == 0);
  rig.a.fill(rig.a.buffer, 200, 9);
  rig.a.post(rig.write(200, true));
  rig.run(microseconds(5));
  CHECK(rig.same(200));
  CHECK(rig.a.poll().size() == 2);
}

TEST_CASE("a BlueFlame post of a WQE that was prefetched runs once", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  rig.connect();
  rig.a.post(rig.write(8));
  rig.a.post_blueflame(rig.write(8, true));  // in the ring as well before the first read looks there
  rig.a.post(rig.write(8));
  rig.run(microseconds(20));
  CHECK(rig.a.poll().size() == 3);
  CHECK(rig.ab.seen == 3);
}

TEST_CASE("a BlueFlame post overtakes the reads that guess at it, again and again", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  rig.connect();
  rig.a.post(rig.write(8, true));  // its contexts are at hand from now on
  rig.run(microseconds(10));
  std::size_t done = rig.a.poll().size();
  for (std::uint64_t round = 1; round <= 12; ++round) {
    rig.a.post(rig.write(8, true));
    rig.run(nanoseconds(800));  // it has left, and the ring is being looked at beyond it
    CHECK(rig.ab.seen == 2 * round);
    const std::uint64_t reads = rig.a.host.reads;
    rig.a.post_blueflame(rig.write(8, true));
    rig.run(nanoseconds(150));  // tx_pipeline and a bit
    CHECK(rig.ab.seen == 2 * round + 1);
    CHECK(rig.a.host.reads == reads);
    rig.run(microseconds(10));
    CHECK(rig.a.host.reads > reads);
    CHECK(rig.a.counter("blueflame_posts") == round);
    done += rig.a.poll().size();
  }
  CHECK(done == 25);
  CHECK(rig.ab.seen == 25);
}

TEST_CASE("many messages go by one doorbell, over several laps of the rings", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  rig.connect();
  std::size_t done = 0;
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 50; ++i) {
      HcaNode::Post w = rig.write(64);
      w.ring = i == 49;
      w.signaled = i % 10 == 9;
      rig.a.post(w);
    }
    rig.run(microseconds(100));
    done += rig.a.poll().size();
  }
  CHECK(done == 50);
  CHECK(rig.ab.seen == 500);
  CHECK(rig.a.counter("retransmissions") == 0);
}

TEST_CASE("sends take receive WQEs, without one the sender waits and tries again", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  QpConnection c;
  c.min_rnr_timer = 1;
  rig.connect(c);
  rig.a.fill(rig.a.buffer, 3000, 5);
  HcaNode::Post w = rig.write(3000);
  w.opcode = Opcode::send;
  rig.a.post(w);
  rig.run(microseconds(8));
  CHECK(rig.b.counter("rnr") == 1);
  CHECK(rig.a.poll().empty());
  rig.b.post_receive(rig.b.buffer, 4096, rig.b.keys.lkey.value);
  rig.run(microseconds(30));
  CHECK(rig.same(3000));
  const auto got = rig.b.poll();
  REQUIRE(got.size() == 1);
  CHECK_FALSE(got[0].send);
  CHECK(got[0].bytes == 3000);
  CHECK(rig.a.poll().size() == 1);
}

TEST_CASE("receive WQEs are fetched ahead, over several laps", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  rig.connect();
  HcaNode::Post w = rig.write(32, true);
  w.opcode = Opcode::send;
  std::size_t sent = 0, got = 0;
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 11; ++i) rig.b.post_receive(rig.b.buffer, 64, rig.b.keys.lkey.value);
    for (int i = 0; i < 11; ++i) rig.a.post_blueflame(w);
    rig.run(microseconds(50));
    sent += rig.a.poll().size();
    got += rig.b.poll().size();
  }
  CHECK(sent == 220);
  CHECK(got == 220);
  CHECK(rig.b.counter("rnr") == 0);
}

TEST_CASE("a read brings the peer's bytes", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  rig.connect();
  rig.b.fill(rig.b.buffer, 10000, 7);
  HcaNode::Post w = rig.write(10000);
  w.opcode = Opcode::rdma_read;
  rig.a.post(w);
  rig.a.post(rig.write(8, true));
  rig.run(microseconds(30));
  CHECK(std::ranges::equal(rig.a.host.at(rig.a.buffer + 8, 9992), rig.b.host.at(rig.b.buffer + 8, 9992)));
  const auto done = rig.a.poll();
  REQUIRE(done.size() == 2);
  CHECK(done[0].opcode == static_cast<std::uint8_t>(Opcode::rdma_read));
}

TEST_CASE("atomics return the original and change memory once", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  rig.connect();
  rig.b.host.at(rig.b.buffer, 8)[0] = std::byte{40};
  HcaNode::Post w = rig.write(8);
  w.opcode = Opcode::atomic_fa;
  w.swap_add = 2;
  rig.a.post(w);
  w.opcode = Opcode::atomic_cs;
  w.local += 8;
  w.compare = 42;
  w.swap_add = 7;
  rig.a.post(w);
  rig.run(microseconds(20));
  CHECK(rig.a.poll().size() == 2);
  CHECK(std::to_integer<int>(rig.a.host.at(rig.a.buffer, 1)[0]) == 40);
  CHECK(std::to_integer<int>(rig.a.host.at(rig.a.buffer + 8, 1)[0]) == 42);
  CHECK(std::to_integer<int>(rig.b.host.at(rig.b.buffer, 1)[0]) == 7);
}

TEST_CASE("an armed completion queue raises one event, one armed too late fires at once", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  rig.connect();
  rig.a.arm(0);
  rig.a.post(rig.write(8));
  rig.a.post(rig.write(8));
  rig.run(microseconds(20));
  CHECK(rig.a.host.messages == std::vector<std::uint32_t>{0x41});
  CHECK(rig.a.counter("cqes") == 2);
  CHECK(std::to_integer<int>(rig.a.host.at(rig.a.eq_ring, 32)[31]) == 0);
  rig.a.arm(1);
  rig.run(microseconds(1));
  CHECK(rig.a.host.messages.size() == 2);
  rig.a.arm(2);
  rig.run(microseconds(1));
  CHECK(rig.a.host.messages.size() == 2);
}
