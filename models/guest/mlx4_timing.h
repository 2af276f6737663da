// Cycles of libmlx4's calls, without the memory and register accesses that they make (those are executed).
#pragma once
#include "guest/mlx4_params.h"

namespace viosim::guest {

class Mlx4Timing {
 public:
  explicit Mlx4Timing(const Mlx4Params& p)
      : ratio_(*p.cycles_per_instruction), post_(p.post->raw()), post_remote_(p.post_remote->raw()),
        post_inline_(p.post_inline->raw()), post_inline_line_(p.post_inline_line->raw()),
        post_blueflame_(p.post_blueflame->raw()), post_blueflame_line_(p.post_blueflame_line->raw()),
        locked_(*p.locked), post_receive_(instructions(p.post_receive->raw()) + locked_),
        poll_empty_(instructions(p.poll_empty->raw()) + locked_),
        poll_send_(instructions(p.poll_send->raw()) + *p.read_barrier),
        poll_receive_(instructions(p.poll_receive->raw()) + *p.read_barrier), arm_(instructions(p.arm->raw())),
        interrupt_(*p.interrupt_handler), completion_(*p.completion_handler), get_event_(*p.get_event),
        ack_event_(*p.ack_event) {}

  /// `inline_lines`, `blueflame_lines`: 64-byte lines, 0 for none.
  Cycles post_send(bool remote, std::int64_t inline_lines, std::int64_t blueflame_lines) const {
    std::int64_t n = post_ + (remote ? post_remote_ : 0);
    if (inline_lines > 0) n += post_inline_ + (inline_lines - 1) * post_inline_line_;
    if (blueflame_lines > 0) n += post_blueflame_ + (blueflame_lines - 1) * post_blueflame_line_;
    return instructions(n) + locked_ * (blueflame_lines > 0 ? 2 : 1);
  }
  Cycles post_receive() const { return post_receive_; }
  Cycles poll_empty() const { return poll_empty_; }
  /// `first` completion of its call: takes the lock.
  Cycles poll_success(bool receive, bool first) const {
    const Cycles work = receive ? poll_receive_ : poll_send_;
    return first ? work + locked_ : work;
  }
  Cycles arm() const { return arm_; }
  Cycles interrupt() const { return interrupt_; }
  Cycles completion() const { return completion_; }
  Cycles get_event() const { return get_event_; }
  Cycles ack_event() const { return ack_event_; }

 private:
  Cycles instructions(std::int64_t n) const {
    const double exact = static_cast<double>(n) * ratio_;
    const auto whole = static_cast<std::int64_t>(exact);
    return Cycles(static_cast<double>(whole) < exact ? whole + 1 : whole);
  }
  double ratio_;
  std::int64_t post_, post_remote_, post_inline_, post_inline_line_, post_blueflame_, post_blueflame_line_;
  Cycles locked_, post_receive_, poll_empty_, poll_send_, poll_receive_, arm_, interrupt_, completion_, get_event_,
      ack_event_;
};

}  // namespace viosim::guest
