// The software side of a CQ and a QP of the physical HCA: indices, where the rings are, who waits.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "kernel/event.h"
#include "protocols/hca_abi.h"
#include "protocols/verbs.h"

namespace viosim::guest {

struct Mlx4Cq {
  Gpa ring, record;          ///< record: consumer index 0, arm state 4
  std::uint32_t entries = 0;
  std::uint32_t consumer = 0;
  Cqn number;
  Watch next;                ///< owner byte of the next entry
  bool waiting = false;      ///< the last look found nothing and nothing was posted since
  std::uint32_t events = 0, arm_sequence = 1;
  Event wake;
  Exec* sleeper = nullptr;
  CompletionHandler handler{nullptr, nullptr};

  Gpa entry(std::uint32_t index) const {
    return ring + Bytes(static_cast<std::int64_t>((index & (entries - 1)) * hca_abi::kCqeSize));
  }
  /// The owner bit of a valid entry at the consumer index: parity of the lap.
  bool lap() const { return (consumer & entries) != 0; }
};

using Mlx4Cqe = std::array<std::byte, hca_abi::kCqeSize>;

struct Mlx4Eq {
  static constexpr std::uint32_t kEntries = 1024;  // mlx4 has 0x80 spare ones; what stays under way fits
  void* owner = nullptr;     ///< the driver, for the interrupt handler
  Gpa ring{};
  Eqn number{};
  std::uint32_t consumer = 0;
};

struct Mlx4SendQueue {
  Gpa ring;
  std::uint32_t entries = 0, limit = 0, stride = 0;  ///< limit: work requests; the rest is head-room for prefetch
  std::uint32_t head = 0, tail = 0;
  std::vector<std::uint64_t> wr_ids;

  std::uint32_t slot(std::uint32_t index) const { return index & (entries - 1); }
  Gpa entry(std::uint32_t index) const { return ring + Bytes(static_cast<std::int64_t>(slot(index)) * stride); }
  /// The owner bit of an entry: parity of the lap.
  bool lap(std::uint32_t index) const { return (index & entries) != 0; }
};

struct Mlx4ReceiveQueue {
  Gpa ring, record;
  std::uint32_t entries = 0, limit = 0, stride = 16;
  std::uint32_t head = 0, tail = 0;
  std::vector<std::uint64_t> wr_ids;
};

struct Mlx4Qp {
  Qpn number;
  bool retired = false;  ///< destroyed: its rings serve the next one of its size
  Mlx4SendQueue send;
  Mlx4ReceiveQueue receive;
  std::uint32_t max_inline = 0;
  Mlx4Cq* send_cq = nullptr;
  Mlx4Cq* receive_cq = nullptr;
};

/// A registered range, kept to find payload that goes inline.
struct Mlx4Region {
  Gva start;
  Bytes length;
  Lkey key;
  std::vector<Gpa> pages;
};

}  // namespace viosim::guest
