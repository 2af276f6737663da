// Send WQEs on their way in: fetched from the ring after a doorbell, ahead as far as owner bits allow, or
// taken from a BlueFlame post. A doorbell announces at least one WQE; when all announced ones were there,
// the fetcher looks on by guesses that double, until an owner bit says that the ring ends.
#pragma once
#include "hca/engines.h"
#include "kernel/task.h"

namespace viosim::hca {

class WqeFetcher {
 public:
  explicit WqeFetcher(Engines& engines) : e_(engines) {}
  void doorbell(QueuePair& qp, Op&& op);
  /// A BlueFlame post of WQE `index` (low 16 bits). Taken as a mere doorbell if it is not the next one.
  void pushed(QueuePair& qp, const Buffer& wqe, std::uint16_t index, Op&& op);
  /// Fetches what is announced, as far as the buffer has room.
  void pump(QueuePair& qp) {
    if (qp.fetch.announced > 0) fetch(qp);
  }

 private:
  void fetch(QueuePair& qp);
  Process read(QueuePair& qp, DmaJob* raw, std::uint32_t index, std::uint32_t count);
  void take(QueuePair& qp, const DmaJob& job, std::uint32_t count, std::uint64_t rings);
  inline void accept(QueuePair& qp, const Buffer& wqe, Op&& op);
  Engines& e_;
};

}  // namespace viosim::hca
