// Link-level credits of one virtual lane, as the sender knows them. The receiver frees blocks and tells so by
// flow control packets, at least an interval apart: what is freed meanwhile goes with the next one. Nothing is
// scheduled here: the sender asks when it wants to send.
#pragma once
#include "kernel/quantity.h"
#include "structures/fifo.h"

namespace viosim::fabric {

class LaneCredits {
 public:
  /// `way`: from the sending of a flow control packet until its credits can be used.
  LaneCredits(Count blocks, Duration interval, Duration way)
      : available_(blocks), plenty_(blocks > kUncounted ? blocks - kUncounted : Count{}), interval_(interval),
        way_(way), last_sent_(Time() - interval) {}

  /// Whether `blocks` may be sent at `at`. What has come back is only counted when some are out: so that the line of
  /// it stays short.
  bool enough(Count blocks, Time at) { return available_ - blocks >= plenty_ || available(at) >= blocks; }
  /// The same without counting: at any time from now on.
  bool at_hand(Count blocks) const { return available_ >= blocks; }
  /// Blocks that may be sent at `at`; calls come in order of time.
  Count available(Time at);
  /// Not more than are available.
  void take(Count blocks) { available_ -= blocks; }
  /// The receiver frees `blocks` at `at`: now or later, in any order.
  void give_back(Count blocks, Time at) {
    freed_.push_ordered({at, blocks}, [](const Freed& a, const Freed& b) { return a.at > b.at; });
  }
  /// When the next flow control packet that is known of brings credits; Time::never() if none does.
  Time next_return() const;

 private:
  static constexpr Count kUncounted{24};  // blocks that are out before it looks; no result depends on it
  struct Freed { Time at; Count blocks; };
  /// The packet that tells of the first in line, when the one before it was sent at `last`.
  Time packet_after(Time last) const;
  Count available_, plenty_;
  Duration interval_, way_;
  Time last_sent_;
  Fifo<Freed> freed_;  // by time
};

}  // namespace viosim::fabric
