// Credits of one flow-control class as the sender counts them. Those that are on their way back lie in a
// line with the time at which they arrive, so that returning one costs no event unless somebody waits.
#pragma once
#include <algorithm>
#include <cstdint>

#include "kernel/quantity.h"
#include "structures/fifo.h"

namespace viosim::pcie {

class Credits {
 public:
  /// Limits as advertised; 0 is infinite.
  Credits(Count headers, Count data)
      : header_limit_(limit(headers)), data_limit_(limit(data)),
        infinite_(headers == Count{} && data == Count{}) {}

  /// Data credits that `payload` needs: one for each 16 bytes begun.
  static std::int64_t units(Bytes payload) {
    return static_cast<std::int64_t>((static_cast<std::uint64_t>(payload.raw()) + 15) / 16);
  }
  bool infinite() const { return infinite_; }
  /// False if even an empty receiver could not take such a TLP: it would wait for ever.
  bool possible(std::int64_t data) const { return data <= data_limit_; }
  bool enough(std::int64_t data) const { return headers_used_ < header_limit_ && data_used_ + data <= data_limit_; }
  /// The same with what has come back by `at`.
  bool enough_at(Time at, std::int64_t data) {
    if (enough(data)) return true;
    collect(at);
    return enough(data);
  }
  void take(std::int64_t data) { ++headers_used_; data_used_ += data; }
  /// One header and `data` units will be back at `due`, after all those before.
  void give(Time due, std::int64_t data) { returns_.push({due, 1, static_cast<std::int32_t>(data)}); }
  /// The same, but with the last ones unless they are back.
  void give_with_last(Time due, std::int64_t data) {
    if (returns_.empty()) {
      give(due, data);
    } else {
      ++returns_.back().headers;
      returns_.back().data += static_cast<std::int32_t>(data);
    }
  }
  /// Takes in what has come back by `at`.
  void collect(Time at) {
    std::int64_t headers = 0, data = 0;
    for (; !returns_.empty() && returns_.front().due <= at; returns_.pop()) {
      headers += returns_.front().headers;
      data += returns_.front().data;
    }
    headers_used_ -= headers;
    data_used_ -= data;
  }
  Time next_return() const { return returns_.empty() ? Time::never() : returns_.front().due; }
  std::int64_t headers_used() const { return headers_used_; }
  std::int64_t data_used() const { return data_used_; }

 private:
  static std::int64_t limit(Count advertised) { return advertised == Count{} ? INT64_MAX : advertised.raw(); }
  struct Return { Time due; std::int32_t headers, data; };
  std::int64_t header_limit_, headers_used_ = 0, data_limit_, data_used_ = 0;
  bool infinite_;
  Fifo<Return> returns_;
};

}  // namespace viosim::pcie
