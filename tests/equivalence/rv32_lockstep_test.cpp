#include <catch2/catch.hpp>

#include "support/random_words.h"
#include "support/rv32_lockstep.h"

using namespace viosim;
using namespace viosim::test;
using control::Interrupt;

namespace {

constexpr std::uint32_t kBase = Lockstep::kBase;

/// Programs that load their constants by themselves.
struct Program {
  std::vector<rv::Word> words;

  void add(std::initializer_list<rv::Word> more) { words.insert(words.end(), more); }
  std::uint32_t here() const { return kBase + 4 * static_cast<std::uint32_t>(words.size()); }
  void load(rv::Reg d, std::uint32_t value) {
    const std::uint32_t low = (value & 0xfff) << 20;
    add({rv::lui(d, (value - static_cast<std::uint32_t>(static_cast<std::int32_t>(low) >> 20)) >> 12),
         rv::addi(d, d, static_cast<std::int32_t>(low) >> 20)});
  }
  /// A handler that goes on at x30, or behind what trapped if x30 is 0; uses x28 and x29.
  void handler() {
    const std::uint32_t at = here() + 4 * 12;
    load(28, at);
    add({rv::csrrw(0, rv::mtvec, 28), rv::jal(0, 4 * 17)});
    while (here() < at) add({rv::nop});
    add({rv::csrrs(29, rv::mepc, 0), rv::addi(29, 29, 4), rv::beq(30, 0, 8), rv::addi(29, 30, 0),
         rv::csrrw(0, rv::mepc, 29), rv::csrrs(28, rv::mcause, 0), rv::csrrs(28, rv::mtval, 0), rv::mret});
  }
};

constexpr std::uint32_t kEdges[] = {0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe, 0x12345678, 0xdeadbeef, 31, 32};

std::uint64_t run_all(const Program& program, unsigned seed = 0) {
  Lockstep both(program.words, seed);
  both.run_to(program.here(), 1'000'000);
  both.compare_memories();
  return both.cycles();
}

}  // namespace

TEST_CASE("RTL and simulator: each operation of registers, over edges", "[rv32][equivalence]") {
  Program p;
  for (const std::uint32_t a : kEdges)
    for (const std::uint32_t b : kEdges) {
      p.load(1, a);
      p.load(2, b);
      for (rv::Word f3 = 0; f3 < 8; ++f3)
        p.add({rv::r_type(0, 2, 1, f3, 3, 0x33), rv::m_extension(f3, 4, 1, 2), rv::m_extension(f3, 1 + f3 % 2, 1, 2)});
      p.add({rv::sub(5, 1, 2), rv::sra(6, 1, 2), rv::add(0, 1, 2)});
    }
  run_all(p);
  run_all(p, 1);
}

TEST_CASE("RTL and simulator: each operation with an immediate", "[rv32][equivalence]") {
  Program p;
  for (const std::uint32_t a : kEdges) {
    p.load(1, a);
    for (const std::int32_t imm : {0, 1, -1, 2047, -2048, 0x555})
      for (const rv::Word f3 : {0U, 2U, 3U, 4U, 6U, 7U}) p.add({rv::i_type(imm, 1, f3, 2, 0x13)});
    for (rv::Word n = 0; n < 32; n += 5) p.add({rv::slli(2, 1, n), rv::srli(3, 1, n), rv::srai(4, 1, n)});
    p.add({rv::lui(5, a >> 12), rv::auipc(6, a >> 12), rv::fence, rv::fence_i, rv::nop});
  }
  run_all(p);
}

TEST_CASE("RTL and simulator: branches and jumps", "[rv32][equivalence]") {
  Program p;
  for (const std::uint32_t a : kEdges)
    for (const std::uint32_t b : kEdges) {
      p.load(1, a);
      p.load(2, b);
      for (const rv::Word f3 : {0U, 1U, 4U, 5U, 6U, 7U}) p.add({rv::b_type(8, 2, 1, f3), rv::addi(3, 3, 1)});
    }
  p.add({rv::jal(1, 8), rv::addi(4, 4, 1), rv::auipc(2, 0), rv::jalr(2, 2, 13), rv::addi(4, 4, 2)});
  p.add({rv::jal(0, 12), rv::addi(5, 0, 5), rv::jal(0, 8), rv::jal(0, -8), rv::addi(6, 0, 6)});
  run_all(p);
  run_all(p, 2);
}

