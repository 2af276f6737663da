#include <catch2/catch.hpp>

#include "support/hart_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

/// What a register holds after a program wrote `value` into it; CHECKs that the write retired.
std::uint32_t after_write(rv::Word number, std::uint32_t value) {
  HartRig rig({rv::csrrw(0, number, 5), rv::csrrs(6, number, 0)});
  rig.hart.set_x(5, value);
  rig.hart.run(2);
  CHECK(rig.hart.retired() == 2);
  return rig.hart.x(6);
}

bool is_illegal(rv::Word word) {
  HartRig rig({word});
  rig.hart.set_x(1, 0x55);
  rig.hart.run(1);
  CHECK((rig.hart.retired() == 0) == (rig.csr(rv::mcause) == 2));
  if (rig.hart.retired() == 0) {
    CHECK(rig.csr(rv::mtval) == word);
    CHECK(rig.hart.x(1) == 0x55);
  }
  return rig.hart.retired() == 0;
}

}  // namespace

TEST_CASE("fields of control registers hold what they can hold", "[control][csr]") {
  struct Warl {
    rv::Word number;
    std::uint32_t ones, zeros;
  };
  for (const Warl& w : std::vector<Warl>{{rv::mstatus, 0x1888, 0x1800},
                                         {0x310, 0, 0},
                                         {rv::misa, 0x40001100, 0x40001100},
                                         {rv::mie, 0x888, 0},
                                         {rv::mip, 0, 0},
                                         {rv::mtvec, 0xfffffffd, 0},
                                         {rv::mscratch, 0xffffffff, 0},
                                         {rv::mepc, 0xfffffffc, 0},
                                         {rv::mcause, 0x8000001f, 0},
                                         {rv::mtval, 0xffffffff, 0},
                                         {0x320, 0, 0},
                                         {0x323, 0, 0},
                                         {0x33f, 0, 0},
                                         {0xb03, 0, 0},
                                         {0xb1f, 0, 0},
                                         {0xb83, 0, 0},
                                         {0xb9f, 0, 0}}) {
    INFO(std::hex << w.number);
    CHECK(after_write(w.number, 0xffffffff) == w.ones);
    CHECK(after_write(w.number, 0) == w.zeros);
  }
}

TEST_CASE("wires of interrupts are seen in mip and not written", "[control][csr]") {
  HartRig rig({rv::csrrw(6, rv::mip, 0), rv::csrrs(7, rv::mip, 0)});
  rig.hart.set_interrupt(control::Interrupt::external, true);
  rig.hart.run(2);
  CHECK(rig.hart.x(6) == 0x800);
  CHECK(rig.hart.x(7) == 0x800);
}

TEST_CASE("write, set and clear, by register and by immediate", "[control][csr]") {
  struct Change {
    rv::Word word;
    std::uint32_t after;
  };
  for (const Change& c : std::vector<Change>{{rv::csrrw(7, rv::mscratch, 5), 0x0ff0},
                                             {rv::csrrs(7, rv::mscratch, 5), 0xfff0},
                                             {rv::csrrc(7, rv::mscratch, 5), 0xf000},
                                             {rv::csrrwi(7, rv::mscratch, 31), 31},
                                             {rv::csrrsi(7, rv::mscratch, 15), 0xff0f},
                                             {rv::csrrci(7, rv::mscratch, 31), 0xff00},
                                             {rv::csrrw(7, rv::mscratch, 0), 0},
                                             {rv::csrrs(7, rv::mscratch, 0), 0xff00},
                                             {rv::csrrc(7, rv::mscratch, 0), 0xff00}}) {
    HartRig rig({c.word});
    rig.set_csr(rv::mscratch, 0xff00);
    rig.hart.set_x(5, 0x0ff0);
    rig.hart.run(1);
    INFO(std::hex << c.word);
    CHECK(rig.hart.x(7) == 0xff00);
    CHECK(rig.csr(rv::mscratch) == c.after);
  }
  HartRig swap({rv::csrrw(5, rv::mscratch, 5)});
  swap.set_csr(rv::mscratch, 1);
  swap.hart.set_x(5, 2);
  swap.hart.run(1);
  CHECK(swap.hart.x(5) == 1);
  CHECK(swap.csr(rv::mscratch) == 2);
}

TEST_CASE("registers that do not exist or cannot be written are illegal instructions", "[control][csr]") {
  for (const rv::Word absent : {0x000U, 0x100U, 0x302U, 0x306U, 0x3a0U, 0x7a0U, 0x7c0U, 0xb01U, 0xb81U, 0xc00U,
                                0xc01U, 0xfffU}) {
    INFO(std::hex << absent);
    CHECK(is_illegal(rv::csrrs(1, absent, 0)));
    CHECK(is_illegal(rv::csrrw(1, absent, 1)));
  }
  for (const rv::Word fixed : {0xf11U, 0xf12U, 0xf13U, 0xf14U, 0xf15U}) {
    CHECK(is_illegal(rv::csrrw(1, fixed, 0)));  // a write, even of x0
    CHECK(is_illegal(rv::csrrs(1, fixed, 2)));  // a write, even if x2 is 0
    CHECK(is_illegal(rv::csrrci(1, fixed, 1)));
    CHECK_FALSE(is_illegal(rv::csrrs(1, fixed, 0)));
    CHECK_FALSE(is_illegal(rv::csrrci(1, fixed, 0)));
  }
  HartRig rig({rv::csrrs(1, rv::mhartid, 0), rv::csrrs(2, rv::mvendorid, 0)});
  rig.hart.run(2);
  CHECK(rig.hart.x(1) == 7);
  CHECK(rig.hart.x(2) == 0);
}

TEST_CASE("counters read what came before, and hold what was written for the next to read", "[control][csr]") {
  control::CycleCosts costs;
  costs.base = 2;
  HartRig rig({rv::nop, rv::nop, rv::csrrs(1, rv::minstret, 0), rv::csrrs(2, rv::mcycle, 0),
               rv::csrrw(0, rv::minstret, 10), rv::csrrs(3, rv::minstret, 0), rv::csrrw(0, rv::mcycle, 10), rv::nop,
               rv::csrrs(4, rv::mcycle, 0)},
              costs);
  rig.hart.set_x(10, 1000);
  rig.hart.run(9);
  CHECK(rig.hart.x(1) == 2);
  CHECK(rig.hart.x(2) == 6);
  CHECK(rig.hart.x(3) == 1000);
  CHECK(rig.hart.x(4) == 1002);
  CHECK(rig.hart.retired() == 9);  // what the owner counts is not the program's to write
  CHECK(rig.hart.cycles() == 18);
}

TEST_CASE("counters have 64 bits, halves are written alone", "[control][csr]") {
  HartRig rig({rv::csrrw(0, rv::minstreth, 5), rv::csrrw(0, rv::minstret, 6), rv::nop, rv::csrrs(1, rv::minstreth, 0),
               rv::csrrw(0, rv::mcycleh, 5), rv::csrrw(0, rv::mcycle, 6), rv::csrrs(2, rv::mcycle, 0),
               rv::csrrs(3, rv::mcycleh, 0)});
  rig.hart.set_x(5, 41);
  rig.hart.set_x(6, 0xffffffff);
  rig.hart.run(8);
  CHECK(rig.hart.x(1) == 42);
  CHECK(rig.hart.x(2) == 0xffffffff);
  CHECK(rig.hart.x(3) == 42);
}
