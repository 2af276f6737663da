#include "fabric/lane_credits.h"

#include "kernel/ready.h"

namespace viosim::fabric {

Time LaneCredits::packet_after(Time last) const {
  return latest(Ready{freed_.front().at}, Ready{last + interval_}).at;
}

Time LaneCredits::next_return() const { return freed_.empty() ? Time::never() : packet_after(last_sent_) + way_; }

Count LaneCredits::available(Time at) {
  Time last = last_sent_;
  Count back;
  while (!freed_.empty()) {
    const Time sent = packet_after(last);
    if (sent + way_ > at) break;
    last = sent;
    do back += freed_.pop().blocks;
    while (!freed_.empty() && freed_.front().at <= sent);
  }
  last_sent_ = last;
  return available_ += back;
}

}  // namespace viosim::fabric
