// Little-endian words of the structures that the IOMMU and its software share in memory.
#pragma once
#include <array>
#include <cstdint>

#include "protocols/mem.h"

namespace viosim::iommu {

inline std::uint64_t read_word(const MemoryIf& memory, Hpa at) {
  std::array<std::byte, 8> raw{};
  memory.read(at, raw);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < raw.size(); ++i) value |= std::to_integer<std::uint64_t>(raw[i]) << (8 * i);
  return value;
}

/// `op`: the account of the work that writes, for those who watch; may be null.
inline void write_word(MemoryIf& memory, Hpa at, std::uint64_t value, const Op* op = nullptr) {
  std::array<std::byte, 8> raw{};
  for (std::size_t i = 0; i < raw.size(); ++i) raw[i] = static_cast<std::byte>(value >> (8 * i));
  memory.write(at, raw, op);
}

}  // namespace viosim::iommu
