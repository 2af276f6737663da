#include <catch2/catch.hpp>

#include <vector>

#include "support/hart_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

constexpr std::uint32_t kMin = 0x80000000, kMax = 0x7fffffff, kMinus1 = 0xffffffff;

struct Case {
  const char* name;
  rv::Word word;
  std::uint32_t a, b, result;
};

/// The instruction with x5 = a and x6 = b, its result in x7, everything else as it was.
std::uint32_t result_of(const Case& c) {
  HartRig rig({c.word});
  for (unsigned n = 1; n < 32; ++n) rig.hart.set_x(n, 0xabc00000 + n);
  rig.hart.set_x(5, c.a);
  rig.hart.set_x(6, c.b);
  CHECK(rig.hart.run(1).steps == 1);
  CHECK(rig.hart.retired() == 1);
  CHECK(rig.hart.pc() == HartRig::kBase + 4);
  CHECK(rig.hart.x(0) == 0);
  for (unsigned n = 1; n < 32; ++n)
    if (n < 5 || n > 7) CHECK(rig.hart.x(n) == 0xabc00000 + n);
  return rig.hart.x(7);
}

Case reg(const char* name, rv::Word (*make)(rv::Reg, rv::Reg, rv::Reg), std::uint32_t a, std::uint32_t b,
         std::uint32_t result) {
  return {name, make(7, 5, 6), a, b, result};
}
Case imm(const char* name, rv::Word (*make)(rv::Reg, rv::Reg, std::int32_t), std::uint32_t a, std::int32_t value,
         std::uint32_t result) {
  return {name, make(7, 5, value), a, 0, result};
}
Case shift(const char* name, rv::Word (*make)(rv::Reg, rv::Reg, rv::Word), std::uint32_t a, rv::Word n,
           std::uint32_t result) {
  return {name, make(7, 5, n), a, 0, result};
}
Case m(const char* name, rv::Word funct3, std::uint32_t a, std::uint32_t b, std::uint32_t result) {
  return {name, rv::m_extension(funct3, 7, 5, 6), a, b, result};
}

}  // namespace

TEST_CASE("register and immediate instructions of RV32I", "[control][instruction]") {
  const std::vector<Case> cases = {
      imm("addi", rv::addi, 5, -7, 0xfffffffe), imm("addi wraps", rv::addi, kMax, 1, kMin),
      imm("addi -2048", rv::addi, 0, -2048, 0xfffff800),
      imm("slti", rv::slti, kMinus1, 0, 1), imm("slti equal", rv::slti, 3, 3, 0), imm("slti", rv::slti, 0, -1, 0),
      imm("sltiu sign-extends", rv::sltiu, 5, -1, 1), imm("sltiu", rv::sltiu, kMinus1, 1, 0),
      imm("sltiu 1: seqz", rv::sltiu, 0, 1, 1),
      imm("xori -1: not", rv::xori, 0x0f0f1234, -1, 0xf0f0edcb), imm("ori", rv::ori, 0x100, -2048, 0xfffff900),
      imm("andi", rv::andi, 0x12345678, 0x7f, 0x78), imm("andi -16", rv::andi, 0x1234567f, -16, 0x12345670),
      shift("slli 31", rv::slli, 3, 31, kMin), shift("slli 0", rv::slli, 3, 0, 3),
      shift("srli 31", rv::srli, kMin, 31, 1), shift("srai 31", rv::srai, kMin, 31, kMinus1),
      shift("srai", rv::srai, 0x70000000, 28, 7),
      reg("add wraps", rv::add, kMinus1, 2, 1), reg("sub wraps", rv::sub, 0, 1, kMinus1),
      reg("sub", rv::sub, kMin, 1, kMax), reg("sll by 32 is by 0", rv::sll, 9, 32, 9),
      reg("sll by 33", rv::sll, 9, 33, 18), reg("sll by 31", rv::sll, 1, 31, kMin),
      reg("slt", rv::slt, kMin, kMax, 1), reg("slt", rv::slt, kMax, kMin, 0), reg("slt equal", rv::slt, 4, 4, 0),
      reg("sltu", rv::sltu, kMin, kMax, 0), reg("sltu", rv::sltu, 0, kMinus1, 1),
      reg("xor", rv::exclusive_or, 0xff00ff00, 0x0ff00ff0, 0xf0f0f0f0),
      reg("srl by 32 is by 0", rv::srl, kMin, 32, kMin), reg("srl by 63", rv::srl, kMin, 63, 1),
      reg("sra by 32 is by 0", rv::sra, kMin, 32, kMin), reg("sra by -1", rv::sra, kMin, kMinus1, kMinus1),
      reg("or", rv::inclusive_or, 0xf0, 0x0f, 0xff), reg("and", rv::bit_and, 0xf3, 0x3f, 0x33),
      {"lui", rv::lui(7, 0xfffff), 0, 0, 0xfffff000}, {"lui 0", rv::lui(7, 0), 0, 0, 0},
      {"auipc", rv::auipc(7, 1), 0, 0, HartRig::kBase + 0x1000},
      {"auipc wraps", rv::auipc(7, 0x80000), 0, 0, 0},
      {"fence", rv::fence, 0, 0, 0xabc00007}, {"fence with reserved fields", 0xfff7878f, 0, 0, 0xabc00007},
      {"fence.i with reserved fields", 0xfff7978f, 0, 0, 0xabc00007},
      {"into x0", rv::addi(0, 5, 1), 9, 0, 0xabc00007}};
  for (const Case& c : cases) {
    INFO(c.name << " " << std::hex << c.a << " " << c.b);
    CHECK(result_of(c) == c.result);
  }
}

