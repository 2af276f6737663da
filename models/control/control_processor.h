// ControlProcessor: a hart in time: firmware that runs on a device's core.
// Models: cycles as time; accesses of devices at their time; sleep in wfi; the timer on a clock of its own.
// Not modelled: an interrupt that comes while instructions run is taken at the end of their quantum, or earlier at an
//   access of a device or a wfi: late by the time of `quantum` steps at most.
// Causes: Execute = cycles / frequency, as background work: no operation waits here by itself.
#pragma once
#include <string>

#include "control/clint.h"
#include "control/control_processor_params.h"
#include "control/hart.h"
#include "kernel/station.h"

namespace viosim::control {

class ControlProcessor {
 public:
  /// `memory` is whole but for the timer, which this adds at `timer_base`.
  ControlProcessor(std::string path, const ControlProcessorParams& params, MemoryMap& memory,
                   std::uint32_t timer_base);
  ControlProcessor(const ControlProcessor&) = delete;
  ControlProcessor& operator=(const ControlProcessor&) = delete;

  /// Begins to run at `entry`, now. Once.
  void start(std::uint32_t entry);
  /// An interrupt's wire.
  void set_interrupt(Interrupt line, bool on);
  /// A device that answered `stall` can answer now.
  void bus_ready() { activity_.notify(); }

  Hart& hart() { return hart_; }
  Clint& timer() { return clint_; }
  /// An exception that the hart was told to stop on ended the program.
  bool ended() const { return ended_; }

 private:
  Process execute();
  void move_timer();
  void arm_timer();

  Station station_;
  Frequency clock_, timer_clock_;
  std::uint64_t quantum_;
  Hart hart_;
  Clint clint_;
  Event activity_;
  Timer alarm_;
  std::uint64_t ticks_ = 0;  // of the timer's clock, up to now
  Op nobody_;
  bool ended_ = false;
};

}  // namespace viosim::control
