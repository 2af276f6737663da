#include "control/instruction.h"

namespace viosim::control {
namespace {

// Bits high..low of the word; `sign_` extends the highest.
constexpr std::uint32_t field(std::uint32_t word, int high, int low) {
  return (word >> low) & ((2U << (high - low)) - 1);
}
constexpr std::uint32_t sign_field(std::uint32_t word, int low) {
  return static_cast<std::uint32_t>(static_cast<std::int32_t>(word) >> low);
}
constexpr std::uint32_t immediate_s(std::uint32_t w) { return (sign_field(w, 25) << 5) | field(w, 11, 7); }
constexpr std::uint32_t immediate_b(std::uint32_t w) {
  return (sign_field(w, 31) << 12) | (field(w, 7, 7) << 11) | (field(w, 30, 25) << 5) | (field(w, 11, 8) << 1);
}
constexpr std::uint32_t immediate_j(std::uint32_t w) {
  return (sign_field(w, 31) << 20) | (field(w, 19, 12) << 12) | (field(w, 20, 20) << 11) | (field(w, 30, 21) << 1);
}

using enum Code;
constexpr Code kImmediate[8] = {addi, slli, slti, sltiu, xori, srli, ori, andi};
constexpr Code kRegister[8] = {add, sll, slt, sltu, exclusive_or, srl, inclusive_or, bit_and};
constexpr Code kMultiply[8] = {mul, mulh, mulhsu, mulhu, div, divu, rem, remu};
constexpr Code kLoad[8] = {lb, lh, lw, illegal, lbu, lhu, illegal, illegal};
constexpr Code kStore[8] = {sb, sh, sw, illegal, illegal, illegal, illegal, illegal};
constexpr Code kBranch[8] = {beq, bne, illegal, illegal, blt, bge, bltu, bgeu};

Code immediate_code(std::uint32_t funct3, std::uint32_t funct7) {
  if (funct3 == 1 && funct7 != 0) return illegal;
  if (funct3 == 5 && funct7 == 0x20) return srai;
  if (funct3 == 5 && funct7 != 0) return illegal;
  return kImmediate[funct3];
}

Code register_code(std::uint32_t funct3, std::uint32_t funct7) {
  if (funct7 == 0) return kRegister[funct3];
  if (funct7 == 1) return kMultiply[funct3];
  if (funct7 == 0x20 && funct3 == 0) return sub;
  if (funct7 == 0x20 && funct3 == 5) return sra;
  return illegal;
}

Code system_code(std::uint32_t word, std::uint32_t funct3) {
  if (funct3 != 0) return funct3 == 4 ? illegal : csr;
  switch (word) {
    case 0x00000073: return ecall;
    case 0x00100073: return ebreak;
    case 0x30200073: return mret;
    case 0x10500073: return wfi;
    default: return illegal;
  }
}

}  // namespace

Instruction decode(std::uint32_t word, std::uint32_t pc) {
  Instruction in;
  const std::uint32_t funct3 = field(word, 14, 12), funct7 = field(word, 31, 25), rd = field(word, 11, 7);
  if (rd != 0) in.rd = static_cast<std::uint8_t>(rd);
  in.rs1 = static_cast<std::uint8_t>(field(word, 19, 15));
  in.rs2 = static_cast<std::uint8_t>(field(word, 24, 20));
  switch (word & 0x7f) {
    case 0x37: in.code = constant, in.imm = word & 0xfffff000; break;
    case 0x17: in.code = constant, in.imm = pc + (word & 0xfffff000); break;
    case 0x6f: in.code = jal, in.imm = pc + immediate_j(word); break;
    case 0x67: in.code = funct3 == 0 ? jalr : illegal, in.imm = sign_field(word, 20); break;
    case 0x63: in.code = kBranch[funct3], in.imm = pc + immediate_b(word); break;
    case 0x03: in.code = kLoad[funct3], in.imm = sign_field(word, 20); break;
    case 0x23: in.code = kStore[funct3], in.imm = immediate_s(word); break;
    case 0x13:
      in.code = immediate_code(funct3, funct7);
      in.imm = funct3 == 1 || funct3 == 5 ? in.rs2 : sign_field(word, 20);
      break;
    case 0x33: in.code = register_code(funct3, funct7); break;
    // Reserved fields of a fence are there for finer ones: they are ignored.
    case 0x0f: in.code = funct3 == 0 ? fence : funct3 == 1 ? fence_i : illegal; break;
    case 0x73: in.code = system_code(word, funct3), in.imm = word; break;
    default: in.code = illegal; break;
  }
  if (in.code == illegal) in.imm = word;
  return in;
}

}  // namespace viosim::control
