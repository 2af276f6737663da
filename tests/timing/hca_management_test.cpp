#include <catch2/catch.hpp>

#include "support/management_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

using Status = mailbox::Status;

/// ps of one cause and kind on a closed account.
std::int64_t of(const Account& account, Cause cause, SpanKind kind) {
  std::int64_t sum = 0;
  for (const StackRow& row : account.rows())
    if (row.cause == cause && row.kind == kind) sum += row.total.raw();
  return sum;
}

Account closed(const Op& op, Time begin) {
  Account account;
  ledger().close(op, begin, account);
  CHECK(account.residual() == kZeroTime);
  return account;
}

}  // namespace

TEST_CASE("the load that sees a command's end takes over its account", "[hca][management][timing]") {
  Simulation sim;
  ManagementRig rig;
  const Time begin = now();
  rig.command(0, mailbox::Opcode::nop, 0, 0, Op::open(begin));
  REQUIRE(rig.processor.serves != nullptr);
  HcaRig::run(nanoseconds(300));
  Op early = Op::open(now());
  CHECK(csr::hcr_control::kGo.of(rig.read(0, csr::hcr_control::kOffset, early)) == 1);
  CHECK(early.last() == now());
  CHECK(early.history().empty());  // the end is not there yet: the looker keeps its own
  rig.done(Status::ok);
  CHECK(rig.processor.serves == nullptr);
  HcaRig::run(nanoseconds(70));
  Op late = Op::open(now());
  CHECK(rig.read(0, csr::hcr_control::kOffset, late) == csr::hcr_control::kOpcode.at(mailbox::Opcode::nop));
  const Account account = closed(late, begin);
  CHECK(account.total() == nanoseconds(370));
  CHECK(of(account, Cause::Execute, SpanKind::queued) == nanoseconds(300).raw());  // nobody told what it did
  CHECK(of(account, Cause::PollGap, SpanKind::queued) == nanoseconds(70).raw());
  Op again = Op::open(now());
  static_cast<void>(rig.read(0, csr::hcr_control::kOffset, again));
  CHECK(again.history().empty());  // once
}

TEST_CASE("a transfer of the management block is charged to the command it serves", "[hca][management][timing]") {
  Simulation sim;
  ManagementRig rig;
  const std::uint64_t host = rig.node.host.allocate(4096);
  rig.node.fill(host, 256, 5);
  const Time begin = now();
  rig.command(1, mailbox::Opcode::sw2hw_cq, 0, host, Op::open(begin));
  rig.transfer(host, 512, 256, 1, mgmt::dma_control::Direction::to_local);
  CHECK(rig.processor.serves == nullptr);  // the processor's time meanwhile is not the command's
  HcaRig::run(nanoseconds(549));
  CHECK(rig.dma_busy());
  HcaRig::run(nanoseconds(1));
  CHECK_FALSE(rig.dma_busy());
  CHECK(rig.dma_error() == mgmt::dma_status::Error::none);
  CHECK(std::ranges::equal(rig.node.host.at(host, 256), rig.processor.memory(StubProcessor::kRam + 512, 256)));
  CHECK(rig.processor.serves != nullptr);
  rig.done(Status::ok);
  Op op = Op::open(now());
  static_cast<void>(rig.read(1, csr::hcr_control::kOffset, op));
  const Account account = closed(op, begin);
  CHECK(account.total() == nanoseconds(550));
  CHECK(spent(account, Cause::DmaRead) == nanoseconds(50).raw());  // the stub host's 500 are another cause
}

