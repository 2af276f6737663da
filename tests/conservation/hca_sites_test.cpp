#include <catch2/catch.hpp>

#include "support/hca_rig.h"

using namespace viosim;
using namespace viosim::test;
using hca_abi::Opcode;

TEST_CASE("under load sites add up and every account is whole", "[hca][conservation]") {
  Simulation sim;
  HcaRig rig(hca_literals().set("mtt_cache", "8").set("gather_reads", "3").set("send_window", "8"));
  QpConnection c;
  c.timeout = 3;
  rig.connect(c);
  unsigned n = 0;
  rig.ab.fault = [&n](IbPacket&, Duration&) { return ++n % 41 != 0; };
  const Opcode opcodes[] = {Opcode::rdma_write, Opcode::send, Opcode::rdma_read, Opcode::rdma_write};
  std::size_t done = 0;
  rig.run(microseconds(1));
  ledger().open_window(now());
  const Time begin = now();
  for (unsigned round = 0; round < 60; ++round) {
    for (unsigned i = 0; i < 6; ++i) {
      HcaNode::Post w = rig.write(17 + 1531 * ((round + i) % 9));
      w.opcode = opcodes[(round + i) % 4];
      if (w.opcode == Opcode::send) rig.b.post_receive(rig.b.buffer + 200000, 20000, rig.b.keys.lkey.value);
      if (w.opcode == Opcode::rdma_read) w.remote += 300000;
      rig.a.post(w);
    }
    rig.run(microseconds(round % 3 == 0 ? 5 : 80));
    done += rig.a.poll().size();
    rig.b.poll();
  }
  rig.run(microseconds(300));
  done += rig.a.poll().size();
  ledger().close_window(now());
  CHECK(done == 360);
  CHECK(rig.a.counter("retransmissions") > 0);
  for (const SiteReport& r : ledger().sites()) {
    INFO(ledger().path(r.site));
    CHECK(r.overlap == kZeroTime);
    CHECK(r.served + r.blocked + r.idle == r.window * r.capacity);
  }
  Account all;
  for (HcaNode* node : {&rig.a, &rig.b})
    for (const auto& l : node->host.landed)
      if (l.op.traced() && l.at >= begin) {
        CHECK(l.op.last() == l.at);
        Time first = l.at;
        for (const SpanView& s : l.op.history()) first = s.begin;
        ledger().close(l.op, first, all);
      }
  CHECK(all.residual() == kZeroTime);
  CHECK(spent(all, Cause::Queueing) == 0);
  CHECK(spent(all, Cause::Unattributed) == 0);
  CHECK(all.operations() > 300);
}
