#include "hca/wqe.h"

#include <algorithm>
#include <cstring>

namespace viosim::hca {
namespace {

using hca_abi::get;
using hca_abi::kBlock;
using hca_abi::kSegment;
using hca_abi::Opcode;
using hca_abi::Syndrome;

constexpr std::uint64_t kLongest = std::uint64_t{1} << 30;

/// Inline segments from `at` to `end`: a four-byte header each, data up to the next 64-byte boundary.
bool parse_inline(std::span<const std::byte> wqe, std::size_t at, std::size_t end, SendWqe& into) {
  into.inline_data = Buffer::make(Bytes(static_cast<std::int64_t>(end)));
  std::byte* const gathered = into.inline_data.bytes().data();
  std::size_t size = 0;
  while (at + 4 <= end) {
    const auto header = get<std::uint32_t>(wqe, at);
    const std::size_t length = header & ~hca_abi::kInlineBit;
    const std::size_t boundary = std::min(end, (at / kBlock + 1) * kBlock);
    if ((header & hca_abi::kInlineBit) == 0 || length > boundary - at - 4) return false;
    std::memcpy(gathered + size, wqe.data() + at + 4, length);
    size += length;
    at = (at + 4 + length + kSegment - 1) / kSegment * kSegment;
  }
  into.is_inline = true;
  into.length = static_cast<std::uint32_t>(size);
  return true;
}

Syndrome parse_data(const Buffer& bytes, std::size_t at, std::size_t end, SendWqe& into) {
  const std::span<const std::byte> wqe = bytes.bytes();
  if (at == end) return Syndrome::none;  // no data: an empty message
  if ((get<std::uint32_t>(wqe, at) & hca_abi::kInlineBit) != 0) {
    if (into.wants_response() && get<std::uint32_t>(wqe, at) != hca_abi::kZeroLength)
      return Syndrome::local_qp_operation;
    return parse_inline(wqe, at, end, into) ? Syndrome::none : Syndrome::local_qp_operation;
  }
  into.sges = SgeList{bytes, at, (end - at) / kSegment};
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < into.sges.count; ++i) {
    const std::uint32_t length = into.sges[i].length;
    if ((length & hca_abi::kInlineBit) != 0 && length != hca_abi::kZeroLength) return Syndrome::local_qp_operation;
    total += length == hca_abi::kZeroLength ? 0 : length == 0 ? std::uint64_t{1} << 31 : length;
  }
  if (total > kLongest) return Syndrome::local_length;
  into.length = static_cast<std::uint32_t>(total);
  return Syndrome::none;
}

}  // namespace

void parse_send_wqe(const Buffer& bytes, SendWqe& into) {
  const std::span<const std::byte> wqe = bytes.bytes();
  const std::size_t end = (get<std::uint32_t>(wqe, 4) & 0x3f) * kSegment;
  into.opcode = static_cast<Opcode>(get<std::uint32_t>(wqe, 0) & 0xff);
  into.signaled = (get<std::uint32_t>(wqe, 8) & hca_abi::kGenerateCqe) != 0;
  into.error = Syndrome::local_qp_operation;
  std::size_t at = kSegment;
  switch (into.opcode) {
    case Opcode::nop:
      if (end <= wqe.size()) into.error = Syndrome::none;
      return;
    case Opcode::send: break;
    case Opcode::rdma_write: case Opcode::rdma_read: at += kSegment; break;
    case Opcode::atomic_cs: case Opcode::atomic_fa: at += 2 * kSegment; break;
    default: return;
  }
  if (end > wqe.size() || end < at) return;
  if (into.opcode != Opcode::send) {
    into.remote_address = Gva(get<std::uint64_t>(wqe, 16));
    into.rkey = Rkey{get<std::uint32_t>(wqe, 24)};
  }
  if (into.is_atomic()) {
    into.swap_or_add = get<std::uint64_t>(wqe, 32);
    into.compare = get<std::uint64_t>(wqe, 40);
  }
  into.error = parse_data(bytes, at, end, into);
  if (into.error == Syndrome::none && into.is_atomic() && (into.length != 8 || into.is_inline))
    into.error = Syndrome::local_length;
}

SgeList parse_receive_wqe(const Buffer& bytes) {
  SgeList list{bytes, 0, static_cast<std::size_t>(bytes.size().raw()) / kSegment};
  for (std::size_t i = 0; i < list.count; ++i)
    if (list[i].length == 0) list.count = i;
  return list;
}

}  // namespace viosim::hca
