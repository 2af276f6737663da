// Cycles of libmlx4's calls, without the memory and register accesses that they make (those are executed).
#pragma once
#include <cmath>

#include "guest/mlx4_params.h"

namespace viosim::guest {

class Mlx4Timing {
 public:
  explicit Mlx4Timing(const Mlx4Params& p) : p_(p) {}

  /// `inline_lines`, `blueflame_lines`: 64-byte lines, 0 for none.
  Cycles post_send(bool remote, std::int64_t inline_lines, std::int64_t blueflame_lines) const {
    std::int64_t n = (*p_.post).raw() + (remote ? (*p_.post_remote).raw() : 0);
    if (inline_lines > 0) n += (*p_.post_inline).raw() + (inline_lines - 1) * (*p_.post_inline_line).raw();
    if (blueflame_lines > 0)
      n += (*p_.post_blueflame).raw() + (blueflame_lines - 1) * (*p_.post_blueflame_line).raw();
    return instructions(n) + *p_.locked * (blueflame_lines > 0 ? 2 : 1);
  }
  Cycles post_receive() const { return instructions((*p_.post_receive).raw()) + *p_.locked; }
  Cycles poll_empty() const { return instructions((*p_.poll_empty).raw()) + *p_.locked; }
  /// `first` completion of its call: takes the lock.
  Cycles poll_success(bool receive, bool first) const {
    const Cycles work = instructions((receive ? *p_.poll_receive : *p_.poll_send).raw()) + *p_.read_barrier;
    return first ? work + *p_.locked : work;
  }
  Cycles arm() const { return instructions((*p_.arm).raw()); }
  Cycles interrupt() const { return *p_.interrupt_handler; }
  Cycles completion() const { return *p_.completion_handler; }
  Cycles get_event() const { return *p_.get_event; }
  Cycles ack_event() const { return *p_.ack_event; }

 private:
  Cycles instructions(std::int64_t n) const {
    return Cycles(static_cast<std::int64_t>(std::ceil(static_cast<double>(n) * *p_.cycles_per_instruction)));
  }
  Mlx4Params p_;
};

}  // namespace viosim::guest
