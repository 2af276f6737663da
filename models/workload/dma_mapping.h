// Models: a driver on one core that makes a buffer known to its device, has the device read or write it, and takes
//   it away from the device again, one transfer after the other; or had all buffers mapped once before. The device
//   says that it is done by a write to a word of host memory, behind the data, which the core polls.
// Not modelled: the doorbell and the device's fetch of the descriptor (the device starts at once); what software does
//   with the data, the copy that a persistent buffer may need; several cores, transfers side by side.
// Operation of the ledger: map, transfer, unmap, from the end of the one before.
// Causes: Execute = the look that sees the word, and what the mapper asks for; PollGap as the core has it; all others
//   belong to mapper, device and what lies between.
#pragma once
#include <cstdint>
#include <vector>

#include "protocols/dma.h"
#include "protocols/exec.h"
#include "protocols/translation.h"
#include "workload/dma_mapping_params.h"
#include "workload/driver.h"
#include "workload/measured.h"

namespace viosim::workload {

/// Who takes part.
struct DmaMappingEnd {
  Exec& core;
  DmaMapIf& mapper;
  DmaIf& data;    ///< moves the buffers
  DmaIf& status;  ///< of the same device: writes the word
  Bdf requester;
};

class DmaMapping {
 public:
  DmaMapping(const DmaMappingParams& params, DmaMappingEnd end, Driver& driver);

  /// Allocates the buffers (std::length_error when there is too little memory) and starts. A read that is refused
  /// ends the simulation by std::runtime_error.
  void start();
  const Measured& result() const { return result_; }
  /// What the measured operations spent on mapping and on unmapping, together.
  Duration mapping() const { return mapping_; }
  Duration unmapping() const { return unmapping_; }

 private:
  struct Mapped { Hpa at; Iova address; };
  Process run();
  Process device();
  Task<> set_up();
  Task<> transfer(Mapped& buffer);
  void check() const;

  DmaMappingParams params_;
  DmaMappingEnd end_;
  Driver& driver_;
  const bool each_;
  const DmaAccess access_;
  std::vector<Mapped> buffers_;
  Watch watch_;                ///< on the word
  DmaRequest data_, status_;
  std::uint32_t sequence_ = 0;
  bool asked_ = false;
  Event work_;                 ///< for the device
  Duration mapping_, unmapping_;
  Measured result_;
};

}  // namespace viosim::workload
