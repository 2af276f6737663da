#include <catch2/catch.hpp>

#include "kernel/random.h"
#include "support/fabric_end.h"

using namespace viosim;
using namespace viosim::fabric;

namespace {
Process traffic(FabricEnd& from, std::uint16_t self, Station& pace) {
  Stream dice(3, from.name());
  for (std::uint32_t n = 0; n < 2'000; ++n) {
    Op nobody;
    co_await pace.hold(nobody, Cause::Execute, picoseconds(dice.between(0, 400'000) / 1000 * 1000));
    const auto to = static_cast<std::uint16_t>((self + dice.between(0, 1)) % 3 + 1);
    from.send(n, dice.between(1, 2048), Lid{to}, static_cast<std::uint8_t>(dice.between(0, 1)));
  }
}
}  // namespace

TEST_CASE("random traffic around a switch keeps both laws", "[fabric][conservation]") {
  Star t(easy_link().set("receive_buffer", "4 KB").set("flow_control_interval", "256 ns"),
         easy_link().set("receive_buffer", "4 KB").set("flow_control_interval", "256 ns"));
  Station pace("pace", 0);
  scheduler().run_until(Time() + nanoseconds(1));
  spawn(traffic(t.e1, 1, pace), "t1");
  spawn(traffic(t.e2, 2, pace), "t2");
  spawn(traffic(t.e3, 3, pace), "t3");
  scheduler().run_until(Time() + microseconds(100));
  ledger().open_window(now());
  scheduler().run_until(Time() + microseconds(300));
  ledger().close_window(now());
  scheduler().run_until(Time() + microseconds(100'000));
  CHECK(t.e1.arrivals.size() + t.e2.arrivals.size() + t.e3.arrivals.size() == 6'000);
  CHECK(counter("credit_stalls") > 100);
  for (const FabricEnd* e : {&t.e1, &t.e2, &t.e3}) {
    CHECK(e->account.residual() == kZeroTime);
    for (const StackRow& row : e->account.rows()) {
      CHECK(row.cause != Cause::Queueing);
      CHECK(row.cause != Cause::Unattributed);
    }
  }
  const auto sites = ledger().sites();
  CHECK(sites.size() == 6);
  for (const SiteReport& s : sites) {
    INFO(ledger().path(s.site));
    CHECK(s.overlap == kZeroTime);
    CHECK(s.idle >= kZeroTime);
    CHECK(s.served + s.blocked + s.idle == s.window);
    CHECK(s.served > nanoseconds(50'000));
  }
}
