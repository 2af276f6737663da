#include <catch2/catch.hpp>
#include <stdexcept>

#include "kernel/ledger.h"

using namespace viosim;

namespace {
constexpr auto kServed = SpanKind::served, kBlocked = SpanKind::blocked, kQueued = SpanKind::queued,
               kDelay = SpanKind::delay;

const SiteReport& only(const std::vector<SiteReport>& all) {
  REQUIRE(all.size() == 1);
  return all[0];
}
}  // namespace

TEST_CASE("spans that tile leave no residual", "[kernel][conservation]") {
  Ledger l;
  const SiteId a = l.add_site("a", 1), b = l.add_site("b", 0);
  Account account;
  Op op = Op::open(Time(10));
  l.charge(op, a, Cause::Execute, kServed, Time(10), Time(15));
  l.charge(op, b, Cause::LinkPropagation, kDelay, Time(15), Time(40));
  l.charge(op, a, Cause::Execute, kServed, Time(40), Time(41));
  CHECK(op.last() == Time(41));
  l.close(op, Time(10), account);
  CHECK(account.operations() == 1);
  CHECK(account.total() == picoseconds(31));
  CHECK(account.residual() == kZeroTime);
  const auto rows = account.rows();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].total == picoseconds(6));
  CHECK(rows[0].occurrences == 2);
  CHECK(rows[1].cause == Cause::LinkPropagation);
}

TEST_CASE("time that nobody claimed is a residual", "[kernel][conservation]") {
  Ledger l;
  const SiteId a = l.add_site("a", 0);
  Account account;
  Op op = Op::open(Time(10));
  l.charge(op, a, Cause::Execute, kDelay, Time(10), Time(15));
  l.close(op, Time(7), account);  // it began before its account did
  CHECK(account.residual() == picoseconds(3));
}

TEST_CASE("a gap and a step back are refused", "[kernel][conservation]") {
  Ledger l;
  const SiteId a = l.add_site("here", 0);
  Op op = Op::open(Time(10));
  CHECK_THROWS_WITH(l.charge(op, a, Cause::Execute, kDelay, Time(11), Time(15)),
                    Catch::Contains("here") && Catch::Contains("11 ps"));
  CHECK_THROWS_AS(l.charge(op, a, Cause::Execute, kDelay, Time(9), Time(15)), std::logic_error);
}

TEST_CASE("forks share the past and part", "[kernel][conservation]") {
  Ledger l;
  const SiteId a = l.add_site("a", 0);
  Account won, lost;
  Op op = Op::open(Time(0));
  l.charge(op, a, Cause::Execute, kDelay, Time(0), Time(5));
  Op child = op.fork();
  l.charge(child, a, Cause::DmaRead, kDelay, Time(5), Time(30));
  l.charge(op, a, Cause::Copy, kDelay, Time(5), Time(9));
  l.close(child, Time(0), won);
  l.close(op, Time(0), lost);
  CHECK(won.total() == picoseconds(30));
  CHECK(won.residual() == kZeroTime);
  CHECK(lost.total() == picoseconds(9));
  CHECK(lost.residual() == kZeroTime);
  op = std::move(child);  // the join goes on with the one that ended last
  CHECK(op.last() == Time(30));
  CHECK_FALSE(child.traced());  // NOLINT: what is left of a moved account is background
}

TEST_CASE("closing clips what lies before the operation", "[kernel][conservation]") {
  Ledger l;
  const SiteId a = l.add_site("a", 0);
  Account account;
  Op op = Op::open(Time(0));
  l.charge(op, a, Cause::Execute, kDelay, Time(0), Time(10));
  l.charge(op, a, Cause::Copy, kDelay, Time(10), Time(20));
  l.keep_since(Time(15));  // later than the operation began: its history must not be cut
  l.close(op, Time(4), account);
  CHECK(account.total() == picoseconds(16));
  CHECK(account.residual() == kZeroTime);
}

