// The way in: a whole packet is stored and checked, its payload crosses the datapath, then the pipeline; the
// packets of a queue pair are processed in order.
#pragma once
#include "hca/datapath.h"
#include "kernel/task.h"

namespace viosim::hca {

class Receiver {
 public:
  Receiver(const std::string& path, Engines& engines);
  void arrive(IbPacket* packet);
  /// Goes on with the packets of `qp`, as far as nothing has to be waited for.
  void run(QueuePair& qp);

 private:
  void process(IbPacket* packet);
  /// Processes `packet`, the oldest of `qp`, and those behind it, up to one that has to wait: `serve` goes on.
  [[gnu::always_inline]] inline void take(QueuePair& qp, IbPacket* packet);
  bool take_at_once(QueuePair& qp, IbPacket& packet);
  Process serve(QueuePair& qp);
  Engines& e_;
  Datapath datapath_;
};

}  // namespace viosim::hca
