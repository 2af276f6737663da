// Management: what an HCA's firmware reaches of it: the registers of the map hca_mgmt on the control processor's bus.
// Models: interrupts, commands of all functions, DMA, contexts, interrupt messages, port, error buffer, watchdog: when it
//   expires the processor begins anew, and the device is of no more use to hosts: all commands end with internal_err.
// Not modelled: time of a register access beyond the processor's own; training of the link and the subnet manager, who
//   wants at once that a port is active which firmware enables.
// Causes: see CommandRegisters, ManagementDma, ContextPort.
#pragma once
#include <string>

#include "hca/command_registers.h"
#include "hca/context_port.h"
#include "hca/management_dma.h"
#include "hca/watchdog.h"
#include "protocols/control_bus.h"

namespace viosim::hca {

class Management : public ControlBusIf {
 public:
  Management(const std::string& path, Engines& engines, Installer& installer);
  /// Without it hosts find no command registers. `entry`: of the firmware; `timer_clock`: of the processor's timer.
  void attach(ControlProcessorIf& processor, std::uint32_t entry, Frequency timer_clock);
  CommandRegisters& commands() { return commands_; }

  BusAnswer load(std::uint32_t offset, unsigned size, std::uint32_t& value) override;
  BusAnswer store(std::uint32_t offset, unsigned size, std::uint32_t value) override;

 private:
  std::uint32_t read(std::uint32_t offset) const;
  void write(std::uint32_t offset, std::uint32_t value);
  void raise(regs::Field source);
  void drive();
  void finish(std::uint32_t done);
  void expire();

  Engines& e_;
  DeviceStatus status_;
  CommandRegisters commands_;
  ManagementDma dma_;
  ContextPort contexts_;
  Watchdog watchdog_;
  ControlProcessorIf* processor_ = nullptr;
  std::uint32_t entry_ = 0;
  std::uint32_t pending_ = 0, enable_ = 0, self_test_ = 0, out_high_ = 0, out_low_ = 0;
  std::uint32_t msi_low_ = 0, msi_high_ = 0, msi_data_ = 0, port_ = 0;
};

}  // namespace viosim::hca
