// Exits, copies and times of paravirtual RDMA, by completion proxy.
#include <catch2/catch.hpp>

#include "support/vrdma_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

Duration spent(const Account& account, Cause cause) {
  Duration total;
  for (const StackRow& row : account.rows())
    if (row.cause == cause) total += row.total;
  return total;
}

/// One write, posted and waited for by spinning; its account.
Account one_write(VrdmaRig& rig) {
  Account account;
  auto work = [&]() -> Task<> {
    co_await rig.open();
    const Time start = now();
    rig.guest.op() = Op::open(start);
    const SendWr wr = rig.write_of(64);
    const VerbsError posted = co_await rig.guest_verbs.post_send(rig.guest, rig.qp, wr);
    CHECK(posted == VerbsError::ok);
    std::array<Wc, 4> wc;
    const int found = co_await rig.guest_verbs.spin_cq(rig.guest, rig.cq, wc);
    CHECK(found == 1);
    CHECK(wc[0].wr_id == 1234);
    CHECK(wc[0].status == WcStatus::success);
    ledger().close(rig.guest.op(), start, account);
    scheduler().stop();
  };
  run(work());
  CHECK(account.operations() == 1);
  CHECK(account.residual() == kZeroTime);
  CHECK(spent(account, Cause::Queueing) == kZeroTime);
  return account;
}

}  // namespace

TEST_CASE("a post is two exits and the costs of each stage", "[emulation][timing]") {
  Simulation sim;
  VrdmaRig rig("interrupt");
  std::int64_t took = 0;
  auto work = [&]() -> Task<> {
    co_await rig.open();
    const SendWr wr = rig.write_of(64);
    const Time start = now();
    co_await rig.guest_verbs.post_send(rig.guest, rig.qp, wr);
    took = (now() - start).raw();
  };
  run(work());
  CHECK(rig.guest.exits == 2);
  // driver; two exits and entries; two register accesses; decode, hypercall; notice, work; the physical post
  CHECK(took == (120 + 200 + 2 * 1500 + 2 * 10 + 60 + 40 + 20 + 35 + 100) * 1000);
  REQUIRE(rig.verbs.sent.size() == 1);
  CHECK(rig.verbs.sent[0].sge.lkey == Lkey{0x9001});
  CHECK(rig.verbs.sent[0].sge.address == Gva(0x10000));
  CHECK(rig.verbs.sent[0].rkey == Rkey{0x55});
  CHECK(rig.verbs.pages == std::vector<Gpa>{Gpa(VrdmaRig::kBase + 0x30000)});  // the guest's page itself
}

TEST_CASE("polling by exits costs two exits a look and no interrupt", "[emulation][timing]") {
  Simulation sim;
  VrdmaRig rig("poll_exit");
  const Account account = one_write(rig);
  CHECK(rig.guest.exits % 2 == 0);
  CHECK(rig.guest.exits > 2);  // the post, and at least one poll
  CHECK(rig.vcpu.injected == 0);
  CHECK(rig.verbs.armed_count == 0);
  CHECK(rig.counter("proxied_completions") == 1);
  CHECK(rig.counter("copies") == 2);  // the request out, the completion in
  CHECK(rig.counter("copied_bytes") == 64 + 32);
}

TEST_CASE("an interrupt moves completions without exits of the polling guest", "[emulation][timing]") {
  Simulation sim;
  VrdmaRig rig("interrupt");
  const Account account = one_write(rig);
  CHECK(rig.guest.exits == 2);  // the post alone
  CHECK(rig.vcpu.injected == 0);
  CHECK(rig.verbs.armed_count == 2);  // at the start and after the interrupt
  CHECK(spent(account, Cause::LinkPropagation) == nanoseconds(2000));
}

TEST_CASE("a dedicated poller moves completions without exits and interrupts", "[emulation][timing]") {
  Simulation sim;
  VrdmaRig rig("dedicated_poller");
  const Account account = one_write(rig);
  CHECK(rig.guest.exits == 2);
  CHECK(rig.verbs.armed_count == 0);
  CHECK(spent(account, Cause::LinkPropagation) == nanoseconds(2000));
  // The poller sees it at once (50), moves it (25); the guest takes it (its look in this stand-in costs 40, then 90).
  const Duration post = nanoseconds(120 + 200 + 1000 + 10 + 60 + 40 + 20 + 35 + 100);
  CHECK(account.total() == post + nanoseconds(2000 + 50 + 25 + 40 + 90));
}

TEST_CASE("doubling the decode cost moves a post by one decode", "[emulation][perturbation]") {
  Simulation sim;
  VrdmaRig rig("dedicated_poller", vmci_literals().set("decode", "120 cycles"));
  const Account account = one_write(rig);
  const Duration post = nanoseconds(120 + 200 + 1000 + 10 + 120 + 40 + 20 + 35 + 100);
  CHECK(account.total() == post + nanoseconds(2000 + 50 + 25 + 40 + 90));
}

namespace {

/// The guest arms, posts, sleeps and is woken.
void wakes_once(const std::string& proxy) {
  Simulation sim;
  VrdmaRig rig(proxy);
  Account account;
  bool woken = false;
  auto work = [&]() -> Task<> {
    co_await rig.open();
    const Time start = now();
    rig.guest.op() = Op::open(start);
    const SendWr wr = rig.write_of(64);
    co_await rig.guest_verbs.req_notify(rig.guest, rig.cq);
    rig.verbs.wire = microseconds(50);
    co_await rig.guest_verbs.post_send(rig.guest, rig.qp, wr);
    co_await rig.guest_verbs.get_event(rig.guest, rig.cq);
    std::array<Wc, 4> wc;
    const int found = co_await rig.guest_verbs.poll_cq(rig.guest, rig.cq, wc);
    CHECK(found == 1);
    woken = true;
    ledger().close(rig.guest.op(), start, account);
    scheduler().stop();
  };
  run(work());
  CHECK(woken);
  CHECK(rig.vcpu.injected == 1);
  CHECK(rig.counter("injected_notifications") == 1);
  CHECK(account.residual() == kZeroTime);
  CHECK(rig.guest.exits == 4);  // arm and post; the wake-up's own exits are the processor's
}

}  // namespace

TEST_CASE("poll_exit wakes a sleeping guest through one notification", "[emulation][timing]") {
  wakes_once("poll_exit");
}
TEST_CASE("interrupt wakes a sleeping guest through one notification", "[emulation][timing]") {
  wakes_once("interrupt");
}
TEST_CASE("dedicated_poller wakes a sleeping guest through one notification", "[emulation][timing]") {
  wakes_once("dedicated_poller");
}
