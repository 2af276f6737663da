// RISC-V instructions as words: rv::addi(5, 0, 42). Registers are numbers, branch and jump offsets bytes.
#pragma once
#include <cstdint>

namespace viosim::test::rv {

using Word = std::uint32_t;
using Reg = unsigned;

constexpr Word r_type(Word funct7, Reg rs2, Reg rs1, Word funct3, Reg rd, Word opcode) {
  return funct7 << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode;
}
constexpr Word i_type(std::int32_t imm, Reg rs1, Word funct3, Reg rd, Word opcode) {
  return static_cast<Word>(imm) << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode;
}
constexpr Word s_type(std::int32_t imm, Reg rs2, Reg rs1, Word funct3) {
  const Word u = static_cast<Word>(imm);
  return (u >> 5 & 0x7f) << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | (u & 0x1f) << 7 | 0x23;
}
constexpr Word b_type(std::int32_t offset, Reg rs2, Reg rs1, Word funct3) {
  const Word u = static_cast<Word>(offset);
  return (u >> 12 & 1) << 31 | (u >> 5 & 0x3f) << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | (u >> 1 & 0xf) << 8 |
         (u >> 11 & 1) << 7 | 0x63;
}

constexpr Word lui(Reg rd, Word upper20) { return upper20 << 12 | rd << 7 | 0x37; }
constexpr Word auipc(Reg rd, Word upper20) { return upper20 << 12 | rd << 7 | 0x17; }
constexpr Word jal(Reg rd, std::int32_t offset) {
  const Word u = static_cast<Word>(offset);
  return (u >> 20 & 1) << 31 | (u >> 1 & 0x3ff) << 21 | (u >> 11 & 1) << 20 | (u >> 12 & 0xff) << 12 | rd << 7 | 0x6f;
}
constexpr Word jalr(Reg rd, Reg rs1, std::int32_t imm) { return i_type(imm, rs1, 0, rd, 0x67); }
constexpr Word beq(Reg a, Reg b, std::int32_t offset) { return b_type(offset, b, a, 0); }
constexpr Word bne(Reg a, Reg b, std::int32_t offset) { return b_type(offset, b, a, 1); }
constexpr Word blt(Reg a, Reg b, std::int32_t offset) { return b_type(offset, b, a, 4); }
constexpr Word bge(Reg a, Reg b, std::int32_t offset) { return b_type(offset, b, a, 5); }
constexpr Word bltu(Reg a, Reg b, std::int32_t offset) { return b_type(offset, b, a, 6); }
constexpr Word bgeu(Reg a, Reg b, std::int32_t offset) { return b_type(offset, b, a, 7); }
constexpr Word lb(Reg rd, Reg rs1, std::int32_t imm) { return i_type(imm, rs1, 0, rd, 0x03); }
constexpr Word lh(Reg rd, Reg rs1, std::int32_t imm) { return i_type(imm, rs1, 1, rd, 0x03); }
constexpr Word lw(Reg rd, Reg rs1, std::int32_t imm) { return i_type(imm, rs1, 2, rd, 0x03); }
constexpr Word lbu(Reg rd, Reg rs1, std::int32_t imm) { return i_type(imm, rs1, 4, rd, 0x03); }
constexpr Word lhu(Reg rd, Reg rs1, std::int32_t imm) { return i_type(imm, rs1, 5, rd, 0x03); }
constexpr Word sb(Reg rs2, Reg rs1, std::int32_t imm) { return s_type(imm, rs2, rs1, 0); }
constexpr Word sh(Reg rs2, Reg rs1, std::int32_t imm) { return s_type(imm, rs2, rs1, 1); }
constexpr Word sw(Reg rs2, Reg rs1, std::int32_t imm) { return s_type(imm, rs2, rs1, 2); }
constexpr Word addi(Reg rd, Reg rs1, std::int32_t imm) { return i_type(imm, rs1, 0, rd, 0x13); }
constexpr Word slti(Reg rd, Reg rs1, std::int32_t imm) { return i_type(imm, rs1, 2, rd, 0x13); }
constexpr Word sltiu(Reg rd, Reg rs1, std::int32_t imm) { return i_type(imm, rs1, 3, rd, 0x13); }
constexpr Word xori(Reg rd, Reg rs1, std::int32_t imm) { return i_type(imm, rs1, 4, rd, 0x13); }
constexpr Word ori(Reg rd, Reg rs1, std::int32_t imm) { return i_type(imm, rs1, 6, rd, 0x13); }
constexpr Word andi(Reg rd, Reg rs1, std::int32_t imm) { return i_type(imm, rs1, 7, rd, 0x13); }
constexpr Word slli(Reg rd, Reg rs1, Word n) { return r_type(0, n, rs1, 1, rd, 0x13); }
constexpr Word srli(Reg rd, Reg rs1, Word n) { return r_type(0, n, rs1, 5, rd, 0x13); }
constexpr Word srai(Reg rd, Reg rs1, Word n) { return r_type(0x20, n, rs1, 5, rd, 0x13); }
constexpr Word add(Reg rd, Reg a, Reg b) { return r_type(0, b, a, 0, rd, 0x33); }
constexpr Word sub(Reg rd, Reg a, Reg b) { return r_type(0x20, b, a, 0, rd, 0x33); }
constexpr Word sll(Reg rd, Reg a, Reg b) { return r_type(0, b, a, 1, rd, 0x33); }
constexpr Word slt(Reg rd, Reg a, Reg b) { return r_type(0, b, a, 2, rd, 0x33); }
constexpr Word sltu(Reg rd, Reg a, Reg b) { return r_type(0, b, a, 3, rd, 0x33); }
constexpr Word exclusive_or(Reg rd, Reg a, Reg b) { return r_type(0, b, a, 4, rd, 0x33); }
constexpr Word srl(Reg rd, Reg a, Reg b) { return r_type(0, b, a, 5, rd, 0x33); }
constexpr Word sra(Reg rd, Reg a, Reg b) { return r_type(0x20, b, a, 5, rd, 0x33); }
constexpr Word inclusive_or(Reg rd, Reg a, Reg b) { return r_type(0, b, a, 6, rd, 0x33); }
constexpr Word bit_and(Reg rd, Reg a, Reg b) { return r_type(0, b, a, 7, rd, 0x33); }
/// mul, mulh, mulhsu, mulhu, div, divu, rem, remu are funct3 0..7.
constexpr Word m_extension(Word funct3, Reg rd, Reg a, Reg b) { return r_type(1, b, a, funct3, rd, 0x33); }
constexpr Word csrrw(Reg rd, Word csr, Reg rs1) { return csr << 20 | rs1 << 15 | 1 << 12 | rd << 7 | 0x73; }
constexpr Word csrrs(Reg rd, Word csr, Reg rs1) { return csr << 20 | rs1 << 15 | 2 << 12 | rd << 7 | 0x73; }
constexpr Word csrrc(Reg rd, Word csr, Reg rs1) { return csr << 20 | rs1 << 15 | 3 << 12 | rd << 7 | 0x73; }
constexpr Word csrrwi(Reg rd, Word csr, Word imm5) { return csr << 20 | imm5 << 15 | 5 << 12 | rd << 7 | 0x73; }
constexpr Word csrrsi(Reg rd, Word csr, Word imm5) { return csr << 20 | imm5 << 15 | 6 << 12 | rd << 7 | 0x73; }
constexpr Word csrrci(Reg rd, Word csr, Word imm5) { return csr << 20 | imm5 << 15 | 7 << 12 | rd << 7 | 0x73; }
inline constexpr Word ecall = 0x00000073, ebreak = 0x00100073, mret = 0x30200073, wfi = 0x10500073;
inline constexpr Word fence = 0x0ff0000f, fence_i = 0x0000100f, nop = 0x00000013;

inline constexpr Word mstatus = 0x300, misa = 0x301, mie = 0x304, mtvec = 0x305, mscratch = 0x340, mepc = 0x341,
                      mcause = 0x342, mtval = 0x343, mip = 0x344, mcycle = 0xb00, minstret = 0xb02,
                      mcycleh = 0xb80, minstreth = 0xb82, mvendorid = 0xf11, mhartid = 0xf14;

}  // namespace viosim::test::rv
