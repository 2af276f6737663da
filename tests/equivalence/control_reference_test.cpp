#include <catch2/catch.hpp>

#include <random>

#include "control/hart.h"
#include "support/hart_rig.h"
#include "support/reference_hart.h"

using namespace viosim;
using namespace viosim::test;
using control::Interrupt;

namespace {

constexpr std::uint32_t kBase = 0x80000000, kSize = 4096;

/// Programs that get somewhere: mostly valid instructions; addresses around the program itself, so that it reads and
/// changes its own code; sometimes any word at all.
class Words {
 public:
  explicit Words(unsigned seed) : random_(seed) {}
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }

  rv::Word next() {
    const rv::Reg d = below(8), a = below(8), b = below(8);
    const std::int32_t imm = static_cast<std::int32_t>(below(4096)) - 2048;
    constexpr rv::Word registers[] = {rv::mstatus, rv::mie, rv::mtvec, rv::mscratch, rv::mepc, rv::mcause, rv::mtval,
                                      rv::mip, rv::mhartid, 0x7c0};
    const rv::Word csr = registers[below(10)];
    switch (below(20)) {
      case 0: case 1: case 2: return rv::i_type(imm, a, std::array{0U, 2U, 3U, 4U, 6U, 7U}[below(6)], d, 0x13);
      case 3: return rv::r_type(below(8) == 0 ? 0x20 : 0, below(32), a, below(2) == 0 ? 1 : 5, d, 0x13);
      case 4: case 5: return rv::r_type(below(4) == 0 ? 0x20 : 0, b, a, below(8), d, 0x33);
      case 6: case 7: return rv::m_extension(below(8), d, a, b);
      case 8: return below(2) == 0 ? rv::lui(d, below(1 << 20)) : rv::auipc(d, below(2) == 0 ? 0 : below(1 << 20));
      case 9: case 10: return rv::i_type(imm & (below(4) == 0 ? -1 : -4), 8, below(6), d, 0x03);
      case 11: case 12: return rv::s_type(imm & (below(4) == 0 ? -1 : -4), b, 8, below(3));
      case 13: case 14:
        return rv::b_type((static_cast<std::int32_t>(below(64)) - 24) * (below(16) == 0 ? 2 : 4), b, a, below(8));
      case 15: return rv::jal(d, (static_cast<std::int32_t>(below(64)) - 24) * 4);
      case 16: return below(2) == 0 ? rv::jalr(d, 8, imm & -4) : rv::jalr(d, a, imm);
      case 17: return csr << 20 | a << 15 | below(8) << 12 | d << 7 | 0x73;
      case 18:
        return std::array{rv::ecall, rv::ebreak, rv::mret, rv::fence, rv::fence_i,
                          below(4) == 0 ? rv::wfi : rv::nop}[below(6)];
      default: return below(8) == 0 ? random_() : rv::csrrs(d, rv::minstret, 0);
    }
  }

 private:
  std::mt19937 random_;
};

void compare(HartRig& rig, ReferenceHart& reference) {
  REQUIRE(rig.hart.pc() == reference.pc);
  REQUIRE(rig.hart.retired() == reference.retired);
  REQUIRE(rig.hart.asleep() == reference.asleep);
  for (unsigned n = 0; n < 32; ++n) REQUIRE(rig.hart.x(n) == reference.x[n]);
  for (const auto& [number, value] : reference.csr) REQUIRE(rig.csr(number) == value);
}

}  // namespace

TEST_CASE("programs by chance do the same as in a plain interpreter", "[control][equivalence]") {
  std::uint64_t retired = 0, traps = 0;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    Words words(seed);
    HartRig rig;
    std::vector<rv::Word> program(HartRig::kRam / 4, 0);
    for (rv::Word& word : program) word = words.next();
    rig.place(kBase, program);
    const auto bytes = rig.memory.bytes_at(kBase, HartRig::kRam);
    std::vector<std::uint8_t> copy(bytes.size());
    std::memcpy(copy.data(), bytes.data(), bytes.size());
    ReferenceHart reference(kBase, std::move(copy));
    reference.pc = kBase + kSize / 2;
    rig.hart.reset(reference.pc);
    rig.set_csr(rv::mtvec, reference.csr[rv::mtvec] = kBase + kSize);
    if (seed % 2 == 0) rig.set_csr(rv::mie, reference.csr[rv::mie] = 0x888);
    for (unsigned n = 1; n < 32; ++n) {
      reference.x[n] = n == 8 ? kBase + kSize / 2 : words.below(3) == 0 ? 0 - words.below(3) : words.below(~0U);
      rig.hart.set_x(n, reference.x[n]);
    }
    for (int stretch = 0; stretch < 60; ++stretch) {
      INFO("seed " << seed << " stretch " << stretch);
      for (const Interrupt line : {Interrupt::software, Interrupt::timer, Interrupt::external}) {
        const bool on = words.below(4) == 0;
        rig.hart.set_interrupt(line, on);
        reference.csr[0x344] = (reference.csr[0x344] & ~control::bit(line)) | (on ? control::bit(line) : 0);
      }
      const std::uint64_t steps = words.below(70), before = rig.hart.retired();
      const std::uint64_t taken = rig.hart.run(steps).steps;
      for (std::uint64_t i = 0; i < taken; ++i) REQUIRE(reference.step());
      if (taken < steps) REQUIRE_FALSE(reference.step());
      compare(rig, reference);
      traps += taken - (rig.hart.retired() - before);
      // The program's tables of addresses wear away: x8 points into it again.
      rig.hart.set_x(8, reference.x[8] = kBase + kSize / 2 + words.below(64) * 4);
    }
    REQUIRE(std::memcmp(bytes.data(), reference.ram().data(), bytes.size()) == 0);
    retired += rig.hart.retired();
  }
  CHECK(retired > 100'000);
  CHECK(traps > 10'000);
}

TEST_CASE("words by chance never stop the simulator", "[control][equivalence]") {
  std::mt19937 random(1);
  for (int round = 0; round < 50; ++round) {
    HartRig rig;
    std::vector<rv::Word> program(HartRig::kRam / 4);
    for (rv::Word& word : program) word = static_cast<rv::Word>(random());
    rig.place(kBase, program);
    rig.set_csr(rv::mtvec, kBase + static_cast<std::uint32_t>(random() % HartRig::kRam));
    for (unsigned n = 1; n < 32; ++n) rig.hart.set_x(n, static_cast<std::uint32_t>(random()));
    const auto ran = rig.hart.run(20'000);
    CHECK((ran.steps == 20'000 || ran.why == control::Stop::wait));
    CHECK(rig.hart.retired() <= ran.steps);
  }
}
