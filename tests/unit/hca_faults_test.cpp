#include <catch2/catch.hpp>

#include "support/hca_rig.h"

using namespace viosim;
using namespace viosim::test;
using hca_abi::Opcode;
using hca_abi::Syndrome;

namespace {

/// What a single bad post ends in: its own completion, then the flush of a good one behind it.
void check_bad(HcaRig& rig, const HcaNode::Post& bad, Syndrome expected) {
  rig.connect();
  rig.a.post(bad);
  rig.a.post(rig.write(8));
  rig.run(microseconds(40));
  const auto done = rig.a.poll();
  REQUIRE(done.size() == 2);
  CHECK(done[0].error);
  CHECK(done[0].syndrome == expected);
  CHECK(done[0].index == 0);
  CHECK(done[1].syndrome == Syndrome::flushed);
  CHECK(rig.a.hca.state(rig.a.qp) == QpState::error);
}

/// Three good posts, `bad`, two good ones behind it, one doorbell for all.
void check_bad_behind_good(HcaRig& rig, HcaNode::Post bad, Syndrome expected) {
  rig.connect();
  for (int i = 0; i < 6; ++i) {
    HcaNode::Post w = i == 3 ? bad : rig.write(3000);
    w.ring = i == 5;
    rig.a.post(w);
  }
  rig.run(microseconds(40));
  const auto done = rig.a.poll();
  REQUIRE(done.size() == 6);
  for (std::size_t i = 0; i < 6; ++i) {
    INFO(i);
    CHECK(done[i].index == i);
    CHECK(done[i].error == (i >= 3));
    if (i >= 3) CHECK(done[i].syndrome == (i == 3 ? expected : Syndrome::flushed));
  }
  CHECK(rig.a.hca.state(rig.a.qp) == QpState::error);
}

}  // namespace

TEST_CASE("a bad WQE behind good ones fails alone and flushes those behind it", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  rig.a.fill(rig.a.buffer, 3000, 1);
  HcaNode::Post bad = rig.write(64);
  bad.lkey ^= 0x100;
  check_bad_behind_good(rig, bad, Syndrome::local_protection);
  CHECK(rig.same(3000));
  CHECK(rig.ab.seen == 6);  // two packets of each good one
}

TEST_CASE("a WQE that the peer refuses behind good ones fails alone and flushes those behind it", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  HcaNode::Post bad = rig.write(64);
  bad.rkey ^= 0x100;
  check_bad_behind_good(rig, bad, Syndrome::remote_access);
  CHECK(rig.b.counter("naks") == 1);
}

TEST_CASE("a bad lkey is a local protection error", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  HcaNode::Post w = rig.write(64);
  w.lkey ^= 0x100;
  check_bad(rig, w, Syndrome::local_protection);
  CHECK(rig.ab.seen == 0);
}

TEST_CASE("a range that wraps around the address space is a local protection error", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  HcaNode::Post w = rig.write(4096);
  w.local = ~std::uint64_t{0} - 100;
  check_bad(rig, w, Syndrome::local_protection);
}

TEST_CASE("a read into memory without local write is a local protection error", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  HcaNode::Post w = rig.write(64);
  w.opcode = Opcode::rdma_read;
  w.lkey = rig.a.registered(0, rig.a.buffer, 4096, {false, true, true, true}).lkey.value;
  check_bad(rig, w, Syndrome::local_protection);
}

TEST_CASE("payload that the host does not give is a local protection error", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  rig.a.host.hole = rig.a.buffer + 4096;
  rig.a.host.hole_end = rig.a.buffer + 8192;
  check_bad(rig, rig.write(10000), Syndrome::local_protection);
}

TEST_CASE("an unknown opcode and a WQE beyond its stride are QP operation errors", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  HcaNode::Post w = rig.write(8);
  w.opcode = static_cast<Opcode>(0x1d);
  check_bad(rig, w, Syndrome::local_qp_operation);
  rig.a.create(0);
  rig.b.create(0);
  rig.connect();
  rig.a.build(rig.write(8));
  hca_abi::put<std::uint32_t>(rig.a.host.at(rig.a.send_ring, 16), 4, 0x3f);
  rig.a.ring_doorbell();
  rig.run(microseconds(20));
  const auto done = rig.a.poll();
  REQUIRE(done.size() == 1);
  CHECK(done[0].syndrome == Syndrome::local_qp_operation);
}

