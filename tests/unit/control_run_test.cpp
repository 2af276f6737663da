#include <catch2/catch.hpp>

#include "support/hart_rig.h"

using namespace viosim;
using namespace viosim::test;
using control::Stop;

namespace {

constexpr std::uint32_t kBase = HartRig::kBase;

}  // namespace

TEST_CASE("a store into code that was executed changes what is executed next", "[control][run]") {
  // Turns "addi x1, x1, 1" (executed once before) into "addi x1, x1, 16", with and without fence.i.
  for (const rv::Word between : {rv::fence_i, rv::nop}) {
    HartRig rig({rv::addi(1, 1, 1), rv::bne(2, 0, 20), rv::addi(2, 0, 1), rv::sw(6, 5, 0), between,
                 rv::jal(0, -20), rv::nop});
    rig.hart.set_x(5, kBase);
    rig.hart.set_x(6, rv::addi(1, 1, 16));
    rig.hart.run(8);
    CHECK(rig.hart.x(1) == 17);
    CHECK(rig.hart.pc() == kBase + 24);
  }
}

TEST_CASE("a store into its own straight run of code is seen by the next instruction", "[control][run]") {
  HartRig rig({rv::sw(6, 5, 4), rv::addi(1, 0, 1), rv::nop});
  rig.hart.set_x(5, kBase);
  rig.hart.set_x(6, rv::addi(1, 0, 77));
  rig.hart.run(2);
  CHECK(rig.hart.x(1) == 77);
}

TEST_CASE("a block that reaches into a changed piece of RAM from the one before is forgotten", "[control][run]") {
  constexpr std::uint32_t edge = kBase + control::MemoryMap::kPiece;
  HartRig rig;
  rig.place(edge - 8, {rv::addi(1, 1, 1), rv::nop, rv::addi(1, 1, 2), rv::sw(6, 5, 0), rv::jal(0, -16)});
  rig.hart.reset(edge - 8);
  rig.hart.set_x(5, edge);
  rig.hart.set_x(6, rv::addi(1, 1, 100));
  rig.hart.run(10);  // all of the second round: a shorter one is decoded anew
  CHECK(rig.hart.x(1) == 1 + 2 + 1 + 100);
}

TEST_CASE("code that others change is seen behind fence.i or a reset", "[control][run]") {
  HartRig rig({rv::addi(1, 0, 1), rv::fence_i, rv::jal(0, -8)});
  rig.hart.run(3);
  rig.store(kBase, rv::addi(1, 0, 9));
  rig.hart.run(6);
  CHECK(rig.hart.x(1) == 9);
  HartRig other({rv::addi(1, 0, 1), rv::jal(0, -4)});
  other.hart.run(2);
  other.store(kBase, rv::addi(1, 0, 10));
  other.hart.reset(kBase);
  other.hart.run(2);
  CHECK(other.hart.x(1) == 10);
}

TEST_CASE("run takes exactly as many steps as it is given", "[control][run]") {
  std::vector<rv::Word> straight(100, rv::addi(1, 1, 1));
  for (std::uint64_t steps = 0; steps <= 70; ++steps) {
    HartRig rig;
    rig.place(kBase, straight);
    const auto ran = rig.hart.run(steps);
    CHECK(ran.steps == steps);
    CHECK(ran.why == Stop::steps);
    CHECK(rig.hart.x(1) == steps);
    CHECK(rig.hart.pc() == kBase + 4 * steps);
    CHECK(rig.hart.cycles() == steps);
  }
}

