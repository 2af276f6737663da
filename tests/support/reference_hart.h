// A second hart, as plain as can be: one instruction at a time, fetched and taken apart anew each time, in arithmetic
// of 64 bits. Shares no line with control/: what both agree on is not a slip of one of them.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace viosim::test {

class ReferenceHart {
 public:
  ReferenceHart(std::uint32_t base, std::vector<std::uint8_t> ram) : pc(base), ram_(std::move(ram)), base_(base) {}

  std::uint32_t pc;
  std::uint32_t x[32] = {};
  std::map<unsigned, std::uint32_t> csr = {{0x300, 0x1800}, {0x304, 0}, {0x305, 0}, {0x340, 0},
                                           {0x341, 0},      {0x342, 0}, {0x343, 0}, {0x344, 0}};
  std::uint64_t retired = 0;
  bool asleep = false;
  const std::vector<std::uint8_t>& ram() const { return ram_; }

  /// One instruction, trap or interrupt. False: it sleeps.
  bool step() {
    const std::uint32_t pending = csr[0x344] & csr[0x304];
    if (asleep && pending == 0) return false;
    asleep = false;
    if ((csr[0x300] & 8) != 0 && pending != 0) {
      const unsigned which = (pending >> 11 & 1) ? 11 : (pending >> 3 & 1) ? 3 : 7;
      trap(0x80000000U + which, 0);
      if ((csr[0x305] & 3) == 1) pc += 4 * which;
      return true;
    }
    const auto word = memory(pc, 4);
    if (!word) return trap(1, pc);
    return instruction(static_cast<std::uint32_t>(*word));
  }

 private:
  bool trap(std::uint32_t cause, std::uint32_t value) {
    csr[0x341] = pc;
    csr[0x342] = cause;
    csr[0x343] = value;
    csr[0x300] = (csr[0x300] & 8) != 0 ? 0x1880 : 0x1800;
    pc = csr[0x305] / 4 * 4;
    return true;
  }
  std::optional<std::uint64_t> memory(std::uint64_t at, unsigned size) const {
    if (at < base_ || at + size > base_ + ram_.size()) return std::nullopt;
    std::uint64_t value = 0;
    for (unsigned i = size; i-- > 0;) value = value * 256 + ram_[at - base_ + i];
    return value;
  }
  static std::int64_t extend(std::uint64_t value, unsigned bits) {
    const std::uint64_t sign = std::uint64_t{1} << (bits - 1);
    value &= 2 * sign - 1;
    return static_cast<std::int64_t>(value ^ sign) - static_cast<std::int64_t>(sign);
  }
  bool done(unsigned rd, std::int64_t value, std::uint32_t next) {
    if (rd != 0) x[rd] = static_cast<std::uint32_t>(value);
    pc = next;
    ++retired;
    return true;
  }

