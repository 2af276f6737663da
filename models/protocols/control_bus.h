// The bus of a control processor: what its loads and stores reach beside its own memory.
#pragma once
#include <cstdint>

namespace viosim {

enum class BusAnswer : std::uint8_t {
  done,
  error,  ///< nothing there, or not in this size: an access fault
  stall,  ///< not yet: the processor stands at this access and repeats it when it is run again
};

/// A device's registers. `offset` counts from the device's base and is a multiple of `size` (1, 2 or 4 bytes).
class ControlBusIf {
 public:
  virtual ~ControlBusIf() = default;
  /// `value`: zero-extended; of no meaning unless done.
  virtual BusAnswer load(std::uint32_t offset, unsigned size, std::uint32_t& value) = 0;
  virtual BusAnswer store(std::uint32_t offset, unsigned size, std::uint32_t value) = 0;
};

}  // namespace viosim
