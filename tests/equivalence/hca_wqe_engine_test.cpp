// The HCA with its own WQE engine and with the RTL block, side by side under one stimulus.
#include <catch2/catch.hpp>

#include <random>

#include "rtl_bridge/hca_wqe_engine_rtl.h"
#include "support/hca_rig.h"
#include "support/laws.h"

using namespace viosim;
using namespace viosim::test;
using hca_abi::Opcode;
using hca_abi::Syndrome;

namespace {

struct Pair {
  explicit Pair(LiteralParams in = hca_literals())
      : tlm(in, "tlm_"), rtl(in, "rtl_"), engine("rtl_a.wqe_engine", hca::HcaParams(in)),
        engine_b("rtl_b.wqe_engine", hca::HcaParams(in)) {
    rtl.a.hca.use(engine);
    rtl.b.hca.use(engine_b);
    tlm.connect();
    rtl.connect();
  }
  template <class F>
  void both(F f) {
    f(tlm);
    f(rtl);
  }
  HcaRig tlm, rtl;
  rtl_bridge::HcaWqeEngineRtl engine, engine_b;
};

}  // namespace

TEST_CASE("one message through the RTL engine takes its declared cycles more", "[rtl_bridge][hca]") {
  Simulation simulation;
  Pair p;
  const auto completion = [](HcaRig& r) -> const StubHost::Landing& {
    for (const StubHost::Landing& l : r.a.host.landed)
      if (l.address >= r.a.cq_ring && l.address < r.a.cq_ring + 256 * 32) return l;
    throw std::logic_error("no completion");
  };
  for (const std::uint64_t size : {0, 2, 64, 130, 4096}) {
    for (const bool blueflame : {false, true}) {
      HcaRig::run(microseconds(30));
      const Time start = now();
      p.both([&](HcaRig& r) {
        r.a.fill(r.a.buffer, 8192, static_cast<unsigned>(size));
        r.a.host.landed.clear();
        HcaNode::Post w = r.write(size, blueflame && size <= 150 && size > 0);
        if (blueflame) r.a.post_blueflame(w, Op::open(now()));
        else r.a.post(w, Op::open(now()));
      });
      HcaRig::run(microseconds(30));
      CHECK(p.tlm.same(size));
      CHECK(p.rtl.same(size));
      Account tlm, rtl;
      ledger().close(completion(p.tlm).op, start, tlm);
      ledger().close(completion(p.rtl).op, start, rtl);
      const Duration later = completion(p.rtl).at - completion(p.tlm).at;
      CAPTURE(size, blueflame, later.raw());
      // Of 1 ns: a crossing each for doorbell, data, post; doorbell to read 1, what is there to its first packet 3, and one
      // for each beat beyond the first (an inline WQE of 64 and 130 bytes has two and three).
      const int beats = !blueflame || size < 64 || size > 150 ? 1 : size == 64 ? 2 : 3;
      CHECK(later == nanoseconds(blueflame ? 4 + beats - 1 : 6));
      CHECK(spent(rtl, Cause::ClockCrossing) == (blueflame ? 1000 : 2000));
      Duration moved;
      for (const CauseInfo& c : kCauses) {
        const Cause cause = static_cast<Cause>(&c - kCauses.data());
        const Duration more(spent(rtl, cause) - spent(tlm, cause));
        INFO(c.name);
        if (cause == Cause::Pipeline || cause == Cause::ClockCrossing) moved += more;
        else CHECK(more == kZeroTime);
      }
      CHECK(moved == later);
      check_laws(rtl);
    }
  }
}