  bool instruction(std::uint32_t w) {
    const unsigned opcode = w % 128, rd = w / 128 % 32, f3 = w / 4096 % 8, rs1 = w / 32768 % 32, rs2 = w >> 20 & 31,
                   f7 = w >> 25;
    const std::int64_t a = extend(x[rs1], 32), b = extend(x[rs2], 32), ua = x[rs1], ub = x[rs2];
    const std::int64_t imm = extend(w >> 20, 12);
    const std::uint32_t next = pc + 4;
    if (opcode == 0x37) return done(rd, w / 4096 * std::int64_t{4096}, next);
    if (opcode == 0x17) return done(rd, pc + w / 4096 * std::int64_t{4096}, next);
    if (opcode == 0x6f) {
      const std::int64_t offset = extend((w >> 31 & 1) * 0x100000 + (w >> 12 & 255) * 4096 + (w >> 20 & 1) * 2048 +
                                         (w >> 21 & 1023) * 2, 21);
      return jump(rd, static_cast<std::uint32_t>(pc + offset), next);
    }
    if (opcode == 0x67 && f3 == 0) return jump(rd, static_cast<std::uint32_t>(a + imm) / 2 * 2, next);
    if (opcode == 0x63 && f3 != 2 && f3 != 3) {
      const bool test[4] = {a == b, false, a < b, ua < ub};
      const std::int64_t offset = extend((w >> 31 & 1) * 4096 + (w >> 7 & 1) * 2048 + (w >> 25 & 63) * 32 +
                                         (w >> 8 & 15) * 2, 13);
      if (test[f3 / 2] == (f3 % 2 == 1)) return done(0, 0, next);
      return jump(0, static_cast<std::uint32_t>(pc + offset), next);
    }
    if (opcode == 0x03 && f3 != 3 && f3 < 6) {
      const std::uint32_t at = static_cast<std::uint32_t>(a + imm);
      const unsigned size = 1U << f3 % 4;
      if (at % size != 0) return trap(4, at);
      const auto value = memory(at, size);
      if (!value) return trap(5, at);
      return done(rd, f3 < 4 ? extend(*value, 8 * size) : static_cast<std::int64_t>(*value), next);
    }
    if (opcode == 0x23 && f3 < 3) {
      const std::uint32_t at = static_cast<std::uint32_t>(a + extend(f7 * 32 + rd, 12));
      const unsigned size = 1U << f3;
      if (at % size != 0) return trap(6, at);
      if (!memory(at, size)) return trap(7, at);
      for (unsigned i = 0; i < size; ++i) ram_[at - base_ + i] = static_cast<std::uint8_t>(x[rs2] >> 8 * i);
      return done(0, 0, next);
    }
    if (opcode == 0x13) {
      if (f3 == 1 && f7 != 0) return trap(2, w);
      if (f3 == 5 && f7 != 0 && f7 != 32) return trap(2, w);
      if (f3 == 1) return done(rd, ua << rs2, next);
      if (f3 == 5) return done(rd, (f7 == 0 ? ua : a) >> rs2, next);
      return done(rd, simple(f3, a, imm), next);
    }
    if (opcode == 0x33 && f7 == 1) return done(rd, multiply_or_divide(f3, a, b, ua, ub), next);
    if (opcode == 0x33 && (f7 == 0 || (f7 == 32 && (f3 == 0 || f3 == 5)))) {
      if (f3 == 0) return done(rd, f7 == 0 ? a + b : a - b, next);
      if (f3 == 1) return done(rd, ua << ub % 32, next);
      if (f3 == 5) return done(rd, (f7 == 0 ? ua : a) >> ub % 32, next);
      return done(rd, simple(f3, a, b), next);
    }
    if (opcode == 0x0f && f3 < 2) return done(0, 0, next);
    if (opcode == 0x73) return system(w, f3, rd, rs1, next);
    return trap(2, w);
  }
  bool jump(unsigned rd, std::uint32_t target, std::uint32_t link) {
    if (target % 4 != 0) return trap(0, target);
    return done(rd, link, target);
  }
  static std::int64_t simple(unsigned f3, std::int64_t a, std::int64_t b) {
    switch (f3) {
      case 0: return a + b;
      case 2: return a < b ? 1 : 0;
      case 3: return (a & 0xffffffff) < (b & 0xffffffff) ? 1 : 0;
      case 4: return a ^ b;
      case 6: return a | b;
      default: return a & b;
    }
  }
  static std::int64_t multiply_or_divide(unsigned f3, std::int64_t a, std::int64_t b, std::int64_t ua,
                                         std::int64_t ub) {
    switch (f3) {
      case 0: return static_cast<std::int64_t>(static_cast<std::uint64_t>(ua) * static_cast<std::uint64_t>(ub));
      case 1: return (a * b) >> 32;
      case 2: return (a * ub) >> 32;
      case 3: return static_cast<std::int64_t>(static_cast<std::uint64_t>(ua) * static_cast<std::uint64_t>(ub) >> 32);
      case 4: return b == 0 ? -1 : a / b;
      case 5: return ub == 0 ? -1 : ua / ub;
      case 6: return b == 0 ? a : a % b;
      default: return ub == 0 ? ua : ua % ub;
    }
  }
  bool system(std::uint32_t w, unsigned f3, unsigned rd, unsigned rs1, std::uint32_t next) {
    if (w == 0x73) return trap(11, 0);
    if (w == 0x100073) return trap(3, pc);
    if (w == 0x10500073) {
      asleep = true;
      return done(0, 0, next);
    }
    if (w == 0x30200073) {
      const bool was = (csr[0x300] & 0x80) != 0;
      csr[0x300] = was ? 0x1888 : 0x1880;
      return done(0, 0, csr[0x341]);
    }
    const unsigned number = w >> 20;
    if (f3 % 4 == 0 || (csr.count(number) == 0 && number != 0xb02 && number != 0xf14)) return trap(2, w);
    const bool write = f3 % 4 == 1 || rs1 != 0;
    if (write && number == 0xf14) return trap(2, w);
    const std::uint32_t with = f3 > 4 ? rs1 : x[rs1];
    const std::uint32_t count = static_cast<std::uint32_t>(retired);
    const std::uint32_t old = number == 0xf14 ? 7 : number == 0xb02 ? count : csr[number];
    const std::uint32_t value = f3 % 4 == 1 ? with : f3 % 4 == 2 ? old | with : old & ~with;
    if (write) {
      switch (number) {
        case 0x300: csr[number] = 0x1800 | (value & 0x88); break;
        case 0x304: csr[number] = value & 0x888; break;
        case 0x305: csr[number] = value & 0xfffffffd; break;
        case 0x341: csr[number] = value & 0xfffffffc; break;
        case 0x342: csr[number] = value & 0x8000001f; break;
        case 0x344: case 0xb02: break;  // the test does not write the counter
        default: csr[number] = value;
      }
    }
    return done(rd, old, next);
  }

  std::vector<std::uint8_t> ram_;
  std::uint64_t base_;
};

}  // namespace viosim::test
