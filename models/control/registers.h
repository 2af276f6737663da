// ControlRegisters: the CSRs of a hart with machine mode only, and what traps do to them.
// Models: the RISC-V privileged specification 1.12: mstatus, misa, mie, mip, mtvec (direct and vectored), mscratch,
// mepc, mcause, mtval, mcycle, minstret, the identification registers; WARL fields keep the values they can hold.
// Not modelled: user and supervisor mode, PMP, triggers, counters of events (read as zero), Zicntr.
#pragma once
#include <cstdint>
#include <optional>

#include "control/trap.h"

namespace viosim::control {

class ControlRegisters {
 public:
  explicit ControlRegisters(std::uint32_t hart_id) : hart_id_(hart_id) {}

  /// Nothing: there is no such register.
  std::optional<std::uint32_t> read(std::uint32_t number) const;
  /// All but the counts and the wires of interrupts as after power-on.
  void reset();
  /// A register that `read` answers for and that is not read-only (see `read_only`).
  void write(std::uint32_t number, std::uint32_t value);
  static constexpr bool read_only(std::uint32_t number) { return (number >> 10 & 3) == 3; }

  void set_pending(Interrupt line, bool on) { mip_ = on ? mip_ | bit(line) : mip_ & ~bit(line); }
  /// What ends a wfi: pending and enabled by itself, whatever mstatus says.
  bool wakes() const { return (mip_ & mie_) != 0; }
  bool interrupt_due() const { return enabled_ && wakes(); }

  /// Enter a trap; answer where its handler begins.
  std::uint32_t enter(Exception why, std::uint32_t value, std::uint32_t pc);
  std::uint32_t enter_interrupt(std::uint32_t pc);
  /// mret; answers where the program goes on.
  std::uint32_t leave();

  void count(std::uint64_t instructions, std::uint64_t cycles) {
    retired_ += instructions;
    cycles_ += cycles;
  }
  /// Since it was built, whatever the program wrote into minstret and mcycle.
  std::uint64_t retired() const { return retired_; }
  std::uint64_t cycles() const { return cycles_; }

 private:
  std::uint32_t mstatus() const;
  void disable();

  std::uint32_t hart_id_;
  bool enabled_ = false, was_enabled_ = false;  // mstatus.MIE and MPIE
  std::uint32_t mie_ = 0, mip_ = 0, mtvec_ = 0, mscratch_ = 0, mepc_ = 0, mcause_ = 0, mtval_ = 0;
  std::uint64_t retired_ = 0, cycles_ = 0;
  std::uint64_t instret_offset_ = 0, cycle_offset_ = 0;  // minstret = retired + offset
};

}  // namespace viosim::control
