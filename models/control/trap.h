// Why a hart leaves its program: numbers of the RISC-V privileged specification (mcause).
#pragma once
#include <cstdint>

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

/// Bits of mip and mie.
enum class Interrupt : std::uint8_t { software = 3, timer = 7, external = 11 };

constexpr std::uint32_t bit(Interrupt i) { return 1U << static_cast<unsigned>(i); }
constexpr std::uint32_t bit(Exception e) { return 1U << static_cast<unsigned>(e); }

}  // namespace viosim::control
