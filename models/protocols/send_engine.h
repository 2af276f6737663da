// The engine of an HCA that fetches send WQEs, decides which message goes next and cuts it into packets, as the rest of the
// HCA sees it when the engine is not the TLM's own: queue pairs by number, WQEs parsed, packets as descriptors.
#pragma once
#include <cstdint>

#include "kernel/address.h"
#include "kernel/ids.h"
#include "kernel/station.h"
#include "protocols/buffer.h"
#include "protocols/hca_abi.h"
#include "protocols/tlp.h"

namespace viosim {

/// What the engine must know of a queue pair's send queue.
struct SendQueue {
  Qpn qp;
  std::uint32_t entries;  ///< a power of two
  Bytes stride, mtu;      ///< powers of two
};

struct ParsedWqe {
  Buffer bytes;                   ///< the WQE as it stands in its ring or came by BlueFlame
  std::uint16_t index = 0;
  hca_abi::Opcode opcode{};
  bool signaled = false;
  std::uint64_t remote_address = 0;
  std::uint32_t rkey = 0;
  std::uint64_t swap_or_add = 0, compare = 0;
  std::size_t data_at = 0, data_count = 0;  ///< data segments: first byte, number
  Buffer inline_data;             ///< `length` bytes, then room
  bool is_inline = false;
  std::uint32_t length = 0;
  hca_abi::Syndrome error = hca_abi::Syndrome::none;
};

/// The next packet of a queue pair: messages in the order of their WQEs.
struct PacketDescriptor {
  std::uint32_t offset = 0, length = 0;
  bool first = false, last = false;
};

/// Called by the engine.
class SendEngineClientIf {
 public:
  virtual ~SendEngineClientIf() = default;
  /// Read `count` WQEs from `place` of the ring on; answered by `fetched` with the tag.
  virtual void read(Qpn qp, unsigned tag, std::uint32_t place, std::uint32_t count, Op op) = 0;
  virtual void accept(Qpn qp, const ParsedWqe& wqe, Op op) = 0;
  virtual void packet(Qpn qp, PacketDescriptor packet) = 0;
  /// A read of its ring failed.
  virtual void broken(Qpn qp, Op op) = 0;
  /// A post for a queue pair that the engine does not serve.
  virtual void refused() = 0;
};

/// Called by the HCA. Ops reach up to now.
class SendEngineIf {
 public:
  virtual ~SendEngineIf() = default;
  virtual void attach(SendEngineClientIf& client, Station& station) = 0;
  /// From now on, and with nothing of what was before. Throws std::invalid_argument if it can serve no more.
  virtual void open(const SendQueue& queue) = 0;
  virtual void close(Qpn qp) = 0;
  virtual void doorbell(Qpn qp, Op op) = 0;
  virtual void post(Qpn qp, std::uint16_t index, const Buffer& wqe, Op op) = 0;
  virtual void fetched(unsigned tag, CplStatus status, const Buffer& wqes, Op op) = 0;
  /// A descriptor was used: there is room for another.
  virtual void sent(Qpn qp) = 0;
  /// What a message waits for here, now.
  virtual Cause waits_for() const = 0;
};

}  // namespace viosim
