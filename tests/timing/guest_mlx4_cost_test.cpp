// What a call costs, to the picosecond, and to which cause.
#include <catch2/catch.hpp>

#include "support/mlx4_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

/// Spent on `cause` in an account, over all sites.
Duration spent(const Account& account, Cause cause) {
  Duration total;
  for (const StackRow& row : account.rows())
    if (row.cause == cause) total += row.total;
  return total;
}

/// Time of one post of `length` bytes.
std::int64_t post_time(Mlx4Rig& rig, std::uint32_t length, bool inline_data) {
  std::int64_t took = -1;
  auto drive = [&]() -> Task<> {
    co_await rig.open({16, 16, 220});
    const std::vector<Gpa> pages{Gpa(0x20000)};
    co_await rig.verbs.reg_mr(rig.exec, Gva(0x10000), Bytes(4096), {}, pages);
    SendWr wr;
    wr.sge = {Gva(0x10000), length, Lkey{1}};
    wr.inline_data = inline_data;
    const Time start = now();
    co_await rig.verbs.post_send(rig.exec, rig.qp, wr);
    took = (now() - start).raw();
  };
  run(drive());
  return took;
}

}  // namespace

TEST_CASE("a write by doorbell costs its instructions and a lock and the store", "[guest][timing]") {
  Simulation sim;
  Mlx4Rig rig;
  CHECK(post_time(rig, 4096, false) == (110 + 20 + 100) * 1000);  // 220 instructions at 0.5
}

TEST_CASE("an inline write of one line costs BlueFlame and inline instructions and two locks", "[guest][timing]") {
  Simulation sim;
  Mlx4Rig rig;
  CHECK(post_time(rig, 2, true) == (175 + 40 + 200) * 1000);  // 220 + 60 + 70
}

TEST_CASE("further lines cost an inline and a BlueFlame step each", "[guest][timing]") {
  Simulation sim;
  Mlx4Rig rig;
  CHECK(post_time(rig, 64, true) == (175 + 35 + 40 + 200) * 1000);  // one more: (40 + 30) at 0.5
}

TEST_CASE("inline data beyond the BlueFlame buffer goes by doorbell", "[guest][timing]") {
  Simulation sim;
  Mlx4Rig rig;
  CHECK(post_time(rig, 220, true) == (220 / 2 + (60 + 4 * 40) / 2 + 20 + 100) * 1000);  // five inline lines
}

TEST_CASE("doubling the lock moves a post by one lock", "[guest][perturbation]") {
  Simulation sim;
  Mlx4Rig rig(mlx4_literals().set("locked", "40 cycles"));
  CHECK(post_time(rig, 4096, false) == (110 + 40 + 100) * 1000);
}

TEST_CASE("looks that fail cost poll_empty, the waited for completion is inherited with its gap", "[guest][timing]") {
  Simulation sim;
  Mlx4Rig rig;
  Account account;
  Station wire("wire", 0);
  auto device = [&]() -> Process {
    Op op = Op::open(now());
    co_await wire.hold(op, Cause::LinkPropagation, nanoseconds(120));
    rig.hca.complete(rig.memory, 0, 0, true, hca_abi::Syndrome::none, &op);
  };
  auto drive = [&]() -> Task<> {
    co_await rig.open({16, 16, 0});
    const SendWr wr;
    co_await rig.verbs.post_send(rig.exec, rig.qp, wr);
    const Time start = now();
    rig.exec.op() = Op::open(start);
    spawn(device(), "device");
    std::array<Wc, 1> wc;
    for (int found = 0; found == 0;) found = co_await rig.verbs.poll_cq(rig.exec, rig.cq, wc);
    // Looks end at 50, 100 and 150 ns; the completion came at 120, the look that begins at 150 takes it.
    CHECK(now() - start == nanoseconds(150 + 70 + 10 + 20));
    ledger().close(rig.exec.op(), start, account);
  };
  run(drive());
  CHECK(account.residual() == kZeroTime);
  CHECK(spent(account, Cause::LinkPropagation) == nanoseconds(120));
  CHECK(spent(account, Cause::PollGap) == nanoseconds(30));
  CHECK(spent(account, Cause::Execute) == nanoseconds(100));
}

TEST_CASE("looks between posts are no waiting: the account stays the caller's", "[guest][timing]") {
  Simulation sim;
  Mlx4Rig rig;
  Account account;
  Station wire("wire", 0);
  auto drive = [&]() -> Task<> {
    co_await rig.open({16, 16, 0});
    const SendWr wr;
    const Time start = now();
    rig.exec.op() = Op::open(start);
    std::array<Wc, 1> wc;
    co_await rig.verbs.poll_cq(rig.exec, rig.cq, wc);
    co_await rig.verbs.post_send(rig.exec, rig.qp, wr);
    Op op = Op::open(now());
    rig.hca.complete(rig.memory, 0, 0, true, hca_abi::Syndrome::none, &op);
    const int found = co_await rig.verbs.poll_cq(rig.exec, rig.cq, wc);
    CHECK(found == 1);
    ledger().close(rig.exec.op(), start, account);
  };
  run(drive());
  CHECK(account.residual() == kZeroTime);
  CHECK(spent(account, Cause::Execute) == account.total());
}
