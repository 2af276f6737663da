// ControlProcessor: a hart in time: firmware that runs on a device's core.
// Models: cycles as time; accesses of devices at their time; sleep in wfi; the timer on a clock of its own; restart.
// Not modelled: an interrupt or a restart that comes while instructions run is taken at the end of their quantum, or
//   earlier at an access of a device or a wfi: late by the time of `quantum` steps at most.
// Causes: Execute = cycles / frequency, of the account that it was told to serve, which waits in line (Execute too) until a
//   run begins; else background work.
#pragma once
#include <optional>
#include <string>

#include "control/control_processor_params.h"
#include "control/hart.h"
#include "kernel/station.h"
#include "protocols/control_processor.h"
#include "protocols/control_timer.h"

namespace viosim::control {

class ControlProcessor : public ControlProcessorIf {
 public:
  /// `memory` is whole but for the timer, which this adds at `timer_base`.
  ControlProcessor(std::string path, const ControlProcessorParams& params, MemoryMap& memory,
                   std::uint32_t timer_base);
  ControlProcessor(const ControlProcessor&) = delete;
  ControlProcessor& operator=(const ControlProcessor&) = delete;

  std::span<std::byte> memory(std::uint32_t address, std::uint32_t length) override {
    return memory_.bytes_at(address, length);
  }
  void start(std::uint32_t entry) override;
  void restart(std::uint32_t entry) override;
  void external_interrupt(bool on) override { set_interrupt(Interrupt::external, on); }
  void bus_ready() override { activity_.notify(); }
  void serve(Op* work) override { work_ = work; }
  std::uint64_t retired() const override { return hart_.retired(); }

  /// An interrupt's wire.
  void set_interrupt(Interrupt line, bool on);
  Hart& hart() { return hart_; }
  /// An exception that the hart was told to stop on ended the program.
  bool ended() const { return ended_; }

 private:
  Process execute();
  void begin_again();
  Op& payer();

  Station station_;
  MemoryMap& memory_;
  Frequency clock_;
  std::uint64_t quantum_;
  Hart hart_;
  Event activity_;
  ControlTimer timer_;
  std::optional<std::uint32_t> restart_;  // where, at the end of the quantum
  Op nobody_;
  Op* work_ = nullptr;  // whose account pays; null: nobody's
  bool ended_ = false;
};

}  // namespace viosim::control
