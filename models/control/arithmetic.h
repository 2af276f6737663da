// Multiplication and division as the M extension defines them: nothing traps. Pure.
#pragma once
#include <cstdint>

namespace viosim::control {

constexpr std::int32_t as_signed(std::uint32_t a) { return static_cast<std::int32_t>(a); }
constexpr std::uint32_t as_unsigned(std::int32_t a) { return static_cast<std::uint32_t>(a); }

constexpr std::uint32_t multiply_high(std::int64_t a, std::int64_t b) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(a * b) >> 32);
}
constexpr std::uint32_t multiply_high_unsigned(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(a) * b >> 32);
}

/// Division by zero answers all ones and the dividend as the rest; INT_MIN / -1 is INT_MIN, rest 0.
constexpr std::uint32_t divide(std::uint32_t a, std::uint32_t b) {
  if (b == 0) return ~0U;
  if (b == ~0U) return 0U - a;
  return as_unsigned(as_signed(a) / as_signed(b));
}
constexpr std::uint32_t remainder(std::uint32_t a, std::uint32_t b) {
  if (b == 0) return a;
  if (b == ~0U) return 0;
  return as_unsigned(as_signed(a) % as_signed(b));
}
constexpr std::uint32_t divide_unsigned(std::uint32_t a, std::uint32_t b) { return b == 0 ? ~0U : a / b; }
constexpr std::uint32_t remainder_unsigned(std::uint32_t a, std::uint32_t b) { return b == 0 ? a : a % b; }

}  // namespace viosim::control
