// What a perftest run measured, on the client's clock.
#pragma once
#include <cstdint>

#include "kernel/histogram.h"
#include "kernel/ledger.h"

namespace viosim::workload {

struct PerftestResult {
  /// Picoseconds. Latency: half a round trip for write and send, a round trip for read. Bandwidth: from the
  /// post to the retirement, signalled operations only.
  Histogram samples;
  /// Whole iterations: `divisor` times what `samples` counts. Bandwidth: signalled operations.
  Account account;
  std::int64_t divisor = 1;
  std::int64_t operations = 0;  ///< measured: all, signalled or not
  Bytes payload;                ///< of all measured operations
  Time begin, end;              ///< the measured window: first post; last stamp or last completion
  bool complete = false;

  Duration elapsed() const { return end - begin; }
  /// Operations a second, in one direction; a latency test makes one an iteration. 0 without a window.
  double message_rate() const;
  /// Gb/s of payload, decimal, in one direction. 0 without a window.
  double gigabits() const;
};

}  // namespace viosim::workload
