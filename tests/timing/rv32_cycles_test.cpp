// What the part says of the cycles of instructions is what rtl/rv32_core takes.
#include <catch2/catch.hpp>

#include "support/control_part.h"
#include "support/rv32_lockstep.h"

using namespace viosim;
using namespace viosim::test;

namespace {

control::CycleCosts costs() {
  LiteralParams part = control_part();
  return control::ControlProcessorParams(part).costs();
}

/// Cycles of each of 100 copies of `word`.
double cycles_of(rv::Word word) {
  std::vector<rv::Word> program = {rv::lui(8, Lockstep::kData >> 12), rv::addi(1, 0, -7), rv::addi(2, 0, 3)};
  program.insert(program.end(), 200, word);
  Lockstep both(program);
  REQUIRE(both.run(3 + 50));
  const std::uint64_t before = both.cycles(), of_hart = both.hart().cycles();
  REQUIRE(both.run(100));
  REQUIRE(both.hart().cycles() - of_hart == both.cycles() - before);
  return static_cast<double>(both.cycles() - before) / 100;
}

}  // namespace

TEST_CASE("instructions take the cycles that the part says", "[rv32][timing]") {
  const control::CycleCosts c = costs();
  for (const rv::Word word : {rv::nop, rv::add(3, 1, 2), rv::srai(3, 1, 4), rv::lui(3, 5), rv::auipc(3, 5),
                              rv::bne(1, 1, 4), rv::csrrs(3, rv::mscratch, 1), rv::csrrw(3, rv::mip, 0), rv::fence})
    CHECK(cycles_of(word) == c.base);
  for (const rv::Word word : {rv::lw(3, 8, 0), rv::lb(3, 8, 1), rv::lw(1, 8, 0)})
    CHECK(cycles_of(word) == c.base + c.load);
  for (const rv::Word word : {rv::sw(3, 8, 0), rv::sb(3, 8, 3)}) CHECK(cycles_of(word) == c.base + c.store);
  for (rv::Word f3 = 0; f3 < 4; ++f3) CHECK(cycles_of(rv::m_extension(f3, 3, 1, 2)) == c.base + c.multiply);
  for (rv::Word f3 = 4; f3 < 8; ++f3) {
    CHECK(cycles_of(rv::m_extension(f3, 3, 1, 2)) == c.base + c.divide);
    CHECK(cycles_of(rv::m_extension(f3, 3, 1, 0)) == c.base + c.divide);
  }
  for (const rv::Word word : {rv::jal(1, 4), rv::beq(1, 1, 4), rv::blt(1, 2, 4), rv::fence_i})
    CHECK(cycles_of(word) == c.base + c.taken);
}

TEST_CASE("traps, interrupts and returns take the cycles that the part says", "[rv32][timing]") {
  const control::CycleCosts c = costs();
  // The handler is at the end: a nop, then mret to itself.
  Lockstep both({rv::auipc(1, 0), rv::addi(1, 1, 24), rv::csrrw(0, rv::mtvec, 1), rv::csrrwi(0, rv::mie, 8), rv::nop,
                 rv::ecall, rv::csrrw(0, rv::mepc, 1), rv::csrrsi(0, rv::mstatus, 0), rv::mret});
  REQUIRE(both.run(5));
  std::uint64_t before = both.cycles();
  REQUIRE(both.run(2));  // the ecall and the handler's first instruction
  CHECK(both.traps() == 1);
  CHECK(both.cycles() - before == c.trap + 0U + c.base);
  REQUIRE(both.run(1));
  before = both.cycles();
  REQUIRE(both.run(2));  // mret, and what it goes back to
  CHECK(both.cycles() - before == 2U * c.base + c.taken);
  CHECK(both.hart().pc() == Lockstep::kBase + 28);

  Lockstep other({rv::auipc(1, 0), rv::addi(1, 1, 28), rv::csrrw(0, rv::mtvec, 1), rv::csrrwi(0, rv::mie, 8),
                  rv::csrrsi(0, rv::mstatus, 8), rv::nop, rv::nop, rv::nop});
  REQUIRE(other.run(6));
  other.wire(Interrupt::software, true);
  before = other.cycles();
  REQUIRE(other.run(2));
  CHECK(other.interrupts() == 1);
  CHECK(other.cycles() - before == c.trap + 0U + c.base);
}

TEST_CASE("an interrupt does not wait for the word that it makes useless", "[rv32][timing]") {
  Lockstep both({rv::auipc(1, 0), rv::addi(1, 1, 32), rv::csrrw(0, rv::mtvec, 1), rv::csrrwi(0, rv::mie, 8),
                 rv::csrrsi(0, rv::mstatus, 8), rv::jal(0, 0)});
  REQUIRE(both.run(8));  // it has just jumped
  both.wire(Interrupt::software, true);
  const std::uint64_t before = both.cycles();
  REQUIRE(both.run(1));
  CHECK(both.interrupts() == 1);
  CHECK(both.cycles() - before == 1);
}

TEST_CASE("wfi takes a cycle, and asleep mcycle stands", "[rv32][timing]") {
  Lockstep both({rv::csrrwi(0, rv::mie, 8), rv::csrrw(0, rv::mcycle, 0), rv::wfi, rv::csrrs(1, rv::mcycle, 0), rv::wfi,
                 rv::csrrs(2, rv::mcycle, 0)});
  REQUIRE(both.run(3));
  CHECK_FALSE(both.run(1));
  CHECK(both.quiescent());
  both.wire(Interrupt::software, true);
  REQUIRE(both.run(1));
  CHECK(both.hart().x(1) == 1);
  const std::uint64_t before = both.cycles();
  REQUIRE(both.run(2));  // a wire is on already: it does not sleep
  CHECK(both.cycles() - before == 2);
  CHECK(both.hart().x(2) == 3);
}
