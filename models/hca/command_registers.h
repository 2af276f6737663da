// CommandRegisters: BAR 0 of every function: its command register (HCR), the state of the device, the error buffer.
// Models: one command a function at a time; of those that wait the firmware is shown one, in turn; a command's account
//   from the store that set go to the load that sees the end; the end by internal_err when the firmware is dead.
// Not modelled: time inside; the toggle.
// Causes: Execute (in line) = from go to where the firmware's processor takes the command up, if it has not told;
//   PollGap = from the end of a command to the load of its HCR that sees it.
#pragma once
#include <array>
#include <optional>
#include <vector>

#include "hca/device_status.h"
#include "hca/hca_counters.h"
#include "kernel/station.h"
#include "protocols/control_processor.h"
#include "protocols/tlp.h"

namespace viosim::hca {

class CommandRegisters {
 public:
  static constexpr unsigned kWords = 7;

  CommandRegisters(const std::string& path, unsigned functions, DeviceStatus& status, HcaCounters& counters);
  void attach(ControlProcessorIf& processor, void (*arrived)(void* owner), void* owner);

  /// The host's side; a write that is no good is dropped and counted. `offset` inside BAR 0.
  void write(unsigned function, std::uint64_t offset, Tlp& tlp);
  /// `op`: becomes the account of the command whose end this load sees.
  std::uint32_t read(unsigned function, std::uint64_t offset, Op& op);

  /// The firmware's side. The head: whose command is served.
  std::optional<unsigned> head() const { return head_; }
  std::uint32_t word(unsigned i) const { return head_ ? slots_[*head_].command[i] : 0; }
  void finish(std::uint8_t status, std::optional<std::uint64_t> out);
  /// All commands end with internal_err, those that come too.
  void fail_all();

  /// The head's account, for work that the processor does not do; meanwhile the processor works for nobody. Back
  /// goes what was taken of `command`, if that is the head still.
  Op take();
  void give_back(Op&& op, std::uint64_t command);
  std::uint64_t command() const { return command_; }
  /// For a message about the head's end: another account with the same past, up to now.
  Op fork();

 private:
  struct Slot {
    std::array<std::uint32_t, kWords> words{}, command{};
    bool go = false, ended = false;  ///< ended: no load has seen the end yet
    Op op;
  };
  void choose();
  void end(Slot& slot, std::uint8_t status, std::optional<std::uint64_t> out);
  void settle(Op& op, Cause cause);

  Station station_;
  DeviceStatus& status_;
  HcaCounters& counters_;
  ControlProcessorIf* processor_ = nullptr;
  void (*arrived_)(void*) = nullptr;
  void* owner_ = nullptr;
  std::vector<Slot> slots_;
  std::optional<unsigned> head_;
  unsigned next_ = 0, last_ = 0;
  std::uint64_t command_ = 0;  ///< how many were heads
};

}  // namespace viosim::hca
