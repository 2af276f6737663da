// A send WQE inside the device: what was parsed, and how far it has come.
#pragma once
#include <utility>

#include "hca/psn.h"
#include "hca/sge_list.h"
#include "kernel/ledger.h"

namespace viosim::hca {

struct SendWqe : Pooled<SendWqe> {
  explicit SendWqe(std::uint16_t number, Op&& account = Op()) : op(std::move(account)), index(number) {}
  SendWqe* next = nullptr;
  Op op;                         ///< waits here for the next thing to be done for it
  std::uint16_t index;
  hca_abi::Opcode opcode = hca_abi::Opcode::nop;
  hca_abi::Syndrome error = hca_abi::Syndrome::none;
  bool signaled = false;
  bool is_inline = false;
  bool started = false;           ///< it has its PSNs
  bool answered = false;          ///< reads and atomics: all data is here
  Gva remote_address;
  Rkey rkey;
  std::uint32_t length = 0;
  std::uint64_t swap_or_add = 0, compare = 0;
  SgeList sges;
  Buffer inline_data;             ///< `length` bytes, then room
  std::uint32_t first_psn = 0;
  std::uint32_t packets = 0;      ///< PSNs that it uses
  std::uint32_t next_packet = 0;  ///< to be sent
  std::uint32_t described = 0;    ///< cut by a send engine
  std::uint32_t responses = 0;    ///< read responses taken

  bool is_atomic() const { return opcode == hca_abi::Opcode::atomic_cs || opcode == hca_abi::Opcode::atomic_fa; }
  bool wants_response() const { return is_atomic() || opcode == hca_abi::Opcode::rdma_read; }
  std::uint32_t last_psn() const { return psn_add(first_psn, packets - 1); }
};

/// The opcode and the parity bit of a WQE in its first word.
inline bool owner_bit(std::span<const std::byte> wqe) {
  return (hca_abi::get<std::uint32_t>(wqe, 0) & hca_abi::kOwnerBit) != 0;
}

/// Parses `bytes` (one stride, or a BlueFlame copy). What is malformed sets `into.error`; every length and
/// offset in it may be hostile.
void parse_send_wqe(const Buffer& bytes, SendWqe& into);
/// The data segments of a receive WQE: up to the first empty one.
SgeList parse_receive_wqe(const Buffer& bytes);

}  // namespace viosim::hca
