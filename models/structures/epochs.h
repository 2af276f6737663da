// What is under way, told apart into what began before a point and what began after it: so that somebody can wait
// for the former alone. Two counts; a point may be set when all from before the last one has ended.
#pragma once
#include <cstdint>
#include <stdexcept>

namespace viosim {

class Epochs {
 public:
  static constexpr std::uint8_t kNoTicket = 0xff;

  /// Something begins; the ticket is given back at its end.
  std::uint8_t enter() {
    ++open_[current_];
    return current_;
  }
  /// Answers true if that was the last one from before the point.
  bool leave(std::uint8_t ticket) { return --open_[ticket] == 0 && ticket != current_; }
  /// Sets the point.
  void close() {
    if (!drained()) throw std::logic_error("epochs: the one before has not ended");
    current_ ^= 1;
  }
  /// Nothing is under way from before the point.
  bool drained() const { return open_[current_ ^ 1] == 0; }

 private:
  std::uint64_t open_[2] = {};
  std::uint8_t current_ = 0;
};

}  // namespace viosim
