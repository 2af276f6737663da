#include <catch2/catch.hpp>

#include "support/mmu_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

// One load that no cache knows, of a guest whose memory is not backed yet: four tables and the page are violations, so
// that it is walked for six times.
constexpr std::int64_t kWalks = 6, kViolations = 5;
constexpr std::int64_t kUnmoved = kWalks * (7 + 5) + kViolations * (1000 + 2000);

LiteralParams with(LiteralParams literals, const char* key, const char* value) { return literals.set(key, value); }

/// How much longer than by the formula with the rig's numbers; references, 100 ns each, are counted.
Duration longer(const LiteralParams& hardware, LiteralParams software, const LiteralParams& exits) {
  MmuRig m("ept", hardware, true, k4K, software.set("prefault", "false"), exits);
  m.load(m.mmu->reserve(k4K, k4K));
  CHECK(m.count("ept_violations") == kViolations);
  const auto references = static_cast<std::int64_t>(m.count("walk_references"));
  CHECK(references > 24);
  return m.took - nanoseconds(kUnmoved + 100 * references);
}

}  // namespace

TEST_CASE("a load through five violations takes what the card says", "[virt][mmu][perturbation]") {
  Simulation sim;
  CHECK(longer(bare_mmu(), paging_literals("ept"), exit_literals()) == kZeroTime);
}
TEST_CASE("a slower violation handler shows once a violation", "[virt][mmu][perturbation]") {
  Simulation sim;
  const LiteralParams slow = with(paging_literals("ept"), "ept_violation", "2100 cycles");
  CHECK(longer(bare_mmu(), slow, exit_literals()) == nanoseconds(100 * kViolations));
}
TEST_CASE("a slower exit shows once a violation", "[virt][mmu][perturbation]") {
  Simulation sim;
  const LiteralParams slow = with(exit_literals(), "hardware_round_trip", "1100 cycles");
  CHECK(longer(bare_mmu(), paging_literals("ept"), slow) == nanoseconds(100 * kViolations));
}
TEST_CASE("a slower start of a walk shows once a walk", "[virt][mmu][perturbation]") {
  Simulation sim;
  const LiteralParams slow = with(bare_mmu(), "walk_setup", "105 cycles");
  CHECK(longer(slow, paging_literals("ept"), exit_literals()) == nanoseconds(100 * kWalks));
}
TEST_CASE("a slower look-up shows once a try", "[virt][mmu][perturbation]") {
  Simulation sim;
  const LiteralParams slow = with(bare_mmu(), "stlb_lookup", "107 cycles");
  CHECK(longer(slow, paging_literals("ept"), exit_literals()) == nanoseconds(100 * kWalks));
}