TEST_CASE("a message beyond a gigabyte is a local length error", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  check_bad(rig, rig.write((1u << 30) + 1), Syndrome::local_length);
}

TEST_CASE("a bad rkey is a remote access error on both sides, and nothing is written", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  HcaNode::Post w = rig.write(64);
  rig.a.fill(rig.a.buffer, 64, 3);
  w.remote += (1 << 20) - 63;
  check_bad(rig, w, Syndrome::remote_access);
  CHECK(rig.b.hca.state(rig.b.qp) == QpState::error);
  CHECK(rig.b.counter("naks") == 1);
  for (const std::byte b : rig.b.host.at(rig.b.buffer + (1 << 20) - 63, 63)) CHECK(b == std::byte{0});
}

TEST_CASE("a region's bounds hold inside its pages too", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  HcaNode::Post w = rig.write(64);
  w.remote += 128;
  w.rkey = rig.b.registered(0, rig.b.buffer + 100, 91).rkey.value;  // one byte short
  check_bad(rig, w, Syndrome::remote_access);
}

TEST_CASE("a stale key names nothing", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  const HcaNode::Post w = rig.write(64);
  rig.b.hca.dereg_mr(0, rig.b.keys.lkey);
  rig.b.keys = rig.b.registered(0, rig.b.buffer, 4096);
  CHECK(rig.b.keys.rkey.value != w.rkey);
  check_bad(rig, w, Syndrome::remote_access);
}

TEST_CASE("a send longer than the receive is an invalid request, the receive says local length", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  HcaNode::Post w = rig.write(64);
  w.opcode = Opcode::send;
  rig.b.post_receive(rig.b.buffer, 32, rig.b.keys.lkey.value);
  rig.b.post_receive(rig.b.buffer, 32, rig.b.keys.lkey.value);
  check_bad(rig, w, Syndrome::remote_invalid_request);
  const auto got = rig.b.poll();
  REQUIRE(got.size() == 2);
  CHECK(got[0].syndrome == Syndrome::local_length);
  CHECK(got[1].syndrome == Syndrome::flushed);
}

TEST_CASE("a ring that the host does not give is a catastrophic event", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  rig.connect();
  rig.a.host.hole = rig.a.send_ring;
  rig.a.host.hole_end = rig.a.send_ring + 4096;
  rig.a.ring_doorbell();
  rig.run(microseconds(20));
  CHECK(rig.a.hca.state(rig.a.qp) == QpState::error);
  CHECK(std::to_integer<int>(rig.a.host.at(rig.a.eq_ring, 32)[1]) == hca_abi::kEqeQpCatastrophic);
}

TEST_CASE("a read source that the host does not give is a remote operation error", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  rig.b.host.hole = rig.b.buffer;
  rig.b.host.hole_end = rig.b.buffer + 4096;
  HcaNode::Post w = rig.write(64);
  w.opcode = Opcode::rdma_read;
  check_bad(rig, w, Syndrome::remote_operation);
}

TEST_CASE("a completion queue that overflows reports it and stops its queue pairs", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  rig.a.create(0, 4);
  rig.connect();
  for (int i = 0; i < 4; ++i) rig.a.post(rig.write(8));
  rig.run(microseconds(20));
  CHECK(rig.a.poll().size() == 4);  // read before the next ones come
  for (int i = 0; i < 5; ++i) rig.a.post(rig.write(8));
  rig.run(microseconds(20));
  CHECK(rig.a.counter("cqes") == 8);
  CHECK(rig.a.hca.state(rig.a.qp) == QpState::error);
  CHECK(std::to_integer<int>(rig.a.host.at(rig.a.eq_ring, 32)[1]) == hca_abi::kEqeCqError);
}

