// Work queue entries of the physical HCA, written as libmlx4 writes them (providers/mlx4/qp.c).
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "protocols/hca_abi.h"
#include "protocols/verbs.h"

namespace viosim::guest {

/// The largest entry that a send queue is built for; the device's limit is 1008 (Linux mlx4, max_sq_desc_sz).
inline constexpr std::size_t kMaxWqe = 1024;
using WqeArray = std::array<std::byte, kMaxWqe>;
using WqeBytes = std::span<std::byte, kMaxWqe>;

struct Mlx4Wqe {
  std::size_t size = 0;          ///< bytes, a multiple of 16
  std::int64_t inline_lines = 0; ///< 64-byte lines that inline segments touch
};

constexpr bool mlx4_has_remote(WrOpcode opcode) { return opcode != WrOpcode::send; }
constexpr bool mlx4_may_inline(WrOpcode opcode) { return opcode == WrOpcode::rdma_write || opcode == WrOpcode::send; }

/// Builds the entry in `into`; what else its lines hold is 0. `lap`: its owner bit; `inlined`:
/// the payload that goes with it, empty for a data segment.
Mlx4Wqe mlx4_build(const SendWr& wr, bool lap, std::span<const std::byte> inlined, WqeBytes into);

/// What an entry carries besides that leaves through BlueFlame: its free-running index and the QPN.
inline void mlx4_set_blueflame(WqeBytes wqe, std::uint32_t index, Qpn qp) {
  namespace abi = hca_abi;
  abi::put<std::uint32_t>(wqe, 0, abi::get<std::uint32_t>(wqe, 0) | (index & 0xffff) << abi::kBlueFlameIndexShift);
  abi::put<std::uint32_t>(wqe, 4, abi::get<std::uint32_t>(wqe, 4) | qp.value << 8);
}

}  // namespace viosim::guest
