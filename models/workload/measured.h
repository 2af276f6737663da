// What a workload measured, on its own clock.
#pragma once
#include <cstdint>

#include "kernel/histogram.h"
#include "kernel/ledger.h"

namespace viosim::workload {

struct Measured {
  Histogram samples;            ///< ps
  Account account;              ///< of whole operations: `divisor` times what `samples` counts
  std::int64_t divisor = 1;
  std::int64_t operations = 0;  ///< measured: all, closed in the account or not
  Bytes payload;                ///< of all measured operations
  Time begin, end;              ///< the measured window
  bool complete = false;

  /// The measured window begins now, ends now: here, in the ledger and in the counters.
  void open_window();
  void close_window();
  Duration elapsed() const { return end - begin; }
  /// Operations a second, in one direction; a latency test makes one an iteration. 0 without a window.
  double message_rate() const;
  /// Gb/s of payload, decimal, in one direction. 0 without a window.
  double gigabits() const;
};

}  // namespace viosim::workload
