// Completions and events: CQEs into rings in host memory, EQEs and interrupt messages for armed queues.
#pragma once
#include "hca/engines.h"

namespace viosim::hca {

class Completion {
 public:
  Completion(const std::string& path, Engines& engines) : station_(path, 0), e_(engines) {
    station_.based_on(Cause::CompletionWrite, e_.params.dma_engine_latency);
  }
  /// One send WQE's or receive's completion with an error or without. A fork of `op` goes with the write.
  void report_send(QueuePair& qp, const SendWqe& w, hca_abi::Syndrome syndrome, const Op& op);
  void report_receive(QueuePair& qp, std::uint16_t index, std::uint32_t bytes, hca_abi::Syndrome syndrome,
                      const Op& op);
  /// The CQ doorbell: an event at the next completion, or now if there is one beyond `consumer`.
  void arm(CompletionQueue& cq, std::uint32_t consumer, Op op);
  /// An event queue entry and its interrupt message.
  void event(Eqn eq, std::uint8_t type, std::uint32_t number, Op op);

 private:
  /// Writes `cqe` behind those before it.
  [[gnu::always_inline]] inline void write(Cqn cq, Cqe& cqe, const Op& op);
  void stand_in_line(CompletionQueue& cq, Cqe& cqe, const Op& op);
  void emit(CompletionQueue& cq, const Cqe& cqe, const Op& op);
  /// Reads how far the host has come, for those that found the queue full.
  void check(CompletionQueue& cq);
  void checked(CompletionQueue& cq);
  void overflow(CompletionQueue& cq, Op op);
  Station station_;
  Engines& e_;
};

}  // namespace viosim::hca