TEST_CASE("streams over the RTL engine: the same completions, data and order", "[rtl_bridge][hca]") {
  Simulation simulation;
  Pair p;
  std::mt19937 random(5);
  std::size_t done_tlm = 0, done_rtl = 0;
  for (int round = 0; round < 40; ++round) {
    const int posts = 1 + static_cast<int>(random() % 12);
    for (int i = 0; i < posts; ++i) {
      const std::uint64_t size = random() % 3 == 0 ? random() % 20000 : random() % 200;
      const unsigned kind = random() % 6;
      const bool bell = i + 1 == posts || random() % 2 == 0;
      p.both([&](HcaRig& r) {
        HcaNode::Post w = r.write(size, kind < 2 && size <= 150);
        w.ring = bell;
        if (kind == 2) w.opcode = Opcode::rdma_read;
        if (kind == 3) w.opcode = Opcode::nop;
        if (kind == 4) {
          w.opcode = Opcode::atomic_fa;
          w.length = 8;
          w.swap_add = 3;
        }
        if (kind == 0 && w.inline_data) r.a.post_blueflame(w, Op::open(now()));
        else r.a.post(w, bell ? Op::open(now()) : Op());
      });
    }
    HcaRig::run(microseconds(random() % 4 == 0 ? 60 : 3));
    if (round % 4 == 3) {
      HcaRig::run(microseconds(400));
      const auto tlm = p.tlm.a.poll(), rtl = p.rtl.a.poll();
      REQUIRE(tlm.size() == rtl.size());
      for (std::size_t i = 0; i < tlm.size(); ++i) CHECK(tlm[i] == rtl[i]);
      done_tlm += tlm.size();
      done_rtl += rtl.size();
      CHECK(std::ranges::equal(p.tlm.b.host.at(p.tlm.b.buffer, 20000), p.rtl.b.host.at(p.rtl.b.buffer, 20000)));
    }
  }
  CHECK(done_tlm == done_rtl);
  CHECK(done_tlm > 100);
  check_laws(Account());
}

TEST_CASE("whatever stands in the ring, the RTL engine reads the same out of it", "[rtl_bridge][hca]") {
  Simulation simulation;
  Pair p;
  std::mt19937 random(11);
  std::size_t errors = 0, good = 0;
  for (int round = 0; round < 300; ++round) {
    // A WQE that a driver could have written, and then some of its words are not.
    HcaNode::Post w = p.tlm.write(random() % 150, random() % 2 == 0);
    const std::array opcodes = {Opcode::rdma_write, Opcode::send, Opcode::rdma_read, Opcode::atomic_cs, Opcode::nop};
    w.opcode = opcodes[random() % opcodes.size()];
    if (w.opcode == Opcode::send) w.opcode = Opcode::rdma_write;  // nothing is posted to receive
    std::array<std::pair<std::size_t, std::uint32_t>, 3> flips;
    for (auto& [at, value] : flips) {
      at = random() % 64 * 4;
      const std::array values = {std::uint32_t{0}, 1u << 31, (1u << 31) | static_cast<std::uint32_t>(random() % 70),
                                 static_cast<std::uint32_t>(random() % 80), static_cast<std::uint32_t>(random())};
      value = values[random() % values.size()];
    }
    const bool broken = random() % 3 != 0, more_segments = random() % 3 == 0;
    const auto units = static_cast<std::uint32_t>(random() % 20);
    p.both([&](HcaRig& r) {
      HcaNode& a = r.a;
      const bool blueflame = w.inline_data && w.length <= 150 && w.opcode == Opcode::rdma_write && units % 2 == 0;
      if (blueflame && !broken) {
        a.post_blueflame(w, Op::open(now()));
        return;
      }
      a.build(w);
      const std::span<std::byte> wqe = a.host.at(a.send_ring + a.sends % HcaNode::kEntries * a.stride, a.stride);
      const auto first = hca_abi::get<std::uint32_t>(wqe, 0);
      if (more_segments) hca_abi::put<std::uint32_t>(wqe, 4, units);
      if (broken)
        for (const auto& [at, value] : flips) hca_abi::put<std::uint32_t>(wqe, at, value);
      const auto changed = hca_abi::get<std::uint32_t>(wqe, 0);  // the parity bit stays: it is there
      hca_abi::put<std::uint32_t>(wqe, 0, (changed & ~hca_abi::kOwnerBit) | (first & hca_abi::kOwnerBit));
      ++a.sends;
      a.ring_doorbell(Op::open(now()));
    });
    HcaRig::run(microseconds(100));
    const auto tlm = p.tlm.a.poll(), rtl = p.rtl.a.poll();
    INFO(round);
    REQUIRE(tlm == rtl);
    for (const Completion& c : tlm) ++(c.error ? errors : good);
    CHECK(p.tlm.a.hca.state(p.tlm.a.qp) == p.rtl.a.hca.state(p.rtl.a.qp));
    if (p.tlm.a.hca.state(p.tlm.a.qp) == QpState::error) {
      p.both([](HcaRig& r) {
        for (HcaNode* n : {&r.a, &r.b}) {
          n->hca.reset_qp(n->qp);
          n->sends = 0;
          for (std::uint32_t i = 0; i < HcaNode::kEntries; ++i)
            hca_abi::put<std::uint32_t>(n->host.at(n->send_ring + i * n->stride, n->stride), 0, ~0u);
        }
        r.connect();
      });
      HcaRig::run(microseconds(5));
    }
  }
  CHECK(errors > 80);
  CHECK(good > 30);
  CHECK(std::ranges::equal(p.tlm.b.host.at(p.tlm.b.buffer, 20000), p.rtl.b.host.at(p.rtl.b.buffer, 20000)));
}

