#include "guest/mlx4_wqe.h"

#include <algorithm>

#include "protocols/hca_abi.h"

namespace viosim::guest {
namespace abi = hca_abi;
namespace {

abi::Opcode hardware(WrOpcode opcode) {
  switch (opcode) {
    case WrOpcode::rdma_write: return abi::Opcode::rdma_write;
    case WrOpcode::rdma_read: return abi::Opcode::rdma_read;
    case WrOpcode::send: return abi::Opcode::send;
    case WrOpcode::compare_swap: return abi::Opcode::atomic_cs;
    case WrOpcode::fetch_add: return abi::Opcode::atomic_fa;
  }
  return abi::Opcode::nop;
}

/// At most: a header for each line's part.
std::size_t mlx4_inline_size(std::size_t payload) { return payload + 4 * (payload / (abi::kBlock - 4) + 2); }

bool is_atomic(WrOpcode opcode) { return opcode == WrOpcode::compare_swap || opcode == WrOpcode::fetch_add; }

}  // namespace

bool mlx4_has_remote(WrOpcode opcode) { return opcode != WrOpcode::send; }

std::size_t mlx4_header_size(WrOpcode opcode) {
  return abi::kSegment * (1u + (mlx4_has_remote(opcode) ? 1u : 0u) + (is_atomic(opcode) ? 1u : 0u));
}

Mlx4Wqe mlx4_build(const SendWr& wr, bool send_inline, std::span<const std::byte> payload,
                   std::span<std::byte> into) {
  Mlx4Wqe out;
  const std::size_t most = mlx4_header_size(wr.opcode) + abi::kSegment + mlx4_inline_size(payload.size());
  const std::size_t cleared = (most + abi::kBlock - 1) / abi::kBlock * abi::kBlock;
  std::fill_n(into.begin(), std::min(into.size(), cleared), std::byte{0});
  std::size_t at = abi::kSegment;
  if (mlx4_has_remote(wr.opcode)) {
    abi::put<std::uint64_t>(into, at, wr.remote_address.raw());
    abi::put<std::uint32_t>(into, at + 8, wr.rkey.value);
    at += abi::kSegment;
  }
  if (is_atomic(wr.opcode)) {
    const bool swap = wr.opcode == WrOpcode::compare_swap;
    abi::put<std::uint64_t>(into, at, swap ? wr.swap : wr.compare_add);
    abi::put<std::uint64_t>(into, at + 8, swap ? wr.compare_add : 0);
    at += abi::kSegment;
  }
  if (send_inline) {
    std::size_t done = 0;
    do {  // a segment ends at the line's end: each line starts with a header of its own
      const std::size_t room = abi::kBlock - at % abi::kBlock - 4;
      const std::size_t n = std::min(room, payload.size() - done);
      abi::put<std::uint32_t>(into, at, abi::kInlineBit | static_cast<std::uint32_t>(n));
      std::copy_n(payload.begin() + static_cast<std::ptrdiff_t>(done), n,
                  into.begin() + static_cast<std::ptrdiff_t>(at + 4));
      at += 4 + n;
      done += n;
      ++out.inline_lines;
    } while (done < payload.size());
  } else {
    abi::put<std::uint32_t>(into, at, wr.sge.length == 0 ? abi::kZeroLength : wr.sge.length);
    abi::put<std::uint32_t>(into, at + 4, wr.sge.lkey.value);
    abi::put<std::uint64_t>(into, at + 8, wr.sge.address.raw());
    at += abi::kSegment;
  }
  out.size = (at + abi::kSegment - 1) / abi::kSegment * abi::kSegment;
  abi::put<std::uint32_t>(into, 4, static_cast<std::uint32_t>(out.size / abi::kSegment));
  abi::put<std::uint32_t>(into, 8, wr.signaled ? abi::kGenerateCqe : 0);
  return out;
}

void mlx4_set_owner(std::span<std::byte> wqe, WrOpcode opcode, bool lap) {
  abi::put<std::uint32_t>(wqe, 0, static_cast<std::uint32_t>(hardware(opcode)) | (lap ? abi::kOwnerBit : 0));
}

void mlx4_set_blueflame(std::span<std::byte> wqe, std::uint32_t index, Qpn qp) {
  abi::put<std::uint32_t>(wqe, 0, abi::get<std::uint32_t>(wqe, 0) | (index & 0xffff) << 8);
  abi::put<std::uint32_t>(wqe, 4, abi::get<std::uint32_t>(wqe, 4) | qp.value << 8);
}

}  // namespace viosim::guest
