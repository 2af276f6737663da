// A device's control processor as the device sees it: an instruction-set simulator or RTL, the same to whoever owns it.
#pragma once
#include <cstdint>
#include <span>

#include "kernel/ledger.h"

namespace viosim {

class ControlProcessorIf {
 public:
  virtual ~ControlProcessorIf() = default;
  /// Its memory from `address` on, as DMA and the loader reach it; empty unless RAM holds all of it.
  virtual std::span<std::byte> memory(std::uint32_t address, std::uint32_t length) = 0;
  /// Begins to run at `entry`, now. Once.
  virtual void start(std::uint32_t entry) = 0;
  /// The wire of the machine external interrupt.
  virtual void external_interrupt(bool on) = 0;
  /// A device that answered `stall` can answer now.
  virtual void bus_ready() = 0;
  /// All state new, and from `entry` on again: what a watchdog does.
  virtual void restart(std::uint32_t entry) = 0;
  /// Whose work it does from now on: its time is that account's, up to the next call; null: nobody's. The account is the
  /// caller's and may stand before now: what it waited for the processor is Execute, in line.
  virtual void serve(Op* work) { static_cast<void>(work); }
  /// Instructions so far.
  virtual std::uint64_t retired() const = 0;
};

}  // namespace viosim
