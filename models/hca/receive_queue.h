// Receive WQEs: the doorbell record says how many are posted, they are fetched ahead of need.
#pragma once
#include "hca/engines.h"
#include "kernel/task.h"

namespace viosim::hca {

enum class Taken : std::uint8_t { wqe, none, broken };

class ReceiveQueue {
 public:
  ReceiveQueue(const std::string& path, Engines& engines) : station_(path, 0), e_(engines) {
    station_.based_on(Cause::WqeFetch, e_.params.dma_engine_latency);
  }
  /// The next receive WQE into qp.receive_wqe. none: nothing is posted. broken: host memory does not answer, or
  /// the record holds a count that no ring can hold.
  Task<Taken> next(QueuePair& qp, Op& op);

 private:
  Task<Taken> refill(QueuePair& qp, Op& op);
  Process refill_ahead(QueuePair& qp);
  static std::uint16_t held(const QueuePair& qp) {
    return static_cast<std::uint16_t>(qp.receive.fetched - qp.receive.consumed);
  }
  Station station_;
  Engines& e_;
};

}  // namespace viosim::hca
