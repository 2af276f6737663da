#include "fabric/lane_credits.h"

#include <utility>

#include "kernel/ready.h"

namespace viosim::fabric {

Time LaneCredits::next_packet() const {
  return latest(Ready{slot(head_).at}, Ready{last_sent_ + interval_}).at;
}

Time LaneCredits::next_return() const { return head_ == tail_ ? Time::never() : next_packet() + way_; }

Count LaneCredits::available(Time at) {
  while (head_ != tail_) {
    const Time sent = next_packet();
    if (sent + way_ > at) break;
    last_sent_ = sent;
    for (; head_ != tail_ && slot(head_).at <= sent; ++head_) available_ += slot(head_).blocks;
  }
  return available_;
}

void LaneCredits::grow() {
  std::vector<Freed> larger(freed_.size() * 2);
  for (std::size_t i = head_; i != tail_; ++i) larger[i - head_] = slot(i);
  tail_ -= head_;
  head_ = 0;
  freed_ = std::move(larger);
  mask_ = freed_.size() - 1;
}

}  // namespace viosim::fabric
