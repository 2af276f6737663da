// The wires on which a control processor is interrupted: bits of mip and mie, as the RISC-V privileged specification
// numbers them.
#pragma once
#include <cstdint>

namespace viosim {

enum class Interrupt : std::uint8_t { software = 3, timer = 7, external = 11 };

constexpr std::uint32_t bit(Interrupt i) { return 1U << static_cast<unsigned>(i); }

class InterruptWiresIf {
 public:
  virtual void set_interrupt(Interrupt line, bool on) = 0;

 protected:
  ~InterruptWiresIf() = default;
};

}  // namespace viosim