TEST_CASE("the context port takes the datapath's time", "[hca][management][timing]") {
  Simulation sim;
  ManagementRig rig;
  const Time begin = now();
  rig.command(0, mailbox::Opcode::sw2hw_eq, 0, 0, Op::open(begin));
  rig.place(0, mailbox::EqContext{0x10000, 0, 0, 64});
  rig.store(mgmt::ctx_object::kOffset, mgmt::ctx_object::kType.at(mgmt::ctx_object::Type::eq));
  rig.store(mgmt::ctx_number::kOffset, 9);
  rig.store(mgmt::ctx_local::kOffset, StubProcessor::kRam);
  rig.store(mgmt::ctx_control::kOffset, mgmt::ctx_control::kGo.mask());
  HcaRig::run(nanoseconds(2));
  CHECK(mgmt::ctx_status::kBusy.of(rig.load(mgmt::ctx_status::kOffset)) == 1);
  HcaRig::run(nanoseconds(1));  // 40 bytes by 16 at 1 GHz
  CHECK(rig.load(mgmt::ctx_status::kOffset) == 0);
  rig.done(Status::ok);
  Op op = Op::open(now());
  static_cast<void>(rig.read(0, csr::hcr_control::kOffset, op));
  const Account account = closed(op, begin);
  CHECK(of(account, Cause::Pipeline, SpanKind::served) == nanoseconds(3).raw());
}

TEST_CASE("an interrupt message about a command's end continues its account", "[hca][management][timing]") {
  Simulation sim;
  ManagementRig rig;
  const Time begin = now();
  rig.command(0, mailbox::Opcode::nop, 0, 0, Op::open(begin));
  HcaRig::run(nanoseconds(40));
  rig.done(Status::ok);
  HcaRig::run(nanoseconds(2));
  rig.store(mgmt::msi_address_low::kOffset, static_cast<std::uint32_t>(kMsiWindow));
  rig.store(mgmt::msi_data::kOffset, 0x45);
  rig.store(mgmt::msi_control::kOffset, mgmt::msi_control::kGo.mask());
  HcaRig::run(nanoseconds(10));
  CHECK(rig.node.host.messages == std::vector<std::uint32_t>{0x45});
  const Account account = closed(rig.node.host.landed.back().op, begin);
  CHECK(account.total() == nanoseconds(52));
  CHECK(of(account, Cause::Execute, SpanKind::queued) == nanoseconds(42).raw());
}

TEST_CASE("a watchdog that nobody kicks ends the device, at its time", "[hca][management][timing]") {
  Simulation sim;
  ManagementRig rig;  // its timer counts microseconds
  rig.store(mgmt::watchdog_timeout::kOffset, 10);
  rig.store(mgmt::watchdog_control::kOffset, 1);
  HcaRig::run(microseconds(9));
  rig.store(mgmt::watchdog_kick::kOffset, 1);  // not the magic
  rig.command(0, mailbox::Opcode::nop, 0, 0, Op::open(now()));
  HcaRig::run(microseconds(1) - picoseconds(1));
  CHECK(rig.go(0));
  HcaRig::run(picoseconds(1));
  CHECK_FALSE(rig.go(0));
  CHECK(csr::hcr_control::kStatus.of<Status>(rig.read(0, csr::hcr_control::kOffset)) == Status::internal_err);
  CHECK(rig.read(1, csr::catas::kOffset) == hca::DeviceStatus::kWatchdogExpired);
  CHECK(rig.processor.restarts == std::vector<std::uint32_t>{ManagementRig::kEntry});
  rig.store(mgmt::device_state::kOffset, 1);  // firmware that has begun again does not hide it
  CHECK(csr::device_state::kState.of<csr::device_state::State>(rig.read(0, csr::device_state::kOffset)) ==
        csr::device_state::State::catastrophic);
  rig.command(1, mailbox::Opcode::nop, 0, 0);
  CHECK(csr::hcr_control::kStatus.of<Status>(rig.read(1, csr::hcr_control::kOffset)) == Status::internal_err);
}

TEST_CASE("a kick in time keeps the watchdog quiet", "[hca][management][timing]") {
  Simulation sim;
  ManagementRig rig;
  rig.store(mgmt::watchdog_timeout::kOffset, 10);
  rig.store(mgmt::watchdog_control::kOffset, 1);
  HcaRig::run(microseconds(9));
  rig.store(mgmt::watchdog_kick::kOffset, static_cast<std::uint32_t>(mgmt::watchdog_kick::Value::magic));
  HcaRig::run(microseconds(10) - picoseconds(1));
  CHECK(rig.processor.restarts.empty());
  HcaRig::run(picoseconds(1));
  CHECK(rig.processor.restarts.size() == 1);
}