TEST_CASE("a site's time is served, blocked or idle", "[kernel][conservation]") {
  Ledger l;
  const SiteId a = l.add_site("a", 1);
  Op op = Op::open(Time(100)), nobody;
  l.open_window(Time(50));
  l.charge(op, a, Cause::Execute, kServed, Time(100), Time(130));
  l.charge(op, a, Cause::CreditStall, kBlocked, Time(130), Time(140));
  l.charge(op, a, Cause::Arbitration, kQueued, Time(140), Time(150));
  l.charge(nobody, a, Cause::Copy, kServed, Time(160), Time(175));
  Account account;
  l.close(op, Time(100), account);
  l.close_window(Time(200));
  const auto all = l.sites();
  const SiteReport& r = only(all);
  CHECK(r.served == picoseconds(45));
  CHECK(r.blocked == picoseconds(10));
  CHECK(r.idle == picoseconds(95));
  CHECK(r.critical == picoseconds(30));
  CHECK(r.background == picoseconds(15));
  CHECK(r.slack == kZeroTime);
  CHECK(r.overlap == kZeroTime);
}

TEST_CASE("a window clips what was charged in advance", "[kernel][conservation]") {
  Ledger l;
  const SiteId a = l.add_site("a", 1);
  Op op = Op::open(Time(0));
  l.charge(op, a, Cause::Execute, kServed, Time(0), Time(100));
  l.open_window(Time(40));
  l.charge(op, a, Cause::Copy, kServed, Time(100), Time(300));
  l.close_window(Time(250));
  const auto all = l.sites();
  CHECK(only(all).served == picoseconds(210));
  CHECK(only(all).idle == kZeroTime);
}

TEST_CASE("a window clips a line of bookings", "[kernel][conservation]") {
  Ledger l;
  const SiteId a = l.add_site("a", 1);
  for (std::int64_t i = 0; i < 10; ++i) {  // booked at time 0, one after the other
    Op op = Op::open(Time(i * 100));
    l.charge(op, a, Cause::LinkSerialization, kServed, Time(i * 100), Time(i * 100 + 100));
  }
  l.open_window(Time(150));
  l.close_window(Time(550));
  const auto all = l.sites();
  CHECK(only(all).served == picoseconds(400));
  CHECK(only(all).idle == kZeroTime);
}

TEST_CASE("work beyond the capacity is an overlap", "[kernel][conservation]") {
  Ledger l;
  const SiteId one = l.add_site("one", 1), two = l.add_site("two", 2);
  Op nobody;
  l.open_window(Time(0));
  for (const SiteId s : {one, two}) {
    l.charge(nobody, s, Cause::Execute, kServed, Time(0), Time(10));
    l.charge(nobody, s, Cause::Execute, kServed, Time(4), Time(12));
  }
  l.close_window(Time(20));
  const auto all = l.sites();
  REQUIRE(all.size() == 2);
  CHECK(all[0].overlap == picoseconds(6));
  CHECK(all[1].overlap == kZeroTime);
  CHECK(all[1].served + all[1].idle == picoseconds(40));
}

TEST_CASE("an operation from before the window counts from the window on", "[kernel][conservation]") {
  Ledger l;
  const SiteId a = l.add_site("a", 1);
  Account account;
  Op op = Op::open(Time(0));
  l.charge(op, a, Cause::Execute, kServed, Time(0), Time(10));
  l.charge(op, a, Cause::DmaRead, kServed, Time(10), Time(30));
  l.open_window(Time(20));
  l.charge(op, a, Cause::Execute, kServed, Time(30), Time(50));
  l.close(op, Time(0), account);
  l.close_window(Time(60));
  const auto all = l.sites();
  CHECK(only(all).critical == picoseconds(30));
  CHECK(only(all).slack == kZeroTime);
}

TEST_CASE("a shared span counts once at its site", "[kernel][conservation]") {
  Ledger l;
  const SiteId a = l.add_site("a", 1);
  Account account;
  l.open_window(Time(0));
  Op op = Op::open(Time(0));
  l.charge(op, a, Cause::Execute, kServed, Time(0), Time(10));
  Op other = op.fork();
  l.close(op, Time(0), account);
  l.close(other, Time(0), account);
  l.close_window(Time(10));
  const auto all = l.sites();
  CHECK(account.total() == picoseconds(20));
  CHECK(only(all).critical == picoseconds(10));
}

TEST_CASE("the worst origin stands behind a cause", "[kernel][unit]") {
  Ledger l;
  const SiteId a = l.add_site("a", 1);
  CHECK(l.basis(a, Cause::Execute) == Origin::spec);
  l.based_on(a, Cause::Execute, Source{Origin::assumed, "", "why"});
  l.based_on(a, Cause::Execute, Source{Origin::paper, "key", ""});
  CHECK(l.basis(a, Cause::Execute) == Origin::assumed);
  CHECK(l.basis(a, Cause::Copy) == Origin::spec);
}
