// Commands by chance: whatever a driver sends, an answer comes, and the hardware's tables stay what the firmware
// believes. The rig checks each operation: nothing is installed twice or removed in vain, nobody's is another's.
#include <catch2/catch.hpp>

#include <random>
#include <set>

#include "support/firmware_rig.h"

using namespace viosim::test;
namespace hm = viosim::regs::hca_mailbox;

namespace {

const std::set<unsigned> kStatuses = {0, 1, 2, 3, 4, 5, 6, 8, 9, 0xa, 0x10};
constexpr Opcode kOpcodes[] = {
  Opcode::query_dev_cap, Opcode::query_fw, Opcode::init_hca, Opcode::init_port, Opcode::close_port, Opcode::sw2hw_mpt,
  Opcode::query_mpt, Opcode::hw2sw_mpt, Opcode::write_mtt, Opcode::map_eq, Opcode::sw2hw_eq, Opcode::hw2sw_eq,
  Opcode::query_eq, Opcode::sw2hw_cq, Opcode::hw2sw_cq, Opcode::query_cq, Opcode::rst2init_qp, Opcode::init2rtr_qp,
  Opcode::rtr2rts_qp, Opcode::rts2rts_qp, Opcode::to_err_qp, Opcode::to_rst_qp, Opcode::query_qp, Opcode::nop,
  Opcode::sw2hw_srq, Opcode::hw2sw_srq, Opcode::query_srq, Opcode::query_port, Opcode::inform_flr_done,
  Opcode::alloc_res, Opcode::free_res, Opcode::query_func_cap, Opcode::set_vf, Opcode::create_ah, Opcode::query_ah,
  Opcode::modify_ah};

struct Chance {
  std::mt19937 engine;
  explicit Chance(std::uint32_t seed) : engine(seed) {}
  std::uint32_t operator()() { return static_cast<std::uint32_t>(engine()); }
};

}  // namespace

TEST_CASE("firmware: words by chance are answered", "[firmware]") {
  FirmwareRig rig(4);
  Chance random(1);
  for (unsigned i = 0; i < 50'000; ++i) {
    std::uint32_t words[7];
    for (std::uint32_t& w : words) w = random();
    CHECK(kStatuses.count(static_cast<unsigned>(rig.run_words(random() % 6, words).status)) == 1);
  }
}

TEST_CASE("firmware: commands by chance with likely numbers keep the tables whole", "[firmware]") {
  FirmwareRig rig(4);
  Chance random(GENERATE(1U, 2U, 3U));
  std::size_t good = 0;
  const auto likely = [&]() -> std::uint32_t {
    switch (random() % 6) {
      case 0: return 0x40 + random() % 8;
      case 1: return (1 + random() % 8) << 8;
      case 2: return random();
      case 3: return 1U << random() % 12;
      default: return random() % 8;
    }
  };
  constexpr unsigned kResources[] = {0, 1, 2, 4, 5, 11, 32, 33};
  for (unsigned i = 0; i < 60'000; ++i) {
    const Opcode opcode = kOpcodes[random() % std::size(kOpcodes)];
    const bool resource = opcode == Opcode::alloc_res || opcode == Opcode::free_res;
    for (std::uint64_t at = 0; at < 128; at += 4) rig.poke(FirmwareRig::kIn + at, random() % 3 == 0 ? likely() : 0U);
    if (opcode == Opcode::rst2init_qp && random() % 2 == 0)
      rig.poke(FirmwareRig::kIn, rig.qp_context(random() % 8, random() % 8));
    if (opcode == Opcode::sw2hw_cq && random() % 2 == 0)
      rig.poke(FirmwareRig::kIn, hm::CqContext{FirmwareRig::kRing, 0, 16, random() % 4, 0});
    const std::uint32_t modifier = resource ? kResources[random() % std::size(kResources)] : likely();
    const std::uint64_t in = resource ? likely() : random() % 16 == 0 ? random() : FirmwareRig::kIn;
    rig.host_answers = random() % 64 != 0;
    rig.port_status = random();
    const Status s = rig.run(random() % 4, opcode, modifier, in, random() % 3).status;
    good += s == Status::ok;
    CHECK(kStatuses.count(static_cast<unsigned>(s)) == 1);
    if (random() % 32 == 0) rig.port_changed();
  }
  CHECK(good > 5'000);
  rig.host_answers = true;
  // The end of each function leaves nothing of it.
  for (unsigned f = 1; f < 4; ++f) REQUIRE(rig.run(0, Opcode::inform_flr_done, f).status == Status::ok);
  for (const auto& [what, context] : rig.contexts) CHECK(context.function == 0);
}
