// RISC-V programs by chance.
#pragma once
#include <array>
#include <cstdint>
#include <random>

#include "support/riscv.h"

namespace viosim::test {

/// Programs that get somewhere: mostly valid instructions, sometimes any word at all. If `data` points into the program
/// it reads and changes its own code.
class Words {
 public:
  /// `code`, `data`: the registers that hold addresses, for jumps and for loads and stores; never written.
  explicit Words(unsigned seed, rv::Reg code = 8, rv::Reg data = 8) : random_(seed), code_(code), data_(data) {}
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
      case 9: case 10: return rv::i_type(imm & (below(4) == 0 ? -1 : -4), data_, below(6), d, 0x03);
      case 11: case 12: return rv::s_type(imm & (below(4) == 0 ? -1 : -4), b, data_, below(3));
      case 13: case 14:
        return rv::b_type((static_cast<std::int32_t>(below(64)) - 24) * (below(16) == 0 ? 2 : 4), b, a, below(8));
      case 15: return rv::jal(d, (static_cast<std::int32_t>(below(64)) - 24) * 4);
      case 16: return below(2) == 0 ? rv::jalr(d, code_, imm & -4) : rv::jalr(d, a, imm);
      case 17: return csr << 20 | a << 15 | below(8) << 12 | d << 7 | 0x73;
      case 18:
        return std::array{rv::ecall, rv::ebreak, rv::mret, rv::fence, rv::fence_i,
                          below(4) == 0 ? rv::wfi : rv::nop}[below(6)];
      default: return below(8) == 0 ? random_() : rv::csrrs(d, rv::minstret, 0);
    }
  }

 private:
  std::mt19937 random_;
  rv::Reg code_, data_;
};

}  // namespace viosim::test
