// The instructions, one line each.
#include "control/arithmetic.h"
#include "control/hart.h"

namespace viosim::control {

template <class T>
Hart::Access Hart::load(const Instruction& in) {
  const std::uint32_t address = x_[in.rs1] + in.imm;
  if (address % sizeof(T) != 0) return Access::misaligned;
  if (const MemoryMap::Ram* ram = memory_.ram_at(address)) [[likely]] {
    x_[in.rd] = static_cast<std::uint32_t>(ram->read<T>(address));  // extended by T's sign
    return Access::done;
  }
  std::uint32_t value = 0;
  const Access access = load_device(address, sizeof(T), value);
  if (access == Access::leave) x_[in.rd] = static_cast<std::uint32_t>(static_cast<T>(value));
  return access;
}

template <class T>
Hart::Access Hart::store(const Instruction& in) {
  const std::uint32_t address = x_[in.rs1] + in.imm;
  if (address % sizeof(T) != 0) return Access::misaligned;
  const T value = static_cast<T>(x_[in.rs2]);
  MemoryMap::Ram* const ram = memory_.ram_at(address);
  if (ram == nullptr) [[unlikely]] return store_device(address, sizeof(T), value);
  ram->write(address, value);
  if (ram->code[(address - ram->base) / MemoryMap::kPiece] == 0) [[likely]] return Access::done;
  blocks_.forget(*ram, address);
  return Access::leave;
}

std::uint32_t Hart::execute(const Block& block) {
  std::uint32_t* const x = x_.data();
  for (const Instruction* at = block.instructions.data();; ++at) {
    const Instruction& in = *at;
    const std::uint32_t a = x[in.rs1], b = x[in.rs2];
    std::uint32_t& d = x[in.rd];
    Access access;
    switch (in.code) {
      case Code::constant: d = in.imm; continue;
      case Code::addi: d = a + in.imm; continue;
      case Code::slti: d = as_signed(a) < as_signed(in.imm); continue;
      case Code::sltiu: d = a < in.imm; continue;
      case Code::xori: d = a ^ in.imm; continue;
      case Code::ori: d = a | in.imm; continue;
      case Code::andi: d = a & in.imm; continue;
      case Code::slli: d = a << in.imm; continue;
      case Code::srli: d = a >> in.imm; continue;
      case Code::srai: d = as_unsigned(as_signed(a) >> in.imm); continue;
      case Code::add: d = a + b; continue;
      case Code::sub: d = a - b; continue;
      case Code::sll: d = a << (b & 31); continue;
      case Code::slt: d = as_signed(a) < as_signed(b); continue;
      case Code::sltu: d = a < b; continue;
      case Code::exclusive_or: d = a ^ b; continue;
      case Code::srl: d = a >> (b & 31); continue;
      case Code::sra: d = as_unsigned(as_signed(a) >> (b & 31)); continue;
      case Code::inclusive_or: d = a | b; continue;
      case Code::bit_and: d = a & b; continue;
      case Code::mul: d = a * b; continue;
      case Code::mulh: d = multiply_high(as_signed(a), as_signed(b)); continue;
      case Code::mulhsu: d = multiply_high(as_signed(a), b); continue;
      case Code::mulhu: d = multiply_high_unsigned(a, b); continue;
      case Code::div: d = divide(a, b); continue;
      case Code::divu: d = divide_unsigned(a, b); continue;
      case Code::rem: d = remainder(a, b); continue;
      case Code::remu: d = remainder_unsigned(a, b); continue;
      case Code::fence: continue;  // one processor in program order
      case Code::lb: access = load<std::int8_t>(in); break;
      case Code::lh: access = load<std::int16_t>(in); break;
      case Code::lw: access = load<std::uint32_t>(in); break;
      case Code::lbu: access = load<std::uint8_t>(in); break;
      case Code::lhu: access = load<std::uint16_t>(in); break;
      case Code::sb: access = store<std::uint8_t>(in); break;
      case Code::sh: access = store<std::uint16_t>(in); break;
      case Code::sw: access = store<std::uint32_t>(in); break;
      case Code::beq: return branch(block, in, a == b);
      case Code::bne: return branch(block, in, a != b);
      case Code::blt: return branch(block, in, as_signed(a) < as_signed(b));
      case Code::bge: return branch(block, in, as_signed(a) >= as_signed(b));
      case Code::bltu: return branch(block, in, a < b);
      case Code::bgeu: return branch(block, in, a >= b);
      default: return end(block, in);
    }
    if (access != Access::done) [[unlikely]] return after_access(block, in, access);
  }
}

}  // namespace viosim::control
