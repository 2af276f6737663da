// Packets of one stream of a queue pair that wait for their payload: they leave in order.
#pragma once
#include "kernel/pool.h"
#include "protocols/packet.h"

namespace viosim::hca {

struct QueuePair;
struct TxPacket;

/// Who sends through the gather engine: told when a packet leaves or its payload cannot be read.
class TxListener {
 public:
  virtual void leaving(QueuePair& qp, const IbPacket& packet) = 0;
  virtual void unreadable(QueuePair& qp, TxPacket& packet) = 0;

 protected:
  ~TxListener() = default;
};

struct TxFifo {
  QueuePair* qp = nullptr;
  TxListener* listener = nullptr;
  TxPacket* first = nullptr;
  TxPacket* last = nullptr;
};

struct TxPacket : Pooled<TxPacket> {
  TxFifo* fifo = nullptr;    ///< null: void, only its reads are waited for
  IbPacket* packet = nullptr;
  TxPacket* next = nullptr;
  void* wqe = nullptr;       ///< the listener's
  void* gather = nullptr;    ///< who reads for it
  unsigned pending = 0;      ///< reads under way
  bool failed = false;
};

}  // namespace viosim::hca
