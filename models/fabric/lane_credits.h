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

  /// Whether `blocks` may be sent at `at`. What has come back is only counted when it is needed.
  bool enough(Count blocks, Time at) { return available_ >= blocks || available(at) >= blocks; }
  /// Blocks that may be sent at `at`; calls come in order of time.
  Count available(Time at);
  /// Not more than are available.
  void take(Count blocks) { available_ -= blocks; }
  /// The receiver frees `blocks` at `at`: now or later, in any order.
  void give_back(Count blocks, Time at) {
    if (tail_ - head_ > mask_) [[unlikely]] grow();
    std::size_t i = tail_++;
    for (; i != head_ && slot(i - 1).at > at; --i) slot(i) = slot(i - 1);
    slot(i) = {at, blocks};
  }
  /// When the next flow control packet that is known of brings credits; Time::never() if none does.
  Time next_return() const;

 private:
  struct Freed { Time at; Count blocks; };
  Freed& slot(std::size_t i) { return freed_[i & mask_]; }
  const Freed& slot(std::size_t i) const { return freed_[i & mask_]; }
  Time next_packet() const;
  void grow();
  Count available_;
  Duration interval_, way_;
  Time last_sent_;
  std::size_t mask_ = 63;
  std::vector<Freed> freed_ = std::vector<Freed>(mask_ + 1);  // a ring, from head_ to tail_ by time
  std::size_t head_ = 0, tail_ = 0;
};

}  // namespace viosim::fabric
