// What an HCA of the ConnectX class and its drivers share: work queue entries, completions, doorbells. The
// layout is mlx4's (rdma-core providers/mlx4: mlx4dv.h, qp.c, cq.c): big endian, 16-byte segments, 64-byte
// blocks, ownership by the parity of the lap.
#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "kernel/quantity.h"

namespace viosim::hca_abi {

/// Big-endian field at `at` of a byte range.
template <class T>
T get(std::span<const std::byte> from, std::size_t at) {
  T v;
  std::memcpy(&v, from.data() + at, sizeof v);
  if constexpr (sizeof(T) == 2) return static_cast<T>(__builtin_bswap16(v));
  else if constexpr (sizeof(T) == 4) return __builtin_bswap32(v);
  else if constexpr (sizeof(T) == 8) return __builtin_bswap64(v);
  else return v;
}
template <class T>
void put(std::span<std::byte> into, std::size_t at, T value) {
  T v = value;
  if constexpr (sizeof(T) == 2) v = static_cast<T>(__builtin_bswap16(value));
  else if constexpr (sizeof(T) == 4) v = __builtin_bswap32(value);
  else if constexpr (sizeof(T) == 8) v = __builtin_bswap64(value);
  std::memcpy(into.data() + at, &v, sizeof v);
}

// Send WQE: control segment (16): owner_opcode 0 (bit 31 owner, low byte opcode; in a BlueFlame copy bits 23..8 hold
// the low 16 bits of the WQE's index, as in mlx4 qp.c: it may also have been fetched), bf_qpn 4 (bits 31..8 QPN,
// bits 5..0 size in 16-byte units), flags 8 (bits 3..2: generate CQE), immediate 12. Then by opcode:
// remote address segment (16): raddr 0, rkey 8. Atomic segment (16): swap_add 0, compare 8.
// Data segment (16): byte_count 0, lkey 4, address 8. Inline segment: byte_count 0 with bit 31 set, data from
// 4 on; it ends at a 64-byte boundary, where the next one begins.
inline constexpr std::size_t kSegment = 16, kBlock = 64;
inline constexpr std::uint32_t kOwnerBit = 1u << 31, kInlineBit = 1u << 31, kGenerateCqe = 3u << 2;
inline constexpr std::uint32_t kZeroLength = 1u << 31;
inline constexpr unsigned kBlueFlameIndexShift = 8;

enum class Opcode : std::uint8_t {
  nop = 0x00, rdma_write = 0x08, send = 0x0a, rdma_read = 0x10, atomic_cs = 0x11, atomic_fa = 0x12,
};

// Receive WQE: data segments only. The receive doorbell record (4 bytes in memory) holds the number of
// posted entries, modulo 2^16.

// CQE (32): QPN 0 (24 bits), immediate 4, status/vendor error 26, syndrome 27 (error CQEs), byte count 16,
// WQE index 24 (16 bits), owner/is_send/opcode 31.
inline constexpr std::size_t kCqeSize = 32;
inline constexpr std::size_t kCqeQpn = 0, kCqeByteCount = 20, kCqeWqeIndex = 24, kCqeSyndrome = 27, kCqeOwner = 31;
inline constexpr std::uint8_t kCqeOwnerBit = 0x80, kCqeIsSend = 0x40, kCqeOpcodeMask = 0x1f, kCqeError = 0x1e;

/// Error syndromes of a CQE.
enum class Syndrome : std::uint8_t {
  none = 0, local_length = 0x01, local_qp_operation = 0x02, local_protection = 0x04, flushed = 0x05,
  bad_response = 0x10, local_access = 0x11, remote_invalid_request = 0x12, remote_access = 0x13,
  remote_operation = 0x14, transport_retry_exceeded = 0x15, rnr_retry_exceeded = 0x16,
};

// Event queue entry (32): type 1, CQN 4, owner 31 (bit 7, parity of the lap); of a command's end: token 4 (lower 16
// bits), status 15, out_param 16.
inline constexpr std::size_t kEqeSize = 32, kEqeType = 1, kEqeCqn = 4, kEqeOwner = 31, kEqeToken = 4,
                             kEqeStatus = 15, kEqeOut = 16;
inline constexpr std::uint8_t kEqeCompletion = 0x00, kEqeCqError = 0x04, kEqeQpCatastrophic = 0x05, kEqeCommand = 0x0a;

// UAR page (one a context, BAR 2): doorbells. The BlueFlame page follows it.
inline constexpr std::uint64_t kUarSize = 8192, kSendDoorbell = 0x14, kCqDoorbell = 0x20, kEqDoorbell = 0x800,
                               kBlueFlame = 4096;
inline constexpr std::uint8_t kUarBar = 2;
/// BAR 0: command registers (map hca_csr).
inline constexpr std::uint8_t kCommandBar = 0;

/// CQ doorbell (8 bytes): high word sn 29..28, command 25..24 (2: next completion), CQN 23..0; low: consumer index.
inline constexpr std::uint32_t kArmNext = 2u << 24;

/// Largest inline payload that fits the first block and the following ones.
constexpr std::size_t inline_room(std::size_t header_bytes, std::size_t wqe_bytes) {
  std::size_t room = 0;
  for (std::size_t at = header_bytes; at < wqe_bytes; at = (at / kBlock + 1) * kBlock)
    room += (at / kBlock + 1) * kBlock - at - 4;
  return room;
}

}  // namespace viosim::hca_abi
