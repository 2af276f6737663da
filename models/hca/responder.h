// The receiving side of reliable connections (IBA vol. 1, 9.7): sequence and key checks, placing of data,
// answers in order.
#pragma once
#include "hca/engines.h"
#include "hca/tx_fifo.h"
#include "kernel/task.h"

namespace viosim::hca {

class Responder final : public TxListener {
 public:
  Responder(const std::string& path, Engines& engines);
  /// A request packet arrived. What is not taken is dropped or refused. False: something must be waited for first,
  /// nothing was done.
  bool request_at_once(QueuePair& qp, IbPacket& p);
  /// The same for what request_at_once has left. In either case the packet may still wait in `qp.placing`.
  Task<> request(QueuePair& qp, IbPacket& p);

  void leaving(QueuePair& qp, const IbPacket& packet) override;
  void unreadable(QueuePair& qp, TxPacket& packet) override;

 private:
  // responder.cpp: data that comes in
  inline bool write_at_once(QueuePair& qp, IbPacket& p);
  Task<> incoming_write(QueuePair& qp, IbPacket& p);
  Task<> incoming_send(QueuePair& qp, IbPacket& p);
  /// Takes a write's address and checks it and its length: the NAK that it deserves, or kAethAck.
  /// `region`: what allows it.
  inline std::uint8_t check_write(QueuePair& qp, const IbPacket& p, const MemoryRegion*& region);
  /// The write, translated into rx_segments, is taken.
  inline void place_write(QueuePair& qp, IbPacket& p);
  [[gnu::always_inline]] inline void place(QueuePair& qp, IbPacket& p, bool completes);
  /// All segments but the last; answers how much of the payload that is.
  Bytes place_front(QueuePair& qp, const IbPacket& p);
  /// The last segment, which something holds up. True: `placed` will acknowledge it.
  bool place_last(QueuePair& qp, const IbPacket& p, Buffer& data);
  void placed(QueuePair& qp);
  void refuse_receive(QueuePair& qp, IbPacket& p, hca_abi::Syndrome local, std::uint8_t nak);
  // responder_answer.cpp: what goes back
  void incoming_fetch(QueuePair& qp, IbPacket& p);
  void duplicate(QueuePair& qp, IbPacket& p);
  void acknowledge(QueuePair& qp, std::uint32_t psn, std::uint8_t syndrome, Op&& op);
  /// A NAK after which the queue pair is in error.
  void refuse(QueuePair& qp, std::uint32_t psn, std::uint8_t syndrome, Op op);
  inline void respond(QueuePair& qp, IbPacket* p);
  void enqueue(QueuePair& qp, IbPacket& p);
  Process answer(QueuePair& qp);
  Task<> answer_read(QueuePair& qp, IbPacket& p);
  Task<> answer_atomic(QueuePair& qp, IbPacket& p);
  Task<> execute_atomic(QueuePair& qp, IbPacket& p, Iova at);
  static inline IbPacket* make_answer(const QueuePair& qp, IbOpcode opcode, std::uint32_t psn, Op&& op);

  Station station_;
  Engines& e_;
  bool atomic_busy_ = false;
  Event atomic_free_;
};

}  // namespace viosim::hca
