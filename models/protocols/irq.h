// Interrupts on their way from the root complex to whoever takes them.
#pragma once
#include "kernel/ledger.h"

namespace viosim {

/// Takes interrupts of one core. `op` is the account of what raised it; the receiver forks or moves it.
class IrqIf {
 public:
  virtual ~IrqIf() = default;
  virtual void raise(unsigned vector, Op op) = 0;
};

/// The interrupt controller of a host: finds the core of a message-signalled interrupt.
class IrqRouterIf {
 public:
  virtual ~IrqRouterIf() = default;
  virtual void deliver(unsigned core, unsigned vector, Op op) = 0;
};

}  // namespace viosim