TEST_CASE("each instruction costs what its kind costs", "[control][run]") {
  const control::CycleCosts costs{.base = 1, .load = 10, .store = 100, .multiply = 1000, .divide = 2000,
                                  .taken = 4000, .trap = 8000};
  const auto cycles = [&](rv::Word word) {
    HartRig rig({rv::nop, word}, costs);
    rig.hart.set_x(5, HartRig::kData);
    rig.hart.run(2);
    return rig.hart.cycles() - 1;
  };
  CHECK(cycles(rv::add(1, 2, 3)) == 1);
  CHECK(cycles(rv::lw(1, 5, 0)) == 11);
  CHECK(cycles(rv::lbu(1, 5, 0)) == 11);
  CHECK(cycles(rv::sb(1, 5, 0)) == 101);
  CHECK(cycles(rv::m_extension(0, 1, 2, 3)) == 1001);
  CHECK(cycles(rv::m_extension(3, 1, 2, 3)) == 1001);
  CHECK(cycles(rv::m_extension(4, 1, 2, 3)) == 2001);
  CHECK(cycles(rv::m_extension(7, 1, 2, 3)) == 2001);
  CHECK(cycles(rv::beq(0, 0, 8)) == 4001);
  CHECK(cycles(rv::bne(0, 0, 8)) == 1);
  CHECK(cycles(rv::jal(0, 8)) == 4001);
  CHECK(cycles(rv::jalr(0, 5, 0)) == 4001);
  CHECK(cycles(rv::mret) == 4001);
  CHECK(cycles(rv::csrrs(1, rv::mscratch, 0)) == 1);
  CHECK(cycles(rv::ecall) == 8000);  // it does not retire
  CHECK(cycles(rv::lw(1, 5, 1)) == 8000);
}

TEST_CASE("a device sees offset, size and value, and answers extended", "[control][bus]") {
  HartRig rig({rv::sw(6, 5, 4), rv::sh(6, 5, 10), rv::sb(6, 5, 13), rv::lb(1, 5, 4), rv::lhu(2, 5, 4),
               rv::lh(3, 5, 4), rv::lw(4, 5, 4)});
  rig.hart.set_x(5, HartRig::kDevice);
  rig.hart.set_x(6, 0x8765f3a1);
  rig.hart.run(1);
  CHECK((rig.device.last_offset == 4 && rig.device.last_size == 4 && rig.device.last_value == 0x8765f3a1));
  rig.hart.run(1);
  CHECK((rig.device.last_offset == 10 && rig.device.last_size == 2 && rig.device.last_value == 0xf3a1));
  rig.hart.run(1);
  CHECK((rig.device.last_offset == 13 && rig.device.last_size == 1 && rig.device.last_value == 0xa1));
  rig.hart.run(4);
  CHECK(rig.hart.x(1) == 0xffffffa1);
  CHECK(rig.hart.x(2) == 0xf3a1);
  CHECK(rig.hart.x(3) == 0xfffff3a1);
  CHECK(rig.hart.x(4) == 0x8765f3a1);
  CHECK(rig.device.accesses == 7);
}

TEST_CASE("a device's error is an access fault, its stall stops the program at the access", "[control][bus]") {
  HartRig rig({rv::addi(2, 0, 2), rv::lw(1, 5, 0), rv::sw(2, 5, 0)});
  rig.hart.set_x(1, 1);
  rig.hart.set_x(5, HartRig::kDevice);
  rig.device.words[0] = 42;
  rig.device.answer = BusAnswer::stall;
  auto ran = rig.hart.run(10);
  CHECK(ran.why == Stop::bus);
  CHECK(ran.steps == 1);
  CHECK(rig.hart.pc() == kBase + 4);
  CHECK(rig.hart.x(1) == 1);
  CHECK(rig.hart.run(10).steps == 0);
  rig.device.answer = BusAnswer::done;
  CHECK(rig.hart.run(1).steps == 1);
  CHECK(rig.hart.x(1) == 42);
  rig.device.answer = BusAnswer::error;
  rig.hart.run(1);
  CHECK(rig.csr(rv::mcause) == 7);
  CHECK(rig.csr(rv::mtval) == HartRig::kDevice);
  CHECK(rig.device.words[0] == 42);
  rig.hart.reset(kBase + 4);
  rig.hart.set_x(5, HartRig::kDevice);
  rig.hart.run(1);
  CHECK(rig.csr(rv::mcause) == 5);
  CHECK(rig.hart.x(1) == 0);
}

