// Why a hart leaves its program: numbers of the RISC-V privileged specification (mcause).
#pragma once
#include <cstdint>

#include "protocols/control_interrupt.h"

namespace viosim::control {

enum class Exception : std::uint8_t {
  fetch_misaligned = 0,
  fetch_fault = 1,
  illegal_instruction = 2,
  breakpoint = 3,
  load_misaligned = 4,
  load_fault = 5,
  store_misaligned = 6,
  store_fault = 7,
  environment_call = 11,
};

using viosim::bit;
using viosim::Interrupt;
constexpr std::uint32_t bit(Exception e) { return 1U << static_cast<unsigned>(e); }

}  // namespace viosim::control
