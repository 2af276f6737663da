// A host core as a virtual processor sees it: the Exec of its context, and what an Exec alone does not offer:
// time in steps that need no event each, interrupts, the idle state. Whoever runs a guest stands in the gate.
#pragma once
#include "kernel/station.h"
#include "protocols/exec.h"
#include "protocols/irq.h"
#include "protocols/mem.h"

namespace viosim {

class CoreIf;

/// Software costs of an operating system on this core, the host's or a guest's.
struct CoreCosts {
  Cycles interrupt_entry;  ///< vectoring, saving, acknowledging, finding the handler
  Cycles interrupt_exit;   ///< after the handler, back to what was interrupted
  Cycles block;            ///< system call that blocks, and the switch to idle
  Cycles wake;             ///< from the wake-up to the thread in user mode
  Cycles copy_setup;       ///< of one copy, whatever its length
  Cycles copy_line;        ///< per 64 bytes, data in the first-level caches
  Duration ipi;            ///< from one core's request to the interruption of another one
};

/// Takes the interrupts of a core before its own software does: a virtual processor.
class GateIf {
 public:
  virtual ~GateIf() = default;
  /// `vector` is taken now; core.op() is the interrupt's account. Calls core.handle when it is for the host.
  virtual Task<> interrupt(CoreIf& core, unsigned vector) = 0;
};

class CoreIf : public Exec, public IrqIf {
 public:
  /// The site of this core: one server.
  virtual Station& station() = 0;
  virtual Duration time_of(Cycles n) const = 0;
  virtual const CoreCosts& costs() const = 0;
  /// Access through the caches, charged to op() from `at` on while the core stands; answers its end.
  virtual Time access(MemAccess kind, Hpa address, Bytes length, Time at) = 0;
  /// Interrupt entry, the handler of `vector`, interrupt exit: on op().
  virtual Task<> handle(unsigned vector) = 0;
  /// Idles until an interrupt has been taken (its handler has run); returns at once after one that was pending.
  /// op() is the same as before, not charged for the wait.
  virtual Task<> halt() = 0;
  /// One virtual processor a core: throws std::invalid_argument if there is one.
  virtual void set_gate(GateIf& gate) = 0;
  /// A vector without a handler: `preferred`, or the highest one that is free.
  virtual unsigned free_vector(unsigned preferred) const = 0;
};

/// What a sleeper leaves in an event: remembers the notification, and tells its owner.
struct WakeWait : Waiter {
  void (*woken)(void* owner) = nullptr;
  void* owner = nullptr;
  bool done = false;
  std::coroutine_handle<> handle{};

  /// In no list any more: `fire` has run or will at this time.
  bool notified() const { return next_waiter == nullptr; }
  void join(Event& event, void (*tell)(void*), void* whom) {
    woken = tell;
    owner = whom;
    fire = [](Wakeable* w) {
      auto* self = static_cast<WakeWait*>(w);
      self->done = true;
      if (self->handle) self->handle.resume();
      else self->woken(self->owner);
    };
    event.add(*this);
  }
};

/// Waits until the notification of a WakeWait has fired.
struct WakeFired {
  WakeWait* wait;
  bool await_ready() const { return wait->done; }
  void await_suspend(std::coroutine_handle<> h) { wait->handle = h; }
  void await_resume() const {}
};

}  // namespace viosim