TEST_CASE("hostile doorbells are counted and change nothing", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  rig.connect();
  std::uint64_t bad = 0, x = 12345;
  for (int i = 0; i < 20000; ++i) {
    x = x * 6364136223846793005u + 1442695040888963407u;
    const std::uint64_t offset = (x >> 20) & 0x3fff;
    Buffer b = Buffer::make(Bytes(std::int64_t{1} << ((x >> 40) % 9)));
    for (std::byte& c : b.bytes()) c = static_cast<std::byte>((x = x * 6364136223846793005u + 1) >> 56);
    rig.a.write(offset, b);
    ++bad;
  }
  rig.a.bdf = Bdf{0x101};  // the virtual function rings the physical one's queue pair
  rig.a.ring_doorbell();
  ++bad;
  CHECK(rig.a.counter("bad_doorbells") > bad * 9 / 10);
  CHECK(rig.a.counter("doorbells") == 0);
  rig.a.bdf = Bdf{0x100};
  rig.a.post(rig.write(8));
  rig.run(microseconds(20));
  CHECK(rig.a.poll().size() == 1);
}

TEST_CASE("hostile rings end in errors, never elsewhere", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  std::uint64_t x = 99;
  for (int round = 0; round < 300; ++round) {
    if (round > 0) {
      rig.a.hca.reset_qp(rig.a.qp);
      rig.b.hca.reset_qp(rig.b.qp);
    }
    QpConnection c;
    c.timeout = 1;
    c.retry_count = 1;
    rig.connect(c);
    for (std::size_t i = 0; i < 1024; i += 8) {
      x = x * 6364136223846793005u + 1442695040888963407u;
      std::memcpy(rig.a.host.at(rig.a.send_ring + i, 8).data(), &x, 8);
    }
    const Opcode ops[] = {Opcode::rdma_write, Opcode::send, Opcode::rdma_read, Opcode::atomic_cs};
    for (std::size_t i = 0; i < 4; ++i) {
      const auto wqe = rig.a.host.at(rig.a.send_ring + i * 256, 16);
      hca_abi::put<std::uint32_t>(wqe, 0, static_cast<std::uint32_t>(ops[(x >> (33 + 2 * i)) % 4]));
      hca_abi::put<std::uint32_t>(wqe, 4, static_cast<std::uint32_t>(x >> (40 + i)) % 20);
    }
    hca_abi::put<std::uint32_t>(rig.b.host.at(rig.b.receive_record, 4), 0, static_cast<std::uint32_t>(x >> 13));
    rig.a.ring_doorbell();
    rig.run(microseconds(round % 7 + 1));
    rig.a.ring_doorbell();
    rig.run(microseconds(60));
    rig.a.poll();
    rig.b.poll();
  }
  rig.a.create(0);
  rig.b.create(0);
  rig.connect();
  rig.a.post(rig.write(8));
  rig.run(microseconds(20));
  CHECK(rig.a.poll().size() == 1);
}

TEST_CASE("virtual functions have no BlueFlame, their own objects and requester id", "[hca][unit]") {
  Simulation sim;
  HcaRig rig;
  const MrKeys foreign = rig.a.keys;
  rig.a.create(1);
  CHECK(rig.a.hca.function(1).blueflame == Bytes(0));
  CHECK(rig.a.hca.function(0).blueflame == Bytes(256));
  rig.connect();
  rig.a.post_blueflame(rig.write(8, true));
  CHECK(rig.a.counter("bad_doorbells") == 1);
  rig.a.ring_doorbell();
  rig.run(microseconds(10));
  CHECK(rig.a.poll().size() == 1);
  for (const auto& l : rig.a.host.landed) CHECK(l.requester == Bdf{0x101});
  HcaNode::Post w = rig.write(8);
  w.lkey = foreign.lkey.value;
  rig.a.post(w);
  rig.run(microseconds(10));
  const auto done = rig.a.poll();
  REQUIRE(done.size() == 1);
  CHECK(done[0].syndrome == Syndrome::local_protection);
  CHECK_FALSE(rig.a.hca.reg_mr(0, rig.a.pd, Gva(0), Bytes(4096), {}, std::vector{Iova(0)}));
}