TEST_CASE("multiplication and division: every edge is defined", "[control][instruction]") {
  const std::vector<Case> cases = {
      m("mul", 0, 7, 6, 42), m("mul low half", 0, 0x10000, 0x10000, 0), m("mul", 0, kMinus1, kMinus1, 1),
      m("mulh", 1, kMinus1, kMinus1, 0), m("mulh", 1, kMin, kMin, 0x40000000), m("mulh", 1, kMin, 1, kMinus1),
      m("mulh", 1, kMin, kMax, 0xc0000000),
      m("mulhsu", 2, kMinus1, kMinus1, kMinus1), m("mulhsu", 2, 1, kMinus1, 0),
      m("mulhsu", 2, kMin, kMinus1, kMin), m("mulhsu", 2, kMax, kMin, 0x3fffffff),
      m("mulhu", 3, kMinus1, kMinus1, 0xfffffffe), m("mulhu", 3, kMin, kMin, 0x40000000),
      m("div", 4, 7, 0xfffffffe, 0xfffffffd), m("div towards zero", 4, 0xfffffff9, 2, 0xfffffffd),
      m("div by 0", 4, 7, 0, kMinus1), m("div overflow", 4, kMin, kMinus1, kMin),
      m("div by -1", 4, 7, kMinus1, 0xfffffff9),
      m("divu", 5, kMinus1, 2, kMax), m("divu by 0", 5, 7, 0, kMinus1), m("divu", 5, kMin, kMinus1, 0),
      m("rem sign of dividend", 6, 0xfffffff9, 2, kMinus1), m("rem", 6, 7, 0xfffffffe, 1),
      m("rem by 0", 6, 0xfffffff9, 0, 0xfffffff9), m("rem overflow", 6, kMin, kMinus1, 0),
      m("remu", 7, kMinus1, 10, 5), m("remu by 0", 7, kMin, 0, kMin), m("remu", 7, kMin, kMinus1, kMin)};
  for (const Case& c : cases) {
    INFO(c.name << " " << std::hex << c.a << " " << c.b);
    CHECK(result_of(c) == c.result);
  }
}

