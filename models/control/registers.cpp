#include "control/registers.h"

namespace viosim::control {
namespace {

constexpr std::uint32_t kMisa = 1U << 30 | 1U << ('M' - 'A') | 1U << ('I' - 'A');
constexpr std::uint32_t kMie = 1U << 3, kMpie = 1U << 7, kMachine = 3U << 11;
constexpr std::uint32_t kLines = bit(Interrupt::software) | bit(Interrupt::timer) | bit(Interrupt::external);
constexpr std::uint32_t kInterrupt = 1U << 31;
constexpr std::uint32_t kCauses = kInterrupt | 0x1f;

constexpr std::uint32_t high(std::uint64_t v) { return static_cast<std::uint32_t>(v >> 32); }
constexpr std::uint64_t with_low(std::uint64_t v, std::uint32_t low) { return (v & ~0xffffffffULL) | low; }
constexpr std::uint64_t with_high(std::uint64_t v, std::uint32_t top) {
  return (v & 0xffffffffULL) | std::uint64_t{top} << 32;
}

}  // namespace

void ControlRegisters::reset() {
  ControlRegisters fresh(hart_id_);
  fresh.mip_ = mip_;
  fresh.retired_ = retired_;
  fresh.cycles_ = cycles_;
  fresh.instret_offset_ = 0 - retired_;
  fresh.cycle_offset_ = 0 - cycles_;
  *this = fresh;
}

std::uint32_t ControlRegisters::mstatus() const {
  return kMachine | (enabled_ ? kMie : 0) | (was_enabled_ ? kMpie : 0);
}

std::optional<std::uint32_t> ControlRegisters::read(std::uint32_t number) const {
  switch (number) {
    case 0x300: return mstatus();
    case 0x301: return kMisa;
    case 0x304: return mie_;
    case 0x305: return mtvec_;
    case 0x340: return mscratch_;
    case 0x341: return mepc_;
    case 0x342: return mcause_;
    case 0x343: return mtval_;
    case 0x344: return mip_;
    case 0xb00: return static_cast<std::uint32_t>(cycles_ + cycle_offset_);
    case 0xb02: return static_cast<std::uint32_t>(retired_ + instret_offset_);
    case 0xb80: return high(cycles_ + cycle_offset_);
    case 0xb82: return high(retired_ + instret_offset_);
    case 0xf14: return hart_id_;
    case 0x310:                                          // mstatush: little-endian
    case 0x320:                                          // mcountinhibit: the counters always count
    case 0xf11: case 0xf12: case 0xf13: case 0xf15:      // mvendorid, marchid, mimpid, mconfigptr: not assigned
      return 0;
    default: break;
  }
  // mhpmevent3..31, mhpmcounter3..31 and their upper halves count nothing.
  const std::uint32_t bank = number & ~0x1fU;
  if ((bank == 0x320 || bank == 0xb00 || bank == 0xb80) && (number & 0x1f) >= 3) return 0;
  return std::nullopt;
}

void ControlRegisters::write(std::uint32_t number, std::uint32_t value) {
  const std::uint64_t cycle = cycles_ + cycle_offset_, instret = retired_ + instret_offset_;
  switch (number) {
    case 0x300: enabled_ = (value & kMie) != 0, was_enabled_ = (value & kMpie) != 0; break;
    case 0x304: mie_ = value & kLines; break;
    case 0x305: mtvec_ = value & ~2U; break;  // modes 2 and 3 do not exist
    case 0x340: mscratch_ = value; break;
    case 0x341: mepc_ = value & ~3U; break;
    case 0x342: mcause_ = value & kCauses; break;
    case 0x343: mtval_ = value; break;
    case 0xb00: cycle_offset_ = with_low(cycle, value) - cycles_; break;
    case 0xb02: instret_offset_ = with_low(instret, value) - retired_; break;
    case 0xb80: cycle_offset_ = with_high(cycle, value) - cycles_; break;
    case 0xb82: instret_offset_ = with_high(instret, value) - retired_; break;
    default: break;  // misa, mip and those that are zero hold what they hold
  }
}

void ControlRegisters::disable() {
  was_enabled_ = enabled_;
  enabled_ = false;
}

std::uint32_t ControlRegisters::enter(Exception why, std::uint32_t value, std::uint32_t pc) {
  disable();
  mepc_ = pc;
  mcause_ = static_cast<std::uint32_t>(why);
  mtval_ = value;
  return mtvec_ & ~3U;
}

std::uint32_t ControlRegisters::enter_interrupt(std::uint32_t pc) {
  const std::uint32_t due = mip_ & mie_;
  // External before software before timer, as the specification orders them.
  const Interrupt first = (due & bit(Interrupt::external)) != 0   ? Interrupt::external
                          : (due & bit(Interrupt::software)) != 0 ? Interrupt::software
                                                                  : Interrupt::timer;
  disable();
  mepc_ = pc;
  mcause_ = kInterrupt | static_cast<std::uint32_t>(first);
  mtval_ = 0;
  return (mtvec_ & ~3U) + ((mtvec_ & 1) != 0 ? 4 * static_cast<std::uint32_t>(first) : 0);
}

std::uint32_t ControlRegisters::leave() {
  enabled_ = was_enabled_;
  was_enabled_ = true;
  return mepc_;
}

}  // namespace viosim::control
