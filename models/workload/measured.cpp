#include "workload/measured.h"

#include "kernel/scheduler.h"

namespace viosim::workload {

void Measured::open_window() {
  begin = now();
  ledger().open_window(begin);
  counters().open_window();
}

void Measured::close_window() {
  end = now();
  ledger().close_window(end);
  counters().close_window();
}

double Measured::message_rate() const {
  if (!complete || elapsed() <= kZeroTime) return 0;
  return static_cast<double>(operations) * static_cast<double>(kPsPerSecond) / static_cast<double>(elapsed().raw());
}

double Measured::gigabits() const {
  if (!complete || elapsed() <= kZeroTime) return 0;
  return static_cast<double>(payload.raw()) * 8 * 1000 / static_cast<double>(elapsed().raw());
}

}  // namespace viosim::workload
