#include "fabric/lane_credits.h"

#include <utility>

#include "kernel/ready.h"

namespace viosim::fabric {

Time LaneCredits::next_packet() const {
  return latest(Ready{freed_[head_].at}, Ready{last_sent_ + interval_}).at;
}

Time LaneCredits::next_return() const {
  return head_ == freed_.size() ? Time::never() : next_packet() + way_;
}

Count LaneCredits::available(Time at) {
  while (head_ < freed_.size()) {
    const Time sent = next_packet();
    if (sent + way_ > at) break;
    last_sent_ = sent;
    for (; head_ < freed_.size() && freed_[head_].at <= sent; ++head_) available_ += freed_[head_].blocks;
  }
  if (head_ == freed_.size()) {
    freed_.clear();
    head_ = 0;
  } else if (head_ >= 64 && head_ * 2 >= freed_.size()) {
    freed_.erase(freed_.begin(), freed_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
  return available_;
}

void LaneCredits::give_back(Count blocks, Time at) {
  freed_.push_back({at, blocks});
  for (std::size_t i = freed_.size() - 1; i > head_ && freed_[i - 1].at > at; --i)
    std::swap(freed_[i - 1], freed_[i]);
}

}  // namespace viosim::fabric
