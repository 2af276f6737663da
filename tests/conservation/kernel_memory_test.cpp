#include <sys/resource.h>

#include <catch2/catch.hpp>

#include "kernel/station.h"

using namespace viosim;

namespace {
/// Two contexts hand each other their accounts: the history would grow for ever if nobody cut it.
Process ping_pong(Station& here, Station& wire, Account& account, std::int64_t rounds) {
  Op op = Op::open(now());
  Time before = now();
  for (std::int64_t i = 0; i < rounds; ++i) {
    co_await here.hold(op, Cause::Execute, Duration(10));
    Op out = op.fork();
    wire.delay(out, Cause::LinkPropagation, now(), Duration(100));
    co_await here.hold(op, Cause::Copy, Duration(100));
    op = std::move(out);
    ledger().keep_since(before);
    ledger().close(op, before, account);
    before = now();
  }
}
std::int64_t kilobytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}
}  // namespace

TEST_CASE("resident memory does not grow with operations", "[kernel][conservation]") {
  Simulation sim;
  Station here("here", 1), wire("wire", 0);
  Account account;
  spawn(ping_pong(here, wire, account, 1'000'000), "p");
  scheduler().run_until(Time(1'000'000));
  const std::int64_t before = kilobytes();
  scheduler().run_until(Time(200'000'000));
  CHECK(account.operations() == 1'000'000);
  CHECK(account.residual() == kZeroTime);
  CHECK(kilobytes() - before < 1'024);
}
