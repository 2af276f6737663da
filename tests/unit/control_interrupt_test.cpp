#include <catch2/catch.hpp>

#include "protocols/clint.h"
#include "support/hart_rig.h"

using namespace viosim;
using namespace viosim::test;
using control::Interrupt;
using control::Stop;

namespace {

constexpr std::uint32_t kBase = HartRig::kBase, kHandler = HartRig::kHandler;
constexpr std::uint32_t kAll = 1 << 3 | 1 << 7 | 1 << 11;

/// A rig that spins, all interrupts enabled.
struct Spinning : HartRig {
  Spinning() : HartRig({rv::nop, rv::jal(0, -4)}) {
    set_csr(rv::mtvec, kHandler);
    set_csr(rv::mie, kAll);
    set_csr(rv::mstatus, 8);
  }
};

}  // namespace

TEST_CASE("external comes before software before timer", "[control][interrupt]") {
  for (unsigned pending = 1; pending < 8; ++pending) {
    Spinning rig;
    rig.hart.run(2);
    rig.hart.set_interrupt(Interrupt::timer, (pending & 1) != 0);
    rig.hart.set_interrupt(Interrupt::software, (pending & 2) != 0);
    rig.hart.set_interrupt(Interrupt::external, (pending & 4) != 0);
    CHECK(rig.hart.run(1).steps == 1);
    INFO(pending);
    CHECK(rig.csr(rv::mcause) == (0x80000000 | ((pending & 4) != 0 ? 11 : (pending & 2) != 0 ? 3 : 7)));
    CHECK(rig.csr(rv::mepc) == kBase);
    CHECK(rig.csr(rv::mtval) == 0);
    CHECK(rig.csr(rv::mstatus) == 0x1880);
    CHECK(rig.hart.pc() == kHandler);
    CHECK(rig.hart.retired() == 2);
  }
}

TEST_CASE("an interrupt is taken if pending, enabled by itself and enabled at all", "[control][interrupt]") {
  for (unsigned set = 0; set < 8; ++set) {
    Spinning rig;
    rig.hart.set_interrupt(Interrupt::timer, (set & 1) != 0);
    rig.set_csr(rv::mie, (set & 2) != 0 ? 1 << 7 : kAll & ~(1 << 7));
    rig.set_csr(rv::mstatus, (set & 4) != 0 ? 8 : 0);
    rig.hart.run(1);
    INFO(set);
    CHECK((rig.hart.pc() == kHandler) == (set == 7));
  }
}

TEST_CASE("vectored interrupts have a handler each, exceptions the base", "[control][interrupt]") {
  for (const Interrupt line : {Interrupt::software, Interrupt::timer, Interrupt::external}) {
    Spinning rig;
    rig.set_csr(rv::mtvec, kHandler | 1);
    rig.hart.set_interrupt(line, true);
    rig.hart.run(1);
    CHECK(rig.hart.pc() == kHandler + 4 * static_cast<std::uint32_t>(line));
  }
  HartRig rig({rv::ecall});
  rig.set_csr(rv::mtvec, kHandler | 1);
  rig.hart.run(1);
  CHECK(rig.hart.pc() == kHandler);
}

TEST_CASE("an instruction that enables a pending interrupt is the last before it", "[control][interrupt]") {
  HartRig rig({rv::csrrsi(0, rv::mstatus, 8), rv::addi(1, 0, 1)});
  rig.set_csr(rv::mtvec, kHandler);
  rig.set_csr(rv::mie, kAll);
  rig.hart.set_interrupt(Interrupt::external, true);
  rig.hart.run(2);
  CHECK(rig.csr(rv::mepc) == kBase + 4);
  CHECK(rig.hart.x(1) == 0);
}

TEST_CASE("wfi sleeps until something enabled is pending, even with interrupts off", "[control][interrupt]") {
  HartRig rig({rv::wfi, rv::addi(1, 0, 1), rv::wfi});
  rig.set_csr(rv::mie, 1 << 7);
  auto ran = rig.hart.run(10);
  CHECK(ran.why == Stop::wait);
  CHECK(ran.steps == 1);
  CHECK(rig.hart.pc() == kBase + 4);
  rig.hart.set_interrupt(Interrupt::external, true);  // not enabled
  CHECK(rig.hart.run(10).steps == 0);
  CHECK(rig.hart.asleep());
  rig.hart.set_interrupt(Interrupt::timer, true);
  CHECK(rig.hart.run(1).steps == 1);  // mstatus.MIE is 0: it goes on behind the wfi
  CHECK(rig.hart.x(1) == 1);
  CHECK_FALSE(rig.hart.asleep());
  ran = rig.hart.run(1);
  CHECK(ran.why == Stop::steps);  // pending already: it does not sleep
  CHECK(rig.hart.run(0).steps == 0);
}

TEST_CASE("the timer's registers and its interrupt", "[control][interrupt]") {
  constexpr std::uint32_t at = 0x02000000;
  Spinning rig;
  Clint clint(rig.hart);
  rig.memory.add_device(at, Clint::kSize, clint);
  CHECK(rig.csr(rv::mip) == 0);
  CHECK(clint.store(Clint::kCompare + 4, 4, 1) == BusAnswer::done);
  CHECK(clint.store(Clint::kCompare, 4, 5) == BusAnswer::done);
  CHECK(clint.ticks_left() == 0x100000005);
  clint.advance(0x100000004);
  CHECK(rig.csr(rv::mip) == 0);
  clint.advance(1);
  CHECK(rig.csr(rv::mip) == 1 << 7);
  CHECK(clint.ticks_left() == 0);
  std::uint32_t low = 0, high = 0;
  CHECK(clint.load(Clint::kTime, 4, low) == BusAnswer::done);
  CHECK(clint.load(Clint::kTime + 4, 4, high) == BusAnswer::done);
  CHECK(low == 5);
  CHECK(high == 1);
  CHECK(clint.store(Clint::kCompare, 4, 6) == BusAnswer::done);  // a later time takes it back
  CHECK(rig.csr(rv::mip) == 0);
  CHECK(clint.store(Clint::kTime, 4, 7) == BusAnswer::done);
  CHECK(rig.csr(rv::mip) == 1 << 7);
  CHECK(clint.ticks_left() == 0);
  CHECK(clint.load(Clint::kCompare, 4, low) == BusAnswer::done);
  CHECK(low == 6);
  for (const std::uint32_t offset : {4U, 0x4008U, 0xbff4U})
    CHECK(clint.store(offset, 4, 1) == BusAnswer::error);
  CHECK(clint.load(Clint::kTime, 2, low) == BusAnswer::error);
  CHECK(clint.store(Clint::kTime, 1, 0) == BusAnswer::error);
}

TEST_CASE("a program's store to msip interrupts behind that very store", "[control][interrupt]") {
  constexpr std::uint32_t at = 0x02000000;
  HartRig rig({rv::lui(5, at >> 12), rv::addi(6, 0, -1), rv::sw(6, 5, 0), rv::addi(1, 0, 1)});
  Clint clint(rig.hart);
  rig.memory.add_device(at, Clint::kSize, clint);
  rig.set_csr(rv::mtvec, kHandler);
  rig.set_csr(rv::mie, kAll);
  rig.set_csr(rv::mstatus, 8);
  rig.hart.run(4);
  CHECK(rig.csr(rv::mcause) == 0x80000003);
  CHECK(rig.csr(rv::mepc) == kBase + 12);
  std::uint32_t msip = 0;
  clint.load(Clint::kSoftware, 4, msip);
  CHECK(msip == 1);  // one bit of it exists
}
