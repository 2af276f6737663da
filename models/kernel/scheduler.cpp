#include "kernel/scheduler.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <systemc>
#include <utility>

#include "kernel/task.h"

// SystemC's own main() is not used; its library still wants the symbol.
int sc_main(int, char**) { return 0; }  // NOLINT

namespace viosim {
namespace {

Time kernel_now() { return Time(static_cast<std::int64_t>(sc_core::sc_time_stamp().value())); }

sc_core::sc_time as_sc_time(Duration d) {
  return sc_core::sc_time::from_value(static_cast<std::uint64_t>(d.raw()));
}

}  // namespace

class Engine : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Engine);
  Engine(sc_core::sc_module_name name, Scheduler& scheduler) : sc_module(name), scheduler_(scheduler) {
    SC_METHOD(drain);
    sensitive << wake << fence;
  }
  void drain() { scheduler_.drain(); }
  sc_core::sc_event wake, fence;

 private:
  Scheduler& scheduler_;
};

Scheduler::Scheduler(Mode mode) : mode_(mode), engine_(std::make_unique<Engine>("viosim_scheduler", *this)) {}
Scheduler::~Scheduler() = default;

void Scheduler::kick() {
  if (kicked_) return;
  kicked_ = true;
  engine_->wake.notify(sc_core::SC_ZERO_TIME);
}

Time Scheduler::next() {
  if (!ring_.empty()) return now_;
  const std::uint64_t at = queue_.next_at();
  return at == WakeQueue::kNever ? Time::never() : Time(static_cast<std::int64_t>(at));
}

inline bool Scheduler::run_one(std::uint64_t before) {
  Wakeable* target;
  const std::uint64_t at = queue_.next_at();
  if (!ring_.empty() && at > static_cast<std::uint64_t>(now_.ps())) {
    target = ring_.pop();
  } else {  // what is due now is older than the ring's
    if (at >= before) return false;
    now_ = Time(static_cast<std::int64_t>(at));
    target = queue_.pop();
  }
  ++events_;
  target->fire(target);
  return true;
}

void Scheduler::drain() {
  kicked_ = false;
  if (stopped_) return;
  if (sc_core::sc_pending_activity_at_current_time()) {  // let SystemC settle first
    kick();
    return;
  }
  if (now_ < kernel_now()) {
    quiet_since_ = now_;
    now_ = kernel_now();
  }
  // Due are: what stands at SystemC's own time, and whatever is before its next activity and the end of the run.
  auto before = static_cast<std::uint64_t>(end_ == Time::never() ? end_.ps() : end_.ps() + 1);
  if (sc_core::sc_pending_activity_at_future_time())
    before = std::min<std::uint64_t>(before, sc_core::sc_time_stamp().value() +
                                                 sc_core::sc_time_to_pending_activity().value());
  draining_ = true;
  if (mode_ == Mode::systemc) {
    if (next() <= kernel_now()) run_one(before);
  } else {
    horizon_ = before;
    while (!stopped_ && run_one(before)) {}
    horizon_ = 0;
  }
  draining_ = false;
  if (stopped_) {
    sc_core::sc_pause();
    return;
  }
  const Time at = next();
  if (at == Time::never() || at > end_) return;
  engine_->wake.notify(as_sc_time(at - kernel_now()));
}

Scheduler::End Scheduler::run_until(Time limit) {
  end_ = limit;
  if (!queue_.empty() || !ring_.empty()) kick();
  if (limit == Time::never()) {
    sc_core::sc_start();
  } else {
    engine_->fence.notify(as_sc_time(limit - kernel_now()));  // the end of sc_start is no activity
    sc_core::sc_start(as_sc_time(limit - kernel_now()), sc_core::SC_RUN_TO_TIME);
    // SystemC holds back what is due at the very end, the fence too, until it is started again.
    while (!stopped_ && sc_core::sc_pending_activity_at_current_time()) sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  if (stopped_) return End::stopped;
  return next() == Time::never() ? End::idle : End::limit;
}

void Scheduler::drop_pending() {
  const auto drop = [](Wakeable* w) { if (w->drop != nullptr) w->drop(w); };
  while (!queue_.empty()) drop(queue_.pop());
  while (!ring_.empty()) drop(ring_.pop());
}

void Scheduler::fail(std::exception_ptr error, const char* process) {
  stop();
  if (error_) return;  // the first one is the cause
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    error_ = std::make_exception_ptr(std::runtime_error(std::string(e.what()) + " [in " + process + " at " +
                                                        std::to_string(now_.ps()) + " ps]"));
  } catch (...) {
    error_ = error;
  }
}

Simulation::Simulation(Scheduler::Mode mode) {
  if (std::exchange(lives_, true)) throw std::logic_error("one simulation a process");
  std::construct_at(&detail::simulation.parts, mode);
  // What SystemC warns of is an error of ours.
  sc_core::sc_report_handler::set_actions(sc_core::SC_WARNING, sc_core::SC_THROW);
}

Simulation::~Simulation() {
  scheduler.drop_pending();  // before the frames: some of what waits stands in them
  ProcessList::destroy_all();
  std::destroy_at(&detail::simulation.parts);
  lives_ = false;
}

}  // namespace viosim