TEST_CASE("a ring that cannot be read breaks its queue pair alone, a doorbell for none is counted", "[rtl_bridge][hca]") {
  Simulation simulation;
  Pair p;
  p.both([](HcaRig& r) {
    r.a.host.hole = r.a.send_ring;
    r.a.host.hole_end = r.a.send_ring + 4096;
    r.a.post(r.write(64), Op::open(now()));
    r.a.write32(hca_abi::kSendDoorbell, 0x7777 << 8);
  });
  HcaRig::run(microseconds(50));
  CHECK(p.tlm.a.hca.state(p.tlm.a.qp) == QpState::error);
  CHECK(p.rtl.a.hca.state(p.rtl.a.qp) == QpState::error);
  CHECK(p.rtl.a.counter("bad_doorbells") == p.tlm.a.counter("bad_doorbells"));
  CHECK(p.rtl.a.host.messages == p.tlm.a.host.messages);
}

TEST_CASE("with a clock that never stops the RTL engine does the same at the same times", "[rtl_bridge][hca]") {
  Simulation simulation;
  HcaRig gated(hca_literals(), "gated_"), free(hca_literals(), "free_");
  const hca::HcaParams params = [] {
    LiteralParams in = hca_literals();
    return hca::HcaParams(in);
  }();
  rtl_bridge::HcaWqeEngineRtl gated_engine("gated_a.wqe_engine", params);
  rtl_bridge::RtlClock::gate(false);
  rtl_bridge::HcaWqeEngineRtl free_engine("free_a.wqe_engine", params);
  gated.a.hca.use(gated_engine);
  free.a.hca.use(free_engine);
  std::mt19937 random(3);
  const auto both = [&](auto f) {
    f(gated);
    f(free);
  };
  both([](HcaRig& r) { r.connect(); });
  for (int round = 0; round < 60; ++round) {
    HcaRig::run(Duration(static_cast<std::int64_t>(random() % 3'000'000)));
    const std::uint64_t size = random() % 5000;
    const Time at = now();
    both([&](HcaRig& r) { r.a.post(r.write(size), Op::open(at)); });
  }
  HcaRig::run(microseconds(100));
  REQUIRE(gated.b.host.landed.size() == free.b.host.landed.size());
  REQUIRE(gated.a.host.landed.size() == free.a.host.landed.size());
  REQUIRE(gated.a.host.landed.size() >= 60);
  const auto same = [](const HcaNode& x, const HcaNode& y) {
    for (std::size_t i = 0; i < x.host.landed.size(); ++i) {
      CHECK(x.host.landed[i].at == y.host.landed[i].at);
      CHECK(x.host.landed[i].address == y.host.landed[i].address);
    }
  };
  same(gated.a, free.a);
  same(gated.b, free.b);
  CHECK(gated_engine.clock().edges() * 5 < free_engine.clock().edges());
}

