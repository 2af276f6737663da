// Finds the core of a message-signalled interrupt.
// Models: delivery by core number. Not modelled: time of its own (the parameters of the root complex and of the
// core's interrupt entry hold it), logical destinations, priorities. Causes: none.
#pragma once
#include <vector>

#include "protocols/irq.h"

namespace viosim::host {

class InterruptController : public IrqRouterIf {
 public:
  /// Core number `core` takes its interrupts at `to`.
  void attach(unsigned core, IrqIf& to) {
    if (cores_.size() <= core) cores_.resize(core + 1, nullptr);
    cores_[core] = &to;
  }
  /// A message for a core that does not exist is dropped, as the bus drops it.
  void deliver(unsigned core, unsigned vector, Op op) override {
    if (core < cores_.size() && cores_[core] != nullptr) cores_[core]->raise(vector, std::move(op));
  }

 private:
  std::vector<IrqIf*> cores_;
};

}  // namespace viosim::host
