// Exec: what software runs on. A core's context in a native process or the hypervisor, a virtual processor
// in a guest. The same software (verbs library, drivers) runs on either; only the costs differ.
//
// Addresses are physical as that software believes them: Gpa. Natively, and in the hypervisor, the
// guest-physical address is the host-physical one; in a guest the extended page tables stand between.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "kernel/address.h"
#include "kernel/cause.h"
#include "kernel/event.h"
#include "kernel/station.h"
#include "protocols/mem.h"

namespace viosim {

class Exec;

/// Interrupt handler of a driver: runs on the context that was interrupted.
struct InterruptHandler {
  Task<> (*run)(void* self, Exec& on);
  void* self;
};

/// Awaiter of Exec::poll. Made by it alone, so that it never moves: the context keeps its address.
struct [[nodiscard]] Poll {
  Exec& on;
  Watch& watch;
  Cycles look;
  std::optional<Task<>> detour{};  ///< what keeps from looking, interrupts above all; its end is the poller's turn
  Hold seen{};                     ///< the look that sees it

  Poll(const Poll&) = delete;
  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> poller);
  void await_resume() { if (detour) [[unlikely]] detour->await_resume(); }

  // The two ways to the end. True: `poller` will be resumed; false: it goes on at once.
  bool until(Time t, std::coroutine_handle<> poller) {
    seen.until = t;
    if (seen.await_ready()) return false;
    seen.await_suspend(poller);
    return true;
  }
  bool by(Task<> way, std::coroutine_handle<> poller) {
    detour.emplace(std::move(way));
    return detour->await_suspend(poller);
  }

 private:
  friend class Exec;
  Poll(Exec& e, Watch& w, Cycles n) : on(e), watch(w), look(n) {}
};

class Exec {
 public:
  virtual ~Exec() = default;

  /// The account of what this context is doing now. The workload opens it; waiting replaces it.
  virtual Op& op() = 0;
  /// Executes `n` cycles of software.
  virtual Hold execute(Cycles n, Cause cause = Cause::Execute) = 0;

  // Memory. Bytes move at once, time passes when awaited. Outside the context's memory: std::out_of_range.
  virtual Hold load(Gpa from, std::span<std::byte> into) = 0;
  virtual Hold store(Gpa to, std::span<const std::byte> from) = 0;
  /// Copies with the core (Cause::Copy), both sides through the cache model.
  virtual Task<> copy(Gpa from, Gpa to, Bytes length) = 0;
  /// Time of reading `length` bytes for a checksum or compare without moving them is `load` with a scratch span.
  /// Fresh zeroed memory of this context (its guest's, or the host's).
  virtual Gpa allocate(Bytes size, Bytes alignment) = 0;
  /// Where the bytes are. False answer (nullopt-like Hpa max) never leaves: throws std::out_of_range.
  virtual Hpa translate(Gpa address, Bytes length) const = 0;

  // Device registers. In a guest, an address of an assigned function goes straight to the device, that of an
  // emulated one exits.
  /// Uncached store of 4 or 8 bytes; done for the core when it is in the store buffer's way out.
  virtual Hold mmio_store(Gpa reg, std::uint64_t value, Bytes size) = 0;
  /// Write-combined store of whole 64-byte lines followed by the flush (sfence).
  virtual Hold mmio_store_lines(Gpa reg, std::span<const std::byte> lines) = 0;
  virtual Task<std::uint64_t> mmio_load(Gpa reg, Bytes size) = 0;
  /// Port I/O: exits in a guest; a native context has no such device (throws std::out_of_range).
  virtual Task<> port_write(std::uint16_t port, std::span<const std::byte> data) = 0;
  virtual Task<std::uint64_t> port_read(std::uint16_t port, Bytes size) = 0;

  /// Spins until `watch.hit`, one look every `look` cycles. Inherits the watch's op if it had to wait; the
  /// time between the write and the look that sees it is PollGap. Interrupts are taken between looks.
  Poll poll(Watch& watch, Cycles look) { return {*this, watch, look}; }
  /// `poller` awaits `poll`: ends it by one of its two ways, at once or later. Answers as they do.
  virtual bool spin(Poll& poll, std::coroutine_handle<> poller) = 0;
  /// Blocks the thread until `wake` is notified (by an interrupt handler on this context or by another one);
  /// the core goes idle. Inherits the op given to `wake_with`. Charges the way into and out of the wait.
  virtual Task<> sleep(Event& wake) = 0;
  /// Who wakes a sleeper passes on the account of what woke it.
  virtual void wake_with(const Op& cause_op) = 0;

  /// `w`, of which the length is given, watches the memory at `from` instead of where it did, and is armed.
  virtual void watch(Watch& w, Gpa from) {
    const Hpa at = translate(from, w.length);
    if (w.placed) remove_watch(w);
    w.address = at;
    add_watch(w);
    w.placed = true;
    w.rearm();
  }
  virtual void add_watch(Watch& w) = 0;     ///< w.address is a host address: see translate
  virtual void remove_watch(Watch& w) = 0;

  /// Installs the handler of `vector` (as this software sees it); answers the value a device writes to raise it.
  virtual void on_interrupt(unsigned vector, InterruptHandler handler) = 0;
  /// Declares which parameter decides what `cause` costs here (see Station::based_on).
  virtual void based_on(Cause, const Source&) {}
  /// The context's core: destination of its interrupts.
  virtual unsigned core_index() const = 0;
};

inline bool Poll::await_suspend(std::coroutine_handle<> poller) { return on.spin(*this, poller); }

}  // namespace viosim
