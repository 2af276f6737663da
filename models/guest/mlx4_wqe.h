// Work queue entries of the physical HCA, written as libmlx4 writes them (providers/mlx4/qp.c).
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "protocols/verbs.h"

namespace viosim::guest {

/// The largest entry that a send queue is built for; the device's limit is 1008 (Linux mlx4, max_sq_desc_sz).
inline constexpr std::size_t kMaxWqe = 1024;

struct Mlx4Wqe {
  std::size_t size = 0;          ///< bytes, a multiple of 16
  std::int64_t inline_lines = 0; ///< 64-byte lines that inline segments touch
};

/// Bytes before the data: control, remote address and atomic segments.
std::size_t mlx4_header_size(WrOpcode opcode);
bool mlx4_has_remote(WrOpcode opcode);

/// Builds the entry in `into` (large enough; its lines that are used are cleared before). `payload` is what goes inline, empty for a data segment.
/// The owner bit and, for BlueFlame, index and QPN are set by `mlx4_set_owner`.
Mlx4Wqe mlx4_build(const SendWr& wr, bool send_inline, std::span<const std::byte> payload, std::span<std::byte> into);

/// Hands the entry over: `index` free-running, `lap` its owner bit.
void mlx4_set_owner(std::span<std::byte> wqe, WrOpcode opcode, bool lap);
/// What the BlueFlame copy carries besides: the entry's index and the QPN.
void mlx4_set_blueflame(std::span<std::byte> wqe, std::uint32_t index, Qpn qp);

}  // namespace viosim::guest
