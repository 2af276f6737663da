// ControlProcessorRtl: a device's control processor as RTL: rtl/rv32_core with its RAM, timer and devices around it.
// Models: the core a clock cycle at a time; RAM that takes an instruction's and a data request in each cycle and answers
//   in the next; devices that are reached at the edge that takes the request and may stall; sleep in wfi.
// Not modelled: contention for RAM. What the parameters say of cycles is not read: the RTL knows.
// Causes: Execute = cycles in which the core is awake and not at a device that stalls, of the account that it was told to
//   serve, which waits in line (Execute too) until they begin; else background work.
#pragma once
#include <optional>
#include <string>

#include "control/control_processor_params.h"
#include "kernel/station.h"
#include "protocols/control_memory.h"
#include "protocols/control_processor.h"
#include "protocols/control_timer.h"
#include "rtl_bridge/rtl_clock.h"
#include "rtl_bridge/rv32_core_pins.h"
#include "rtl_bridge/wire.h"

namespace viosim::rtl_bridge {

class ControlProcessorRtl : public ControlProcessorIf, private InterruptWiresIf, private RtlClock::BlockIf {
 public:
  /// `memory` is whole but for the timer, which this adds at `timer_base`.
  ControlProcessorRtl(std::string path, const control::ControlProcessorParams& params, MemoryMap& memory,
                      std::uint32_t timer_base);

  std::span<std::byte> memory(std::uint32_t address, std::uint32_t length) override {
    return memory_.bytes_at(address, length);
  }
  void start(std::uint32_t entry) override { restart(entry); }
  void restart(std::uint32_t entry) override;
  void external_interrupt(bool on) override { set_interrupt(Interrupt::external, on); }
  void bus_ready() override;
  void serve(Op* work) override;
  std::uint64_t retired() const override { return retired_; }

  /// Edges that the core has seen, and those of them in which it executed.
  std::uint64_t edges() const { return clock_.edges(); }
  std::uint64_t cycles() const { return cycles_; }

 private:
  using Answer = Rv32CorePins::Answer;
  using Request = Rv32CorePins::Request;

  void set_interrupt(Interrupt line, bool on) override;
  bool edge() override;
  void begin();
  void charge();
  void settle(Time end);
  Answer fetch(const Request& request);
  Answer access();

  Station station_;
  MemoryMap& memory_;
  Rv32CorePins pins_;
  ControlTimer timer_;
  Wire software_, due_, external_;
  Wire device_ready_;  // a device that stalled may be asked again
  Rv32CorePins::Inputs in_;
  std::optional<Request> access_;  // taken, not answered yet
  std::optional<std::uint32_t> restart_;
  Time restart_asked_, since_, timer_due_ = Time::never();
  Cause spending_ = kNoCause;  // the cycle that began at since_
  std::uint64_t retired_ = 0, cycles_ = 0;
  Op nobody_;
  Op* work_ = nullptr;           // whose account pays; null: nobody's
  Time run_;                     // begin of the cycles that it was not charged yet
  Cause running_ = kNoCause;     // what for; kNoCause: there are none
  bool began_ = false;
  RtlClock clock_;  // last: it may begin at once
};

}  // namespace viosim::rtl_bridge
