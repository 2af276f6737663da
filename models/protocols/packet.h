// InfiniBand packets of a reliable connection. Names and sizes: InfiniBand Architecture Specification vol. 1,
// chapters 5 and 9.
#pragma once
#include <array>
#include <cstdint>
#include <utility>

#include "kernel/address.h"
#include "kernel/ids.h"
#include "kernel/parcel.h"
#include "kernel/pool.h"
#include "protocols/buffer.h"
#include "protocols/socket.h"

namespace viosim {

/// BTH opcodes, class RC (IBA vol. 1, table 38).
enum class IbOpcode : std::uint8_t {
  send_first = 0x00, send_middle = 0x01, send_last = 0x02, send_only = 0x04,
  write_first = 0x06, write_middle = 0x07, write_last = 0x08, write_only = 0x0a,
  read_request = 0x0c, read_response_first = 0x0d, read_response_middle = 0x0e, read_response_last = 0x0f,
  read_response_only = 0x10, acknowledge = 0x11, atomic_acknowledge = 0x12,
  compare_swap = 0x13, fetch_add = 0x14,
};

/// AETH syndromes (IBA vol. 1, 9.7.5.1): type in the upper three bits.
inline constexpr std::uint8_t kAethAck = 0x1f;  ///< ACK, credits not counted
inline constexpr std::uint8_t kAethRnr = 0x20;  ///< | RNR timer code
inline constexpr std::uint8_t kAethNakPsn = 0x60, kAethNakInvalidRequest = 0x61, kAethNakRemoteAccess = 0x62,
                              kAethNakRemoteOperational = 0x63;

/// LRH, BTH, extended headers, ICRC and VCRC of a packet, by opcode.
inline constexpr std::array<std::uint8_t, 32> kIbOverhead = [] {
  constexpr std::uint8_t kLrh = 8, kBth = 12, kReth = 16, kAeth = 4, kAtomicEth = 28, kAtomicAckEth = 8, kIcrc = 4,
                         kVcrc = 2;
  std::array<std::uint8_t, 32> n{};
  n.fill(kLrh + kBth + kIcrc + kVcrc);
  const auto carries = [&n](std::uint8_t header, auto... opcodes) {
    ((n[static_cast<std::size_t>(opcodes)] += header), ...);
  };
  carries(kReth, IbOpcode::write_first, IbOpcode::write_only, IbOpcode::read_request);
  carries(kAeth, IbOpcode::read_response_first, IbOpcode::read_response_last, IbOpcode::read_response_only,
          IbOpcode::acknowledge, IbOpcode::atomic_acknowledge);
  carries(kAtomicAckEth, IbOpcode::atomic_acknowledge);
  carries(kAtomicEth, IbOpcode::compare_swap, IbOpcode::fetch_add);
  return n;
}();

struct IbPacket;

/// Whose buffer holds a packet until the link that follows has sent it. Optional: a block that wants to know
/// when it may reuse its output buffer sets IbPacket::holder before it hands the packet over; a link sets it for the
/// buffer of a receiver that gets packets at their head.
class PacketHolder {
 public:
  /// The link has booked its wire: the last bit of `packet` leaves at `last_bit` (now or later).
  virtual void leaving(const IbPacket& packet, Time last_bit) = 0;

 protected:
  ~PacketHolder() = default;
};

struct IbPacket : Parcel, Pooled<IbPacket> {
  Lid destination_lid, source_lid;            // LRH
  std::uint8_t virtual_lane = 0;
  IbOpcode opcode = IbOpcode::send_only;      // BTH
  bool ack_request = false;
  std::uint8_t syndrome = 0;                  // AETH
  std::uint32_t msn = 0;
  Qpn destination_qp;
  std::uint32_t psn = 0;                      ///< 24 bits
  Rkey rkey;
  std::uint32_t dma_length = 0;
  Gva remote_address;                         // RETH, AtomicETH
  std::uint64_t swap_or_add = 0, compare = 0;  // AtomicETH
  std::uint64_t original = 0;                 // AtomicAckETH
  Buffer payload;
  Time tail_at;                               ///< links: its last bit is here; a cut-through block has it before
  PacketHolder* holder = nullptr;             ///< told once, by the link that takes the packet
  std::uint32_t held_blocks = 0;              ///< what it occupies of that buffer, for a link
  bool corrupt = false;                       ///< a bit was flipped: the ICRC check of the receiver fails

  /// Under way when the simulation ends, it goes with it.
  explicit IbPacket(Op&& account = Op())
      : Parcel{Wakeable{nullptr, [](Wakeable* w) { delete static_cast<IbPacket*>(w); }}, std::move(account), nullptr,
               Time{}, nullptr} {}

  bool is_response() const { return opcode >= IbOpcode::read_response_first && opcode <= IbOpcode::atomic_acknowledge; }
  bool is_first_or_only() const {
    return opcode == IbOpcode::send_first || opcode == IbOpcode::send_only || opcode == IbOpcode::write_first ||
           opcode == IbOpcode::write_only;
  }
  bool is_last_or_only() const {
    return opcode == IbOpcode::send_last || opcode == IbOpcode::send_only || opcode == IbOpcode::write_last ||
           opcode == IbOpcode::write_only;
  }
  /// Headers and checks without delimiters.
  Bytes overhead() const { return Bytes(kIbOverhead[static_cast<std::size_t>(opcode) % kIbOverhead.size()]); }
  /// All that occupies the wire: start and end delimiter (2 symbols), overhead, payload padded to 4 bytes.
  Bytes wire_size() const {
    const std::int64_t padded = (payload.size().raw() + 3) & ~std::int64_t{3};
    return Bytes(2 + padded) + overhead();
  }
};

}  // namespace viosim
