// A core and the software context that is bound to it.
// Models: cycles, loads and stores through the memory, copies, uncached and write-combined stores to devices,
//   polling without an event per look, blocking with the way into and out of the wait, interrupts.
// Not modelled: several threads on a core, hardware threads, speculation; an interrupt that comes while cycles are
//   executed is taken at the next poll, sleep or halt of the context (no stretch is cut).
// Causes: Execute = cycles / frequency; uncached store uc_store, behind others uc_spacing apart, a load behind the
//   last of them; write-combined store wc_first_line + wc_further_line x (lines - 1)
//   Copy = copy_setup + copy_line x lines; PollGap = from the write to the begin of the look that sees it
//   SchedulerWait = idle_exit (+ ipi from another core), and while a handler runs before the thread
//   TimerWait = asleep, if who woke passed no account
#pragma once
#include <array>
#include <systemc>
#include <vector>

#include "host/cache_state.h"
#include "host/core_timing.h"
#include "kernel/station.h"
#include "protocols/core.h"
#include "protocols/mmio.h"

namespace viosim::host {

class Memory;

class Context final : public CoreIf, public sc_core::sc_module {
 public:
  /// `core`: its number in the host; throws std::invalid_argument if the memory has no such core.
  Context(sc_core::sc_module_name name, const CoreParams& params, Memory& memory, unsigned core);
  /// Devices' registers become reachable; before, every mmio verb throws std::logic_error.
  void bind_mmio(MmioIf& mmio) { mmio_ = &mmio; }

  Op& op() override { return op_; }
  Hold execute(Cycles n, Cause cause) override {
    const Time begin = now(), end = begin + timing_.of(n);
    station_.serve(op_, cause, begin, end, end);
    return until(end);
  }
  Hold load(Gpa from, std::span<std::byte> into) override;
  Hold store(Gpa to, std::span<const std::byte> from) override;
  Task<> copy(Gpa from, Gpa to, Bytes length) override;
  Gpa allocate(Bytes size, Bytes alignment) override;
  Hpa translate(Gpa address, Bytes length) const override;
  Hold mmio_store(Gpa reg, std::uint64_t value, Bytes size) override;
  Hold mmio_store_lines(Gpa reg, std::span<const std::byte> lines) override;
  Task<std::uint64_t> mmio_load(Gpa reg, Bytes size) override;
  Task<> port_write(std::uint16_t port, std::span<const std::byte> data) override;
  Task<std::uint64_t> port_read(std::uint16_t port, Bytes size) override;
  bool spin(Poll& poll, std::coroutine_handle<> poller) override;
  Task<> sleep(Event& wake) override;
  void wake_with(const Op& cause_op) override;
  void watch(Watch& w, Gpa from) override;
  void add_watch(Watch& w) override;
  void remove_watch(Watch& w) override;
  /// Throws std::out_of_range for a vector above 255.
  void on_interrupt(unsigned vector, InterruptHandler handler) override;
  void based_on(Cause cause, const Source& source) override { ledger().based_on(station_.site(), cause, source); }
  unsigned core_index() const override { return core_; }

  void raise(unsigned vector, Op op) override;

  Station& station() override { return station_; }
  Duration time_of(Cycles n) const override { return timing_.of(n); }
  const CoreCosts& costs() const override { return timing_.costs(); }
  Time access(MemAccess kind, Hpa address, Bytes length, Time at) override;
  Task<> handle(unsigned vector) override;
  Task<> halt() override;
  void set_gate(GateIf& gate) override;
  unsigned free_vector(unsigned preferred) const override;

 private:
  struct Pending { unsigned vector; Op op; };
  /// The context waits in one list; an interrupt takes it out of there.
  struct Wait : Waiter {
    std::coroutine_handle<> handle{};
    // Of what polls, which needs no coroutine until an interrupt comes:
    Context* context = nullptr;
    Poll* poll = nullptr;
    Time start;
  };
  struct Parked {
    Context* context;
    Event* event;
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> h) { context->park(h, *event); }
    void await_resume() const {}
  };
  void park(std::coroutine_handle<> h, Event& event);
  void unpark();
  static Hold until(Time t) { Hold h; h.until = t; return h; }
  Time see(Watch& watch, Time look_begin, Duration step);
  Time inherit(Poll& poll, Time start);
  void spun(std::int64_t looks, Time start, Time end);
  bool spin_at_once(Poll& poll, std::coroutine_handle<> poller);
  void spin_woken();
  Task<> interrupts_first(Poll& poll);
  Task<> spin_interrupted(Poll& poll, Time start);
  Task<> take_interrupts(int from_idle);
  void copy_chunk(Hpa from, Hpa to, Bytes n);
  MmioIf& device_at(Hpa reg, Bytes size) const;

  Station station_;
  Ledger::Site& site_;  // the same one, for what its verbs do not say
  CoreTiming timing_;
  Memory& memory_;
  MmioIf* mmio_ = nullptr;
  GateIf* gate_ = nullptr;
  unsigned core_;
  CacheState::Core& caches_;  // of this core
  Op op_;
  Time uc_left_, uc_free_;  // when the last uncached store leaves, and the next one may
  Wait wait_;
  Event activity_;
  Op wake_op_;
  bool woken_with_ = false, halt_interrupted_ = false;
  std::vector<Pending> pending_;
  std::array<InterruptHandler, 256> handlers_{};
  std::uint64_t& polls_;
  std::uint64_t& interrupts_;
};

}  // namespace viosim::host
