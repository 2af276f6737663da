#include "control/hart.h"

#include <utility>

namespace viosim::control {

Hart::Hart(MemoryMap& memory, const CycleCosts& costs, std::uint32_t hart_id)
    : memory_(memory), costs_(costs), blocks_(memory, costs), registers_(hart_id) {}

void Hart::reset(std::uint32_t pc) {
  pc_ = pc;
  x_ = {};
  asleep_ = stalled_ = false;
  registers_.reset();
  blocks_.forget_all();
}

Hart::Ran Hart::run(std::uint64_t steps) {
  std::uint64_t left = steps;
  stop_ = Stop::steps;
  granted_ = std::exchange(stalled_, false);
  while (left > 0 && stop_ == Stop::steps) {
    if (asleep_) [[unlikely]] {
      if (!registers_.wakes()) {
        stop_ = Stop::wait;
        break;
      }
      asleep_ = false;
    }
    if (registers_.interrupt_due()) [[unlikely]] {
      pc_ = registers_.enter_interrupt(pc_);
      granted_ = false;
      registers_.count(0, costs_.trap);
      --left;
      continue;
    }
    left -= execute(blocks_.at(pc_, left));
  }
  return {steps - left, stop_};
}

std::uint32_t Hart::end(const Block& block, const Instruction& last) {
  const std::uint32_t pc = block.address_of(last);
  switch (last.code) {
    case Code::jal: {
      if (last.imm % 4 != 0) return raise(block, last, Exception::fetch_misaligned, last.imm);
      x_[last.rd] = pc + 4;
      return jump(block, last, last.imm);
    }
    case Code::jalr: {
      const std::uint32_t target = (x_[last.rs1] + last.imm) & ~1U;
      if (target % 4 != 0) return raise(block, last, Exception::fetch_misaligned, target);
      x_[last.rd] = pc + 4;
      return jump(block, last, target);
    }
    case Code::csr: return access_csr(block, last);
    case Code::ecall: return raise(block, last, Exception::environment_call, 0);
    case Code::ebreak: return raise(block, last, Exception::breakpoint, pc);
    case Code::mret: return jump(block, last, registers_.leave());
    case Code::wfi:
      asleep_ = true;  // `run` wakes it at once if an interrupt is pending
      return retire(block, last, pc + 4);
    case Code::fence_i:
      blocks_.forget_all();
      return jump(block, last, pc + 4);
    case Code::fetch_fault: return raise(block, last, Exception::fetch_fault, pc);
    case Code::cut:
      pc_ = pc;
      registers_.count(block.steps, last.before);
      return block.steps;
    default: return raise(block, last, Exception::illegal_instruction, last.imm);
  }
}

std::uint32_t Hart::retire(const Block& block, const Instruction& last, std::uint32_t next) {
  const std::uint32_t steps = block.index_of(last) + 1;
  registers_.count(steps, (&last)[1].before);
  pc_ = next;
  return steps;
}

std::uint32_t Hart::jump(const Block& block, const Instruction& last, std::uint32_t target) {
  registers_.count(0, costs_.taken);
  return retire(block, last, target);
}

std::uint32_t Hart::branch(const Block& block, const Instruction& last, bool taken) {
  if (!taken) return retire(block, last, block.address_of(last) + 4);
  if (last.imm % 4 != 0) [[unlikely]] return raise(block, last, Exception::fetch_misaligned, last.imm);
  return jump(block, last, last.imm);
}

std::uint32_t Hart::stop_before(const Block& block, const Instruction& at, Stop why) {
  registers_.count(block.index_of(at), at.before);
  pc_ = block.address_of(at);
  stop_ = why;
  return block.index_of(at);
}

std::uint32_t Hart::raise(const Block& block, const Instruction& at, Exception why, std::uint32_t value) {
  const std::uint32_t before = stop_before(block, at, Stop::steps);
  if ((stops_ & bit(why)) != 0) {
    stop_ = Stop::exception;
    stopped_by_ = why;
    return before;
  }
  pc_ = registers_.enter(why, value, pc_);
  registers_.count(0, costs_.trap);
  return before + 1;
}

std::uint32_t Hart::access_csr(const Block& block, const Instruction& in) {
  const std::uint32_t word = in.imm, number = word >> 20;
  const bool immediate = (word >> 14 & 1) != 0;
  const std::uint32_t operation = word >> 12 & 3;  // 1: write, 2: set, 3: clear
  const std::uint32_t operand = immediate ? in.rs1 : x_[in.rs1];
  const bool writes = operation == 1 || in.rs1 != 0;
  if (!registers_.read(number) || (writes && ControlRegisters::read_only(number)))
    return raise(block, in, Exception::illegal_instruction, word);
  // What it reads counts what came before it; what it writes is there for the next one.
  registers_.count(block.index_of(in), in.before);
  const std::uint32_t old = *registers_.read(number);
  registers_.count(1, (&in)[1].before - in.before);
  if (writes) registers_.write(number, operation == 1 ? operand : operation == 2 ? old | operand : old & ~operand);
  x_[in.rd] = old;
  pc_ = block.address_of(in) + 4;
  return block.index_of(in) + 1;
}

}  // namespace viosim::control
