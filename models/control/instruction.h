// One instruction of RV32IM + Zicsr + Zifencei, decoded. Pure.
// Models: the RISC-V unprivileged specification's encodings; every other word is illegal.
// Not modelled: compressed instructions, atomics, floating point.
#pragma once
#include <cstdint>

namespace viosim::control {

enum class Code : std::uint8_t {
  // Register and immediate; lui and auipc are constants once the address is known.
  constant, addi, slti, sltiu, xori, ori, andi, slli, srli, srai,
  add, sub, sll, slt, sltu, exclusive_or, srl, sra, inclusive_or, bit_and,
  mul, mulh, mulhsu, mulhu, div, divu, rem, remu,
  fence,
  lb, lh, lw, lbu, lhu, sb, sh, sw,
  // What ends a block.
  jal, jalr, beq, bne, blt, bge, bltu, bgeu,
  csr, ecall, ebreak, mret, wfi, fence_i, illegal,
  fetch_fault,  ///< no instruction could be fetched here
  cut,          ///< the block goes on elsewhere: no instruction
};

constexpr bool is_load(Code c) { return c >= Code::lb && c <= Code::lhu; }
constexpr bool is_store(Code c) { return c >= Code::sb && c <= Code::sw; }
constexpr bool is_multiply(Code c) { return c >= Code::mul && c <= Code::mulhu; }
constexpr bool is_divide(Code c) { return c >= Code::div && c <= Code::remu; }
constexpr bool ends_block(Code c) { return c >= Code::jal; }

/// Where results for x0 go: a register that nothing reads.
inline constexpr std::uint8_t kDiscard = 32;

struct Instruction {
  Code code = Code::illegal;
  std::uint8_t rd = kDiscard, rs1 = 0, rs2 = 0;
  std::uint32_t imm = 0;     ///< sign-extended; target of jal and branches; the word itself if csr or illegal
  std::uint32_t before = 0;  ///< cycles of the instructions before it in its block
};

/// The instruction `word` at address `pc`.
Instruction decode(std::uint32_t word, std::uint32_t pc);

}  // namespace viosim::control
