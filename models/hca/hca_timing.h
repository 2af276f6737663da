// Times that follow from an HCA's parameters and from the InfiniBand specification. Pure: no clock, no state.
#pragma once
#include <array>
#include <cstddef>
#include <vector>

#include "hca/hca_params.h"

namespace viosim::hca {

class HcaTiming {
 public:
  explicit HcaTiming(const HcaParams& p) : width_(*p.datapath_width), clock_(*p.datapath_clock) {
    for (std::size_t n = 0; n <= kLargestMtu; ++n) by_size_.push_back(across(Bytes(static_cast<std::int64_t>(n))));
  }

  /// Payload across the internal datapath, whole words of its width.
  Duration crossing(Bytes payload) const {
    const auto index = static_cast<std::size_t>(payload.raw());
    return index <= kLargestMtu ? by_size_[index] : across(payload);
  }
  /// Local ACK timeout of code `code`: 4.096 us x 2^code; zero: none (IBA vol. 1, 9.7.6.1.3).
  static Duration ack_timeout(unsigned code) {
    return code == 0 ? kZeroTime : nanoseconds(4096) * (std::int64_t{1} << (code & 31));
  }
  /// RNR NAK timer of a 5-bit code (IBA vol. 1, table 45).
  static Duration rnr_timer(unsigned code) {
    constexpr std::array<std::int32_t, 32> kTensOfMicroseconds = {
        65536, 1,   2,   3,   4,   6,   8,    12,   16,   24,   32,   48,   64,    96,    128,   192,
        256,   384, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192, 12288, 16384, 24576, 32768, 49152};
    return microseconds(10) * kTensOfMicroseconds[code & 31];
  }
  /// Packets of a message: an empty one still has one.
  static std::uint32_t packets(std::uint32_t length, Bytes mtu) {
    const auto m = static_cast<std::uint32_t>(mtu.raw());
    return length <= m ? 1 : (length - 1) / m + 1;
  }

 private:
  static constexpr std::size_t kLargestMtu = 4096;  // IBA vol. 1, 5.2
  Duration across(Bytes payload) const {
    return Cycles((payload.raw() + width_.raw() - 1) / width_.raw()) / clock_;
  }
  Bytes width_;
  Frequency clock_;
  std::vector<Duration> by_size_;  // of a packet's payload: two divisions cost more than sending it
};

}  // namespace viosim::hca
