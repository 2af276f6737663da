// Completions and events: CQEs into rings in host memory, EQEs and interrupt messages for armed queues.
#pragma once
#include "hca/engines.h"

namespace viosim::hca {

class Completion {
 public:
  Completion(const std::string& path, Engines& engines) : station_(path, 0), e_(engines) {
    station_.based_on(Cause::CompletionWrite, e_.params.dma_engine_latency);
  }
  /// Writes `cqe` behind those before it. Its op goes with the write.
  void write(Cqn cq, Cqe&& cqe);
  /// The CQ doorbell: an event at the next completion, or now if there is one beyond `consumer`.
  void arm(CompletionQueue& cq, std::uint32_t consumer, Op op);
  /// An event queue entry and its interrupt message.
  void event(Eqn eq, std::uint8_t type, std::uint32_t number, Op op);

 private:
  inline void emit(CompletionQueue& cq, Cqe& cqe);
  /// Reads how far the host has come, for those that found the queue full.
  void check(CompletionQueue& cq);
  void checked(CompletionQueue& cq);
  void overflow(CompletionQueue& cq, Op op);
  Station station_;
  Engines& e_;
};

}  // namespace viosim::hca
