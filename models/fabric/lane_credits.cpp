#include "fabric/lane_credits.h"

#include "kernel/ready.h"

namespace viosim::fabric {

Time LaneCredits::next_packet() const {
  return latest(Ready{freed_.front().at}, Ready{last_sent_ + interval_}).at;
}

Time LaneCredits::next_return() const { return freed_.empty() ? Time::never() : next_packet() + way_; }

Count LaneCredits::available(Time at) {
  while (!freed_.empty()) {
    const Time sent = next_packet();
    if (sent + way_ > at) break;
    last_sent_ = sent;
    do available_ += freed_.pop().blocks;
    while (!freed_.empty() && freed_.front().at <= sent);
  }
  return available_;
}

}  // namespace viosim::fabric
