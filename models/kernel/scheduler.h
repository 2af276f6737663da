// The scheduler: runs what is due from its own queue inside one SC_METHOD, ahead of SystemC's time but never
// past SystemC's next activity. With Mode::systemc each wake-up is one SystemC event: slower, the same bytes.
#pragma once
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "kernel/counters.h"
#include "kernel/ledger.h"
#include "kernel/quantity.h"
#include "kernel/wake_queue.h"

namespace viosim {

class Engine;       // the sc_module; in scheduler.cpp
class ProcessList;  // in task.h

class Scheduler {
 public:
  enum class Mode : std::uint8_t { fast, systemc };
  enum class End : std::uint8_t { stopped, idle, limit };

  explicit Scheduler(Mode mode = Mode::fast);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// The local time: never before SystemC's.
  Time now() const { return now_; }
  /// Wakes `w` at `at` (not before now). Equal times wake in the order of the calls.
  void wake_at(Time at, Wakeable* w) {
    if (at == now_) ring_.push(w);
    else queue_.push(at, w);
    if (!draining_) [[unlikely]] kick();
  }
  void wake_now(Wakeable* w) {
    ring_.push(w);
    if (!draining_) [[unlikely]] kick();
  }

  /// True: nothing else is due up to `at`; the time moves there, and who would have waited goes on. What asks this
  /// has nothing left to do at the present time, nor has its caller.
  bool skip_to(Time at) {
    const auto due = static_cast<std::uint64_t>(at.ps());
    if (due >= queue_.known_next() || due >= horizon_ || !ring_.empty()) return false;
    now_ = at;
    ++events_;
    return true;
  }

  /// Runs until stop(), until nothing is left to do, or up to `limit`. Rethrows what a process threw.
  End run_until(Time limit);
  void stop() {
    stopped_ = true;
    horizon_ = 0;
  }
  /// A process died of an exception: kept with its name and the time, rethrown by run_until.
  void fail(std::exception_ptr error, const char* process);
  std::uint64_t events() const { return events_; }
  /// When run_until answers that nothing is left: the time of what happened last.
  Time quiet_since() const { return quiet_since_; }
  /// The end: frees what is still under way.
  void drop_pending();

 private:
  friend class Engine;
  void drain();                 // body of the SC_METHOD
  bool run_one(std::uint64_t before);  // false: nothing is due before that time (ps)
  [[gnu::cold]] void kick();    // somebody outside the engine asked for a wake-up
  /// Time::never(): nothing is due.
  Time next();

  WakeQueue queue_;
  WakeRing ring_;
  Time now_, quiet_since_;
  Time end_ = Time::never();
  std::uint64_t horizon_ = 0;  ///< skip_to stays below; 0: it does not skip
  std::uint64_t events_ = 0;
  Mode mode_;
  bool draining_ = false, stopped_ = false, kicked_ = false;
  std::exception_ptr error_;
  std::unique_ptr<Engine> engine_;
};

namespace detail {
struct SimulationParts {
  explicit SimulationParts(Scheduler::Mode mode) : scheduler(mode) {}
  Ledger ledger;
  Counters counters;
  Scheduler scheduler;
};
/// Where they stand: at fixed addresses, because every model asks for the time and the ledger in every step.
union SimulationPlace {
  constexpr SimulationPlace() : nothing() {}
  ~SimulationPlace() {}
  char nothing;
  SimulationParts parts;
};
inline constinit SimulationPlace simulation;
}  // namespace detail

inline Ledger& ledger() { return detail::simulation.parts.ledger; }
inline Counters& counters() { return detail::simulation.parts.counters; }
inline Scheduler& scheduler() { return detail::simulation.parts.scheduler; }
inline Time now() { return scheduler().now(); }

/// One simulation a process (SystemC allows no second): the scheduler, the ledger, the live processes.
class Simulation {
 public:
  explicit Simulation(Scheduler::Mode mode = Scheduler::Mode::fast);
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  Ledger& ledger = viosim::ledger();
  Counters& counters = viosim::counters();
  Scheduler& scheduler = viosim::scheduler();

 private:
  static inline bool lives_ = false;
};

}  // namespace viosim
