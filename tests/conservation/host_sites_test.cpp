#include <catch2/catch.hpp>

#include "support/machine.h"

using namespace viosim;
using namespace viosim::test;

namespace {

/// Core 0 polls a line, works and answers; core 1 writes the line: a ping-pong through memory.
struct PingPong {
  Machine& m;
  Watch there, back;
  Account account;

  Process asks(int rounds) {
    for (int i = 0; i < rounds; ++i) {
      const Time begin = now();
      m.core0.op() = Op::open(begin);
      co_await m.core0.execute(Cycles(137), Cause::Execute);
      const std::byte one{1};
      co_await m.core0.store(Gpa(there.address.raw()), {&one, 1});
      co_await m.core0.poll(back, Cycles(7));
      back.rearm();
      ledger().close(m.core0.op(), begin, account);
    }
  }
  Process answers() {
    for (;;) {
      co_await m.core1.poll(there, Cycles(11));
      there.rearm();
      co_await m.core1.execute(Cycles(53), Cause::Execute);
      const std::byte one{1};
      co_await m.core1.store(Gpa(back.address.raw()), {&one, 1});
    }
  }
};

}  // namespace

TEST_CASE("served, blocked and idle fill each site's window while cores poll", "[host][conservation]") {
  Simulation sim;
  Machine m;
  PingPong p{m, {}, {}, {}};
  for (Watch* w : {&p.there, &p.back}) {
    w->address = m.memory.allocate(Bytes(64), Bytes(64), 0);
    w->length = Bytes(8);
    m.memory.add_watch(*w);
  }
  spawn(p.asks(100), "asks");
  spawn(p.answers(), "answers");
  run_to(Time(2'000'000));
  ledger().open_window(now());
  run_to(Time(12'000'000));
  ledger().close_window(now());
  REQUIRE(p.account.operations() > 20);
  CHECK(p.account.residual() == kZeroTime);
  bool cores = false;
  for (const SiteReport& r : ledger().sites()) {
    CAPTURE(ledger().path(r.site));
    CHECK(r.overlap == kZeroTime);
    CHECK(r.served + r.blocked + r.idle == Duration(r.window.raw() * r.capacity));
    if (ledger().path(r.site) != "cpu0") continue;
    cores = true;
    CHECK(r.background > kZeroTime);  // looks that saw nothing
  }
  CHECK(cores);
  for (const StackRow& row : p.account.rows()) {
    CHECK(row.cause != Cause::Queueing);
    CHECK(row.cause != Cause::Unattributed);
  }
}
