// What instructions cost, in cycles of the processor that runs them. Pure.
#pragma once
#include <cstdint>

#include "control/instruction.h"

namespace viosim::control {

/// An instruction takes `base` and what its kind adds. A division takes as long as any other.
struct CycleCosts {
  std::uint16_t base = 1;
  std::uint16_t load = 0, store = 0, multiply = 0, divide = 0;
  std::uint16_t taken = 0;  ///< a jump, a branch that is taken, mret, fence.i: the pipeline is filled again
  std::uint16_t trap = 0;   ///< entering a handler

  std::uint32_t of(Code code) const {
    std::uint32_t cycles = base;
    if (is_load(code)) cycles += load;
    if (is_store(code)) cycles += store;
    if (is_multiply(code)) cycles += multiply;
    if (is_divide(code)) cycles += divide;
    return cycles;
  }
};

}  // namespace viosim::control
