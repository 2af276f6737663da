#include <catch2/catch.hpp>

#include "support/hart_rig.h"

using namespace viosim;
using namespace viosim::test;
using control::Exception;
using control::Interrupt;
using control::Stop;

namespace {

constexpr std::uint32_t kBase = HartRig::kBase, kHandler = HartRig::kHandler;

struct Trap {
  const char* name;
  rv::Word word;
  std::uint32_t x5;
  Exception cause;
  std::uint32_t value;
};

}  // namespace

TEST_CASE("each exception enters its handler with cause, value and place", "[control][trap]") {
  const std::uint32_t data = HartRig::kData;
  const std::vector<Trap> traps = {
      {"all zero", 0, 0, Exception::illegal_instruction, 0},
      {"all ones", 0xffffffff, 0, Exception::illegal_instruction, 0xffffffff},
      {"compressed", 0x00000001, 0, Exception::illegal_instruction, 1},
      {"slli with bit 25", rv::slli(1, 1, 1) | 1 << 25, 0, Exception::illegal_instruction, 0x02109093},
      {"srli with funct7 1", 0x0210d093, 0, Exception::illegal_instruction, 0x0210d093},
      {"add with funct7 2", 0x042080b3, 0, Exception::illegal_instruction, 0x042080b3},
      {"and with funct7 0x20", 0x4020f0b3, 0, Exception::illegal_instruction, 0x4020f0b3},
      {"ld", 0x0002b083, 0, Exception::illegal_instruction, 0x0002b083},
      {"sd", 0x0012b023, 0, Exception::illegal_instruction, 0x0012b023},
      {"branch of funct3 2", 0x00002063, 0, Exception::illegal_instruction, 0x00002063},
      {"jalr of funct3 1", 0x00001067, 0, Exception::illegal_instruction, 0x00001067},
      {"sret", 0x10200073, 0, Exception::illegal_instruction, 0x10200073},
      {"fence of funct3 2", 0x0000200f, 0, Exception::illegal_instruction, 0x0000200f},
      {"ecall with rd", 0x000000f3, 0, Exception::illegal_instruction, 0x000000f3},
      {"ecall", rv::ecall, 0, Exception::environment_call, 0},
      {"ebreak", rv::ebreak, 0, Exception::breakpoint, kBase + 4},
      {"lh", rv::lh(1, 5, 1), data, Exception::load_misaligned, data + 1},
      {"lw", rv::lw(1, 5, 2), data, Exception::load_misaligned, data + 2},
      {"sh", rv::sh(1, 5, 3), data, Exception::store_misaligned, data + 3},
      {"sw", rv::sw(1, 5, 1), data, Exception::store_misaligned, data + 1},
      {"lw from nothing", rv::lw(1, 5, 4), 0x1000, Exception::load_fault, 0x1004},
      {"lb behind the end", rv::lb(1, 5, 0), kBase + HartRig::kRam, Exception::load_fault, kBase + HartRig::kRam},
      {"lb before the begin", rv::lb(1, 5, -1), kBase, Exception::load_fault, kBase - 1},
      {"sw to nothing", rv::sw(1, 5, -4), 0x1000, Exception::store_fault, 0xffc},
      {"jal to half a word", rv::jal(1, 6), 0, Exception::fetch_misaligned, kBase + 4 + 6},
      {"jalr to half a word", rv::jalr(1, 5, 0), data + 2, Exception::fetch_misaligned, data + 2},
      {"branch to half a word", rv::beq(0, 0, 2), 0, Exception::fetch_misaligned, kBase + 4 + 2}};
  for (const Trap& t : traps) {
    INFO(t.name);
    HartRig rig({rv::nop, t.word});
    rig.set_csr(rv::mtvec, kHandler);
    rig.set_csr(rv::mstatus, 8);
    rig.hart.set_x(1, 0x1234);
    rig.hart.set_x(5, t.x5);
    CHECK(rig.hart.run(2).steps == 2);
    CHECK(rig.hart.retired() == 1);
    CHECK(rig.hart.pc() == kHandler);
    CHECK(rig.csr(rv::mcause) == static_cast<std::uint32_t>(t.cause));
    CHECK(rig.csr(rv::mtval) == t.value);
    CHECK(rig.csr(rv::mepc) == kBase + 4);
    CHECK(rig.csr(rv::mstatus) == 0x1880);
    CHECK(rig.hart.x(1) == 0x1234);
  }
}

TEST_CASE("a branch to half a word that is not taken does not trap", "[control][trap]") {
  HartRig rig({rv::bne(0, 0, 2)});
  rig.hart.run(1);
  CHECK(rig.hart.pc() == kBase + 4);
}

TEST_CASE("fetching from nothing, from a device and across the end of RAM", "[control][trap]") {
  for (const std::uint32_t target : {std::uint32_t{0}, HartRig::kDevice, kBase + HartRig::kRam}) {
    HartRig rig({rv::jalr(1, 5, 0)});
    rig.set_csr(rv::mtvec, kHandler);
    rig.hart.set_x(5, target);
    rig.hart.run(2);
    CHECK(rig.csr(rv::mcause) == 1);
    CHECK(rig.csr(rv::mepc) == target);
    CHECK(rig.csr(rv::mtval) == target);
    CHECK(rig.hart.x(1) == kBase + 4);  // the jump itself retired
    CHECK(rig.device.accesses == 0);
  }
  HartRig rig;
  rig.place(kBase + HartRig::kRam - 8, {rv::addi(1, 0, 1), rv::addi(2, 0, 2)});
  rig.set_csr(rv::mtvec, kHandler);
  rig.hart.reset(kBase + HartRig::kRam - 8);
  rig.set_csr(rv::mtvec, kHandler);
  rig.hart.run(3);
  CHECK(rig.hart.x(2) == 2);
  CHECK(rig.csr(rv::mepc) == kBase + HartRig::kRam);
}

TEST_CASE("a handler that cannot be fetched neither hangs nor retires", "[control][trap]") {
  HartRig rig({rv::ecall});
  const auto ran = rig.hart.run(1000);  // mtvec is 0: nothing is there
  CHECK(ran.steps == 1000);
  CHECK(ran.why == Stop::steps);
  CHECK(rig.hart.retired() == 0);
}

TEST_CASE("a trap and its return restore the interrupts' enable", "[control][trap]") {
  HartRig rig({rv::ecall, rv::nop});
  rig.place(kHandler, {rv::csrrs(6, rv::mepc, 0), rv::addi(6, 6, 4), rv::csrrw(0, rv::mepc, 6), rv::mret});
  rig.set_csr(rv::mtvec, kHandler);
  rig.set_csr(rv::mstatus, 8);
  rig.hart.run(5);
  CHECK(rig.hart.pc() == kBase + 4);
  CHECK(rig.csr(rv::mstatus) == 0x1888);  // MPP stays machine, MPIE is set
}

TEST_CASE("exceptions the owner asked for stop instead", "[control][trap]") {
  HartRig rig({rv::addi(1, 0, 1), rv::ebreak, rv::addi(2, 0, 2)});
  rig.hart.stop_on(Exception::breakpoint);
  const auto ran = rig.hart.run(100);
  CHECK(ran.why == Stop::exception);
  CHECK(ran.steps == 1);
  CHECK(rig.hart.stopped_by() == Exception::breakpoint);
  CHECK(rig.hart.pc() == kBase + 4);
  CHECK(rig.csr(rv::mcause) == 0);
  CHECK(rig.hart.run(100).steps == 0);  // it stands there
}
