#include <catch2/catch.hpp>

#include <random>

#include "control/hart.h"
#include "support/hart_rig.h"
#include "support/random_words.h"
#include "support/reference_hart.h"

using namespace viosim;
using namespace viosim::test;
using control::Interrupt;

namespace {

constexpr std::uint32_t kBase = 0x80000000, kSize = 4096;

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
