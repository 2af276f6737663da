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
