// Wire: an input of a block that others change at any time. What an edge sees of it does not depend on the order of what
// happens at one time: a change is seen by edges after its time, not by one at the same.
#pragma once
#include "kernel/scheduler.h"

namespace viosim::rtl_bridge {

class Wire {
 public:
  void set(bool on) {
    if (changed_ != now()) before_ = value_;
    changed_ = now();
    value_ = on;
  }
  /// For an edge, now.
  bool seen() const { return changed_ == now() ? before_ : value_; }
  /// A later edge will see something else.
  bool changes() const { return seen() != value_; }

 private:
  Time changed_;
  bool value_ = false, before_ = false;
};

}  // namespace viosim::rtl_bridge
