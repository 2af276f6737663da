// ManagementDma: moves data between host memory and the control processor's RAM, one transfer at a time.
// Models: reads and writes of any function as TLPs; refusal of what lies outside the RAM or is no multiple of 4.
// Not modelled: time of the RAM, which works beside the processor.
// Causes: DmaRead = what the endpoint charges + dma_engine_latency; DmaWrite = what the endpoint charges.
#pragma once
#include <cstdint>
#include <string>

#include "hca/command_registers.h"
#include "hca/dma_port.h"
#include "hca/tables.h"
#include "regs/hca_mgmt.hpp"

namespace viosim::hca {

class ManagementDma {
 public:
  using Error = regs::hca_mgmt::dma_status::Error;

  ManagementDma(const std::string& path, const Tables& tables, DmaPort& dma, CommandRegisters& commands)
      : station_(path, 0), tables_(tables), dma_(dma), commands_(commands) {}
  void attach(ControlProcessorIf& processor, void (*done)(void* owner), void* owner) {
    processor_ = &processor;
    done_ = done;
    owner_ = owner;
  }

  std::uint32_t host_low = 0, host_high = 0, local = 0, length = 0;  ///< registers
  void start(std::uint32_t control);
  std::uint32_t status() const;
  /// A message-signalled interrupt of `function`, behind all that was written.
  void message(unsigned function, std::uint64_t address, std::uint32_t data);
  /// What is under way ends for nobody.
  void reset() {
    ++generation_;
    busy_ = false;
  }

 private:
  void end(Error error);
  static void arrived(DmaJob* job);
  Error refusal(unsigned function) const;

  Station station_;
  const Tables& tables_;
  DmaPort& dma_;
  CommandRegisters& commands_;
  ControlProcessorIf* processor_ = nullptr;
  void (*done_)(void*) = nullptr;
  void* owner_ = nullptr;
  std::uint32_t generation_ = 0;
  std::uint64_t command_ = 0;
  bool busy_ = false;
  Error error_ = Error::none;
};

}  // namespace viosim::hca
