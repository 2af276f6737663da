#include "workload/measured.h"

namespace viosim::workload {

double Measured::message_rate() const {
  if (!complete || elapsed() <= kZeroTime) return 0;
  return static_cast<double>(operations) * static_cast<double>(kPsPerSecond) / static_cast<double>(elapsed().raw());
}

double Measured::gigabits() const {
  if (!complete || elapsed() <= kZeroTime) return 0;
  return static_cast<double>(payload.raw()) * 8 * 1000 / static_cast<double>(elapsed().raw());
}

}  // namespace viosim::workload
