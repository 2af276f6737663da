// Packet sequence numbers: 24 bits that wrap (IBA vol. 1, 9.7.2).
#pragma once
#include <cstdint>

namespace viosim::hca {

inline constexpr std::uint32_t kPsnMask = 0xffffff;

constexpr std::uint32_t psn_add(std::uint32_t psn, std::uint32_t n) { return (psn + n) & kPsnMask; }
constexpr std::uint32_t psn_before(std::uint32_t psn) { return (psn - 1) & kPsnMask; }
/// How far `to` lies ahead of `from`: negative when it lies behind.
constexpr std::int32_t psn_distance(std::uint32_t from, std::uint32_t to) {
  return static_cast<std::int32_t>((to - from) << 8) >> 8;
}

}  // namespace viosim::hca
