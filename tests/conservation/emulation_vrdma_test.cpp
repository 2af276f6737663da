// Both laws over a run of paravirtual writes, for each completion proxy.
#include <catch2/catch.hpp>

#include "support/vrdma_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

/// 300 writes; every picosecond of each is accounted for.
void conserves(const std::string& proxy) {
  Simulation sim;
  VrdmaRig rig(proxy);
  Account account;
  auto work = [&]() -> Task<> {
    co_await rig.open();
    ledger().open_window(now());
    std::array<Wc, 4> wc;
    for (int i = 0; i < 300; ++i) {  // the rings of both queues wrap
      const Time start = now();
      rig.guest.op() = Op::open(start);
      SendWr wr = rig.write_of(64);
      wr.wr_id = static_cast<std::uint64_t>(i);
      const VerbsError posted = co_await rig.guest_verbs.post_send(rig.guest, rig.qp, wr);
      CHECK(posted == VerbsError::ok);
      const int found = co_await rig.guest_verbs.spin_cq(rig.guest, rig.cq, wc);
      CHECK(found == 1);
      CHECK(wc[0].wr_id == static_cast<std::uint64_t>(i));
      ledger().close(rig.guest.op(), start, account);
    }
    ledger().close_window(now());
    scheduler().stop();
  };
  run(work());
  CHECK(account.operations() == 300);
  CHECK(account.residual() == kZeroTime);
  for (const StackRow& row : account.rows()) {
    CHECK(row.cause != Cause::Queueing);
    CHECK(row.cause != Cause::Unattributed);
  }
  for (const SiteReport& site : ledger().sites()) {
    CHECK(site.overlap == kZeroTime);
    CHECK(site.served + site.blocked + site.idle == ledger().window() * site.capacity);
  }
  CHECK(rig.counter("copies") == 600);
  CHECK(rig.counter("proxied_completions") == 300);
}

}  // namespace

TEST_CASE("writes through poll_exit are accounted for", "[emulation][conservation]") { conserves("poll_exit"); }
TEST_CASE("writes through interrupt are accounted for", "[emulation][conservation]") { conserves("interrupt"); }
TEST_CASE("writes through dedicated_poller are accounted for", "[emulation][conservation]") {
  conserves("dedicated_poller");
}
