#include "guest/mlx4_wqe.h"

#include <algorithm>
#include <cstring>

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

bool is_atomic(WrOpcode opcode) { return opcode == WrOpcode::compare_swap || opcode == WrOpcode::fetch_add; }

}  // namespace

Mlx4Wqe mlx4_build(const SendWr& wr, bool lap, std::span<const std::byte> inlined, WqeBytes into) {
  Mlx4Wqe out;
  std::memset(into.data(), 0, abi::kBlock);
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
  if (inlined.empty()) {
    abi::put<std::uint32_t>(into, at, wr.sge.length == 0 ? abi::kZeroLength : wr.sge.length);
    abi::put<std::uint32_t>(into, at + 4, wr.sge.lkey.value);
    abi::put<std::uint64_t>(into, at + 8, wr.sge.address.raw());
    at += abi::kSegment;
  }
  while (!inlined.empty()) {  // a segment ends at the line's end: each line starts with a header of its own
    if (at % abi::kBlock == 0) std::memset(into.data() + at, 0, abi::kBlock);
    const std::size_t n = std::min(abi::kBlock - at % abi::kBlock - 4, inlined.size());
    abi::put<std::uint32_t>(into, at, abi::kInlineBit | static_cast<std::uint32_t>(n));
    std::memcpy(into.data() + at + 4, inlined.data(), n);
    at += 4 + n;
    inlined = inlined.subspan(n);
    ++out.inline_lines;
  }
  out.size = (at + abi::kSegment - 1) / abi::kSegment * abi::kSegment;
  const std::uint32_t opcode = static_cast<std::uint32_t>(hardware(wr.opcode));
  abi::put<std::uint32_t>(into, 0, opcode | (lap ? abi::kOwnerBit : 0));
  abi::put<std::uint32_t>(into, 4, static_cast<std::uint32_t>(out.size / abi::kSegment));
  abi::put<std::uint32_t>(into, 8, wr.signaled ? abi::kGenerateCqe : 0);
  return out;
}

}  // namespace viosim::guest