TEST_CASE("RTL and simulator: loads and stores of all sizes, in RAM and in a device", "[rv32][equivalence]") {
  Program p;
  p.load(8, Lockstep::kData + 0x800);
  p.load(9, Lockstep::kDevice);
  for (const rv::Reg at : {8U, 9U})
    for (const std::uint32_t value : {0x80818283U, 0x7f0100ffU}) {
      p.load(1, value);
      p.add({rv::sw(1, at, 0), rv::sh(1, at, 6), rv::sb(1, at, 9), rv::sh(1, at, 12), rv::sb(1, at, 15)});
      for (std::int32_t i = 0; i < 16; ++i) p.add({rv::lb(2, at, i), rv::lbu(3, at, i), rv::add(4, 2, 3)});
      for (std::int32_t i = 0; i < 16; i += 2) p.add({rv::lh(2, at, i), rv::lhu(3, at, i), rv::add(4, 2, 3)});
      for (std::int32_t i = 0; i < 16; i += 4) p.add({rv::lw(2, at, i), rv::sw(2, 8, 64 + i)});
      p.add({rv::lw(0, at, 0)});
    }
  run_all(p);
  run_all(p, 3);
}

TEST_CASE("RTL and simulator: each exception, with cause, value and place", "[rv32][equivalence]") {
  Program p;
  p.handler();
  p.load(8, Lockstep::kData + 1);
  p.load(9, 0x40000000);  // nothing is there
  for (const rv::Word word : {rv::ecall, rv::ebreak, 0U, ~0U, 0x0000707fU, rv::b_type(8, 0, 0, 2), rv::b_type(8, 0, 0, 3),
                              rv::jalr(1, 8, 0) | 1 << 12, rv::i_type(0, 8, 3, 1, 0x03), rv::i_type(0, 8, 6, 1, 0x03),
                              rv::i_type(0, 8, 7, 1, 0x03), rv::s_type(0, 1, 8, 3), rv::s_type(0, 1, 8, 7),
                              rv::r_type(1, 1, 1, 1, 1, 0x13), rv::r_type(0x20, 1, 1, 1, 1, 0x13),
                              rv::r_type(1, 1, 1, 5, 1, 0x13), rv::r_type(0x20, 1, 1, 1, 1, 0x33),
                              rv::r_type(0x20, 1, 1, 7, 1, 0x33), rv::r_type(2, 1, 1, 0, 1, 0x33),
                              rv::i_type(0, 0, 2, 0, 0x0f), 0x00200073U, 0x30200173U, 0x10500173U, 0x7c0010f3U | 4 << 12})
    p.add({word});
  for (const rv::Reg at : {8U, 9U}) {
    p.add({rv::lb(1, at, 0), rv::lh(1, at, 0), rv::lhu(1, at, 0), rv::lw(1, at, 0), rv::lw(1, at, 1), rv::lbu(1, at, 0)});
    p.add({rv::sb(1, at, 0), rv::sh(1, at, 0), rv::sw(1, at, 0), rv::sw(1, at, 1), rv::sw(1, at, 2)});
  }
  p.add({rv::jal(1, 6), rv::beq(0, 0, 10), rv::bne(0, 0, 10), rv::jalr(1, 8, 1), rv::jalr(8, 8, 2)});
  // Where nothing can be fetched: the handler goes on at x30.
  p.add({rv::auipc(30, 0), rv::addi(30, 30, 12), rv::jalr(1, 9, 0)});
  p.load(10, Lockstep::kDevice);
  p.add({rv::auipc(30, 0), rv::addi(30, 30, 12), rv::jalr(1, 10, 0)});
  p.load(10, Lockstep::kData + Lockstep::kDataSize - 4);  // the last word of RAM; behind it nothing
  p.load(11, rv::nop);
  p.add({rv::sw(11, 10, 0), rv::auipc(30, 0), rv::addi(30, 30, 12), rv::jalr(1, 10, 0), rv::addi(30, 0, 0)});
  run_all(p);
  run_all(p, 4);
}

TEST_CASE("RTL and simulator: all 4096 control and status registers", "[rv32][equivalence]") {
  Program p;
  p.handler();
  p.load(3, 0xffffffff);
  p.load(4, 0xa5a5a5a5);
  p.add({rv::csrrw(0, rv::mcycle, 0)});  // from here on the two count alike, to the cycle
  for (rv::Word number = 0; number < 4096; ++number) {
    p.add({rv::csrrs(1, number, 0), rv::csrrw(5, number, 3), rv::csrrc(6, number, 4), rv::csrrs(7, number, 4),
           rv::csrrwi(5, number, 21), rv::csrrsi(6, number, 10), rv::csrrci(7, number, 0), rv::csrrci(7, number, 1),
           rv::csrrw(2, number, 1)});
    if (number == rv::mtvec) p.words[p.words.size() - 2] = rv::csrrci(7, number, 0);
  }
  p.add({rv::csrrs(1, rv::mcycle, 0), rv::csrrs(1, rv::minstret, 0)});
  run_all(p);
}