TEST_CASE("loads extend, stores leave their neighbours alone", "[control][instruction]") {
  HartRig rig({rv::lb(1, 5, 3), rv::lbu(2, 5, 3), rv::lh(3, 5, 2), rv::lhu(4, 5, 2), rv::lw(6, 5, 0), rv::lb(8, 5, 0),
               rv::lw(9, 5, -4), rv::sb(7, 5, 5), rv::sh(7, 5, 10), rv::sw(7, 5, 12), rv::lw(0, 5, 0),
               rv::lw(5, 5, 12)});
  rig.store(HartRig::kData, 0x8c7f4321);
  rig.store(HartRig::kData - 4, 0x00c0ffee);
  rig.store(HartRig::kData + 4, 0x11111111);
  rig.store(HartRig::kData + 8, 0x22222222);
  rig.hart.set_x(5, HartRig::kData);
  rig.hart.set_x(7, 0xdeadbeef);
  CHECK(rig.hart.run(12).steps == 12);
  CHECK(rig.hart.x(1) == 0xffffff8c);
  CHECK(rig.hart.x(2) == 0x8c);
  CHECK(rig.hart.x(3) == 0xffff8c7f);
  CHECK(rig.hart.x(4) == 0x8c7f);
  CHECK(rig.hart.x(6) == 0x8c7f4321);
  CHECK(rig.hart.x(8) == 0x21);
  CHECK(rig.hart.x(9) == 0x00c0ffee);
  CHECK(rig.word(HartRig::kData + 4) == 0x1111ef11);
  CHECK(rig.word(HartRig::kData + 8) == 0xbeef2222);
  CHECK(rig.word(HartRig::kData + 12) == 0xdeadbeef);
  CHECK(rig.hart.x(0) == 0);
  CHECK(rig.hart.x(5) == 0xdeadbeef);  // the address register as destination
}

TEST_CASE("branches go by their own comparison", "[control][instruction]") {
  struct Branch {
    rv::Word word;
    std::uint32_t a, b;
    bool taken;
  };
  const std::vector<Branch> cases = {
      {rv::beq(5, 6, 64), 1, 1, true},        {rv::beq(5, 6, 64), 1, 2, false},
      {rv::bne(5, 6, 64), 1, 1, false},       {rv::bne(5, 6, 64), 1, 2, true},
      {rv::blt(5, 6, 64), kMin, kMax, true},  {rv::blt(5, 6, 64), kMax, kMin, false},
      {rv::blt(5, 6, 64), 3, 3, false},       {rv::bge(5, 6, 64), kMin, kMax, false},
      {rv::bge(5, 6, 64), 3, 3, true},        {rv::bge(5, 6, 64), kMax, kMin, true},
      {rv::bltu(5, 6, 64), kMin, kMax, false}, {rv::bltu(5, 6, 64), kMax, kMin, true},
      {rv::bltu(5, 6, 64), 3, 3, false},      {rv::bgeu(5, 6, 64), kMin, kMax, true},
      {rv::bgeu(5, 6, 64), 3, 3, true},       {rv::bgeu(5, 6, 64), kMax, kMin, false}};
  for (const Branch& c : cases) {
    HartRig rig({c.word});
    rig.hart.set_x(5, c.a);
    rig.hart.set_x(6, c.b);
    rig.hart.run(1);
    INFO(std::hex << c.word << " " << c.a << " " << c.b);
    CHECK(rig.hart.pc() == HartRig::kBase + (c.taken ? 64 : 4));
  }
}

TEST_CASE("jumps link and reach as far as their fields", "[control][instruction]") {
  const auto after = [](rv::Word word, std::uint32_t x5, unsigned link) {
    HartRig rig;
    rig.place(HartRig::kBase + 0x8000, {word});
    rig.hart.reset(HartRig::kBase + 0x8000);
    rig.hart.set_x(5, x5);
    rig.hart.run(1);
    if (link != 0) CHECK(rig.hart.x(link) == HartRig::kBase + 0x8004);
    CHECK(rig.hart.x(0) == 0);
    return rig.hart.pc() - (HartRig::kBase + 0x8000);
  };
  CHECK(after(rv::jal(1, 0xffffc), 0, 1) == 0xffffc);
  CHECK(after(rv::jal(1, -0x100000), 0, 1) == 0U - 0x100000);
  CHECK(after(rv::jal(0, -8), 0, 0) == 0U - 8);
  CHECK(after(rv::jal(1, 0x804), 0, 1) == 0x804);
  CHECK(after(rv::beq(0, 0, 4092), 0, 0) == 4092);
  CHECK(after(rv::beq(0, 0, -4096), 0, 0) == 0U - 4096);
  CHECK(after(rv::jalr(1, 5, -4), HartRig::kBase + 0x9000, 1) == 0xffc);
  CHECK(after(rv::jalr(5, 5, 0), HartRig::kBase + 0x9000, 5) == 0x1000);      // the old value is the target
  CHECK(after(rv::jalr(0, 5, 0), HartRig::kBase + 0x9001, 0) == 0x1000);      // bit 0 is cleared
}