TEST_CASE("a hart that stops at devices does so at each, the handler's between two runs too", "[control][bus]") {
  HartRig rig({rv::nop, rv::lw(1, 5, 0), rv::sw(1, 5, 4)});
  rig.place(HartRig::kHandler, {rv::nop, rv::lw(2, 5, 8), rv::mret});
  rig.hart.stop_at_devices();
  rig.set_csr(rv::mtvec, HartRig::kHandler);
  rig.set_csr(rv::mie, 0x888);
  rig.set_csr(rv::mstatus, 8);
  rig.hart.set_x(5, HartRig::kDevice);
  rig.device.words = {1, 2, 3, 4};
  const auto stops_after = [&](std::uint64_t steps, unsigned accesses) {
    const auto ran = rig.hart.run(10);
    CHECK(ran.why == Stop::bus);
    CHECK(ran.steps == steps);
    CHECK(rig.device.accesses == accesses);
  };
  stops_after(1, 0);
  rig.hart.set_interrupt(control::Interrupt::external, true);
  stops_after(2, 0);  // the trap and the handler's nop: its load is not the one that was announced
  rig.hart.set_interrupt(control::Interrupt::external, false);
  stops_after(2, 1);  // the handler's load and its mret
  CHECK(rig.hart.x(2) == 3);
  rig.device.answer = BusAnswer::stall;
  stops_after(0, 2);  // what the device stalls is announced too
  rig.device.answer = BusAnswer::done;
  stops_after(1, 3);
  CHECK(rig.hart.x(1) == 1);
  CHECK(rig.hart.run(1).steps == 1);
  CHECK(rig.device.words[1] == 1);
}

TEST_CASE("a reset forgets everything but counts and wires", "[control][run]") {
  HartRig rig({rv::wfi});
  rig.set_csr(rv::mtvec, 0x100);
  rig.set_csr(rv::mstatus, 8);
  rig.hart.set_x(9, 9);
  rig.hart.run(1);
  rig.hart.set_interrupt(control::Interrupt::timer, true);
  rig.hart.reset(kBase + 8);
  CHECK_FALSE(rig.hart.asleep());
  CHECK(rig.hart.pc() == kBase + 8);
  CHECK(rig.hart.x(9) == 0);
  CHECK(rig.csr(rv::mtvec) == 0);
  CHECK(rig.csr(rv::mstatus) == 0x1800);
  CHECK(rig.csr(rv::mip) == 1 << 7);
  CHECK(rig.hart.retired() == 1);
}

TEST_CASE("memory that cannot be is refused with both places", "[control][memory]") {
  control::MemoryMap memory;
  ScratchDevice device;
  memory.add_ram(0x1000, 0x1000);
  memory.add_device(0x3000, 16, device);
  CHECK_THROWS_WITH(memory.add_ram(0x1ffc, 8), "RAM at 0x00001ffc + 0x8: overlaps the RAM at 0x00001000 + 0x1000");
  CHECK_THROWS_WITH(memory.add_device(0xffc, 8, device), Catch::Contains("overlaps the RAM"));
  CHECK_THROWS_WITH(memory.add_ram(0x2000, 0x2000), Catch::Contains("overlaps the device at 0x00003000"));
  CHECK_THROWS_WITH(memory.add_ram(0x5000, 0), Catch::Contains("multiples of 4"));
  CHECK_THROWS_WITH(memory.add_ram(0x5002, 4), Catch::Contains("multiples of 4"));
  CHECK_THROWS_WITH(memory.add_ram(0xfffffff0, 20), Catch::Contains("2^32"));
  memory.add_ram(0xfffffff0, 16);
  memory.add_ram(0x2000, 0x1000);
  CHECK(memory.bytes_at(0x1ff0, 16).size() == 16);
  CHECK(memory.bytes_at(0x1ff0, 17).empty());  // it would end in another RAM
  CHECK(memory.bytes_at(0xfffffff0, 16).size() == 16);
  CHECK(memory.bytes_at(0xfffffff4, 16).empty());
  CHECK(memory.bytes_at(0x3000, 4).empty());
}