TEST_CASE("RTL and simulator: the counters, where they carry and where they are written", "[rv32][equivalence]") {
  Program p;
  p.load(1, 0xfffffffd);
  for (const rv::Word low : {rv::mcycle, rv::minstret}) {
    const rv::Word high = low + 0x80;
    p.add({rv::csrrw(0, high, 1), rv::csrrw(0, low, 1), rv::csrrs(2, low, 0), rv::nop, rv::csrrs(3, low, 0),
           rv::csrrs(4, high, 0), rv::csrrw(0, low, 1), rv::nop, rv::nop, rv::csrrw(5, high, 1), rv::csrrs(6, high, 0),
           rv::csrrs(7, low, 0), rv::csrrw(0, low, 1), rv::nop, rv::nop, rv::csrrwi(0, low, 3), rv::csrrs(2, high, 0)});
  }
  run_all(p);
}

TEST_CASE("RTL and simulator: interrupts, their order and their vectors", "[rv32][equivalence]") {
  for (unsigned mode = 0; mode < 2; ++mode)
    for (unsigned lines = 0; lines < 8; ++lines)
      for (unsigned enabled = 0; enabled < 8; ++enabled) {
        const auto spread = [](unsigned n) { return (n & 1) << 3 | (n & 2) << 6 | (n & 4) << 9; };
        Program p;
        p.load(1, kBase + 0x1000 + mode);
        p.load(2, spread(enabled));
        p.add({rv::csrrw(0, rv::mtvec, 1), rv::csrrw(0, rv::mie, 2), rv::csrrs(3, rv::mip, 0),
               rv::csrrsi(0, rv::mstatus, 8), rv::nop, rv::m_extension(4, 3, 1, 2)});
        Lockstep both(p.words);
        for (const Interrupt line : {Interrupt::software, Interrupt::timer, Interrupt::external})
          both.wire(line, (spread(lines) & control::bit(line)) != 0);
        REQUIRE(both.run(9));
        const unsigned due = lines & enabled;
        const unsigned which = (due & 4) != 0 ? 11 : (due & 1) != 0 ? 3 : 7;
        CHECK(both.interrupts() == (due != 0 ? 1 : 0));
        if (due != 0) {
          CHECK(both.csr(rv::mcause) == 0x80000000 + which);
          CHECK(both.hart().pc() == kBase + 0x1000 + mode * 4 * which);
        }
      }
}

TEST_CASE("RTL and simulator: wfi sleeps until a wire that is enabled", "[rv32][equivalence]") {
  Program p;
  p.handler();
  p.load(1, 0x888);
  p.add({rv::csrrw(0, rv::mie, 1), rv::wfi, rv::nop, rv::csrrsi(0, rv::mstatus, 8), rv::wfi, rv::nop, rv::wfi, rv::nop,
         rv::wfi});
  Lockstep both(p.words);
  CHECK_FALSE(both.run(100));
  CHECK(both.quiescent());
  both.wire(Interrupt::timer, true);
  REQUIRE(both.run(3));  // wakes, and takes it once mstatus lets it
  CHECK(both.interrupts() == 1);
  both.wire(Interrupt::timer, false);
  CHECK_FALSE(both.run(100));
  both.wire(Interrupt::external, true);
  REQUIRE(both.run(1));
  CHECK(both.interrupts() == 2);
  both.wire(Interrupt::external, false);
  CHECK_FALSE(both.run(100));
  CHECK(both.quiescent());
  // From sleep back to the beginning.
  both.restart(kBase);
  CHECK_FALSE(both.run(100));
  CHECK(both.interrupts() == 2);
}

TEST_CASE("RTL and simulator: programs by chance, interrupts by chance, memories that answer when they like",
          "[rv32][equivalence]") {
  std::uint64_t traps = 0, interrupts = 0, steps = 0;
  for (unsigned seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    constexpr std::uint32_t middle = kBase + 0x2000, handlers = kBase + 0x4000;
    Words words(seed, 9, 8);
    Program p;
    for (rv::Reg n = 10; n < 32; ++n) p.load(n, words.below(~0U));
    p.load(1, handlers + words.below(2));
    p.load(2, seed % 2 == 0 ? 0x888 : words.below(~0U));
    p.add({rv::csrrw(0, rv::mtvec, 1), rv::csrrw(0, rv::mie, 2), rv::csrrsi(0, rv::mstatus, 8)});
    for (rv::Reg n = 1; n < 8; ++n) p.load(n, words.below(3) == 0 ? 0 - words.below(3) : words.below(~0U));
    p.load(8, Lockstep::kData + 0x1000);
    p.load(9, middle);
    p.add({rv::jalr(0, 9, 0)});
    while (p.here() < kBase + 0x8000)
      p.add({p.here() == handlers + 8 ? rv::csrrsi(0, rv::mstatus, 8) : words.next()});
    Lockstep both(p.words, seed % 3 == 0 ? 0 : seed);
    both.storm(seed % 4 == 0 ? 0 : 8);
    both.run(1500);
    both.compare_memories();
    traps += both.traps(), interrupts += both.interrupts(), steps += both.steps();
  }
  CHECK(steps > 100'000);
  CHECK(traps > 10'000);
  CHECK(interrupts > 1'000);
}
