#include <catch2/catch.hpp>

#include "support/machine.h"

using namespace viosim;
using namespace viosim::test;

namespace {

/// The guest asks a device behind a port, halts, and is woken by the interrupt that the device's answer raises.
struct AskAndHalt {
  struct Device : TrapIf {
    GuestMachine* m;
    struct Answer : Wakeable { GuestMachine* m; Op op; } answer;
    Station wire{"wire", 0};
    Task<> port_write(Exec& vmm, std::uint16_t, std::span<const std::byte>) override {
      co_await vmm.execute(Cycles(300), Cause::Execute);
      answer.m = m;
      answer.op = vmm.op().fork();
      answer.fire = [](Wakeable* w) {
        auto* a = static_cast<Answer*>(w);
        a->m->vcpu.inject(33, std::move(a->op));
      };
      scheduler().wake_at(wire.delay(answer.op, Cause::LinkPropagation, now(), nanoseconds(delay)), &answer);
    }
    Task<std::uint64_t> port_read(Exec&, std::uint16_t, Bytes) override { co_return 0; }
    std::int64_t delay = 9'000;
  } device;
  GuestMachine& m;
  Event wake;
  bool answered = false;
  Account account;

  static Task<> handler(void* self, Exec& on) {
    auto* a = static_cast<AskAndHalt*>(self);
    co_await on.execute(Cycles(200), Cause::Execute);
    a->answered = true;
    on.wake_with(on.op());
    a->wake.notify();
  }
  Process asks() {
    const std::array<std::byte, 4> data{};
    for (;;) {
      const Time begin = now();
      device.delay = begin.ps() % 7 * 2'000;  // before, during and after the way into the halt
      answered = false;
      m.vcpu.op() = Op::open(begin);
      co_await m.vcpu.port_write(0, data);
      while (!answered) co_await m.vcpu.sleep(wake);
      ledger().close(m.vcpu.op(), begin, account);
      co_await m.vcpu.execute(Cycles(1), Cause::Execute);
    }
  }
};

}  // namespace

TEST_CASE("exits, halts and injections leave no time unclaimed", "[virt][conservation]") {
  Simulation sim;
  GuestMachine m;
  AskAndHalt a{{}, m, {}, false, {}};
  a.device.m = &m;
  m.vcpu.attach_ports(0, 4, a.device);
  m.vcpu.on_interrupt(33, {&AskAndHalt::handler, &a});
  spawn(a.asks(), "guest");
  run_to(Time(100'000'000));
  ledger().open_window(now());
  run_to(Time(2'000'000'000));
  ledger().close_window(now());
  REQUIRE(a.account.operations() > 50);
  CHECK(a.account.residual() == kZeroTime);
  for (const StackRow& row : a.account.rows()) {
    CHECK(row.cause != Cause::Queueing);
    CHECK(row.cause != Cause::Unattributed);
  }
  for (const SiteReport& r : ledger().sites()) {
    CAPTURE(ledger().path(r.site));
    CHECK(r.overlap == kZeroTime);
    CHECK(r.served + r.blocked + r.idle == Duration(r.window.raw() * r.capacity));
  }
}
