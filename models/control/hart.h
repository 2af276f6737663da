// Hart: a RISC-V processor that runs programs: RV32IM, Zicsr, Zifencei, machine mode.
// Models: every instruction and trap of the RISC-V unprivileged and privileged specifications for that set, in
// program order, one after another. Misaligned accesses trap. A pure machine: it knows cycles, no time.
// Not modelled: the pipeline (see CycleCosts), caches, speculation, time between an interrupt's edge and its handler.
#pragma once
#include <array>
#include <cstdint>

#include "control/block_cache.h"
#include "control/cycle_costs.h"
#include "control/registers.h"
#include "protocols/control_memory.h"

namespace viosim::control {

/// Why `run` came back.
enum class Stop : std::uint8_t {
  steps,      ///< it did what it was asked for
  wait,       ///< wfi: asleep until an interrupt is pending
  bus,        ///< a device has not answered yet: the access is repeated by the next run
  exception,  ///< one of those that `stop_on` named; the program stands at the instruction that raised it
};

class Hart : public InterruptWiresIf {
 public:
  struct Ran {
    std::uint64_t steps;  ///< instructions that retired + traps that were taken
    Stop why;
  };

  Hart(MemoryMap& memory, const CycleCosts& costs, std::uint32_t hart_id = 0);

  /// Takes at most `steps` steps. Always ends: a trap is a step, whatever its handler is.
  Ran run(std::uint64_t steps);

  /// An interrupt's wire.
  void set_interrupt(Interrupt line, bool on) override { registers_.set_pending(line, on); }
  /// Begins at `pc`, a multiple of 4, with all state new but the counts.
  void reset(std::uint32_t pc);
  /// Exceptions that end `run` instead of entering their handler.
  void stop_on(Exception why) { stops_ |= bit(why); }
  Exception stopped_by() const { return stopped_by_; }
  /// `run` ends with Stop::bus before each access of a device, with which the next run then begins: for an owner
  /// whose devices are to be reached at their time.
  void stop_at_devices() { stops_at_devices_ = true; }

  std::uint32_t x(unsigned n) const { return x_[n]; }
  void set_x(unsigned n, std::uint32_t value) { x_[n == 0 ? kDiscard : n] = value; }
  std::uint32_t pc() const { return pc_; }
  bool asleep() const { return asleep_; }
  ControlRegisters& registers() { return registers_; }
  std::uint64_t retired() const { return registers_.retired(); }
  std::uint64_t cycles() const { return registers_.cycles(); }

 private:
  enum class Access : std::uint8_t {
    done,
    leave,  ///< done, and interrupts or decoded code may have changed
    misaligned, fault, stall,
  };

  std::uint32_t execute(const Block& block);  // answers the steps it took
  std::uint32_t end(const Block& block, const Instruction& last);
  std::uint32_t after_access(const Block& block, const Instruction& at, Access access);
  template <class T> Access load(const Instruction& in);
  template <class T> Access store(const Instruction& in);
  bool may_reach_device();
  Access load_device(std::uint32_t address, unsigned size, std::uint32_t& value);
  Access store_device(std::uint32_t address, unsigned size, std::uint32_t value);

  /// Accounts for the block up to and with `last`, goes on at `next`; answers the steps.
  std::uint32_t retire(const Block& block, const Instruction& last, std::uint32_t next);
  std::uint32_t jump(const Block& block, const Instruction& last, std::uint32_t target);
  std::uint32_t branch(const Block& block, const Instruction& last, bool taken);
  std::uint32_t raise(const Block& block, const Instruction& at, Exception why, std::uint32_t value);
  /// Accounts for what is before `at` and stands there.
  std::uint32_t stop_before(const Block& block, const Instruction& at, Stop why);
  std::uint32_t access_csr(const Block& block, const Instruction& in);

  MemoryMap& memory_;
  CycleCosts costs_;
  BlockCache blocks_;
  ControlRegisters registers_;
  std::array<std::uint32_t, kDiscard + 1> x_{};
  std::uint32_t pc_ = 0;
  std::uint32_t stops_ = 0;
  Stop stop_ = Stop::steps;
  Exception stopped_by_{};
  bool asleep_ = false;
  bool stops_at_devices_ = false, stalled_ = false, granted_ = false;
};

}  // namespace viosim::control
