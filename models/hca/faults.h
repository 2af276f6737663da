// A queue pair's way into the error state: what was under way is void, what was posted is flushed.
#pragma once
#include "hca/engines.h"
#include "kernel/task.h"

namespace viosim::hca {

class Faults {
 public:
  Faults(const std::string& path, Engines& engines) : station_(path, 0), e_(engines) {}
  /// To error, unless it is there. `op`: the account of what went wrong.
  void fail(QueuePair& qp, Op op);
  /// The same with an asynchronous event, for faults that no completion can tell.
  void catastrophic(QueuePair& qp, Op op);
  /// What is posted to a queue pair in error is flushed.
  void flush_posted(QueuePair& qp, Op op);
  /// Forgets all that is under way.
  void quiesce(QueuePair& qp);

 private:
  Process flush(QueuePair& qp);
  Task<> flush_sends(QueuePair& qp, Op& op);
  Task<> flush_receives(QueuePair& qp, Op& op);
  Station station_;
  Engines& e_;
};

}  // namespace viosim::hca
