// Link-level credits of one virtual lane, as the sender knows them. The receiver frees blocks and tells so by
// flow control packets, at least an interval apart: what is freed meanwhile goes with the next one. Nothing is
// scheduled here: the sender asks when it wants to send.
#pragma once
#include <cstddef>
#include <vector>

#include "kernel/quantity.h"

namespace viosim::fabric {

class LaneCredits {
 public:
  /// `way`: from the sending of a flow control packet until its credits can be used.
  LaneCredits(Count blocks, Duration interval, Duration way)
      : available_(blocks), interval_(interval), way_(way), last_sent_(Time() - interval) {}

  /// Blocks that may be sent at `at`; calls come in order of time.
  Count available(Time at);
  /// Not more than are available.
  void take(Count blocks) { available_ -= blocks; }
  /// The receiver frees `blocks` at `at`: now or later, in any order.
  void give_back(Count blocks, Time at);
  /// When the next flow control packet that is known of brings credits; Time::never() if none does.
  Time next_return() const;

 private:
  struct Freed { Time at; Count blocks; };
  Time next_packet() const;
  Count available_;
  Duration interval_, way_;
  Time last_sent_;
  std::vector<Freed> freed_;  // by time, from head_ on
  std::size_t head_ = 0;
};

}  // namespace viosim::fabric