TEST_CASE("parameters that the RTL engine is not built for are refused by name", "[rtl_bridge]") {
  Simulation simulation;
  LiteralParams in = hca_literals();
  in.set("wqe_buffer", "64");
  CHECK_THROWS_WITH(rtl_bridge::HcaWqeEngineRtl("e", hca::HcaParams(in)),
                    Catch::Contains("wqe_buffer = 64") && Catch::Contains("63"));
}

TEST_CASE("more queue pairs than the RTL engine has slots are refused, closed ones make room", "[rtl_bridge][hca]") {
  Simulation simulation;
  Pair p;
  HcaNode& a = p.rtl.a;
  const auto one_more = [&] {
    const Qpn qp = a.hca.create_qp(0, {a.pd, Iova(a.send_ring), Iova(a.receive_ring), HcaNode::kEntries, HcaNode::kEntries,
                                       Bytes(256), Bytes(16), Iova(a.receive_record), a.cq, a.cq});
    QpConnection c;
    c.remote_lid = Lid{2};
    c.remote_qp = p.rtl.b.qp;
    a.hca.connect(qp, c);
    return qp;
  };
  for (unsigned i = 1; i < rtl_bridge::HcaWqeEnginePins::kSlots; ++i) one_more();
  CHECK_THROWS_WITH(one_more(), Catch::Contains("rtl_a.wqe_engine") && Catch::Contains("32 queue pairs"));
  a.hca.reset_qp(a.qp);
  CHECK_NOTHROW(one_more());
}

TEST_CASE("queue pairs that are reset while the RTL engine works for them start clean", "[rtl_bridge][hca]") {
  Simulation simulation;
  Pair p;
  std::mt19937 random(17);
  for (int round = 0; round < 60; ++round) {
    p.both([&](HcaRig& r) {
      for (int i = 0; i < 3; ++i) {
        r.a.post_blueflame(r.write(20, true), Op::open(now()));
        r.a.post(r.write(3000), Op::open(now()));
      }
    });
    HcaRig::run(Duration(static_cast<std::int64_t>(random() % 3'000'000 / (1 + round % 100))));
    p.both([](HcaRig& r) {
      for (HcaNode* n : {&r.a, &r.b}) {
        n->hca.reset_qp(n->qp);
        n->sends = 0;
        for (std::uint32_t i = 0; i < HcaNode::kEntries; ++i)
          hca_abi::put<std::uint32_t>(n->host.at(n->send_ring + i * n->stride, n->stride), 0, ~0u);
      }
      r.connect();
    });
    HcaRig::run(microseconds(40));  // what is still on its way finds nobody
    p.both([](HcaRig& r) { r.a.poll(); });
    const auto fill = static_cast<unsigned>(round);
    p.both([&](HcaRig& r) {
      r.a.fill(r.a.buffer, 3000, fill);
      r.a.post_blueflame(r.write(20, true), Op::open(now()));
      r.a.post(r.write(3000), Op::open(now()));
    });
    HcaRig::run(microseconds(60));
    INFO(round);
    const auto tlm = p.tlm.a.poll(), rtl = p.rtl.a.poll();
    REQUIRE(rtl.size() == 2);
    REQUIRE(tlm == rtl);
    CHECK(p.rtl.same(3000));
    p.both([](HcaRig& r) {  // and once more, so that the next round begins with whole rings
      for (HcaNode* n : {&r.a, &r.b}) {
        n->hca.reset_qp(n->qp);
        n->sends = 0;
        for (std::uint32_t i = 0; i < HcaNode::kEntries; ++i)
          hca_abi::put<std::uint32_t>(n->host.at(n->send_ring + i * n->stride, n->stride), 0, ~0u);
      }
      r.connect();
    });
  }
}
