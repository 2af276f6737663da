// What a host learns of the firmware beside its answers: where it is, and how it ended.
#pragma once
#include <array>
#include <cstdint>

#include "regs/hca_csr.hpp"
#include "regs/hca_mailbox.hpp"

namespace viosim::hca {

struct DeviceStatus {
  /// Word 0 of the error buffer when hardware writes it; firmware's codes (hca_mgmt's halt) lie below.
  static constexpr std::uint32_t kWatchdogExpired = 0x80;

  std::uint32_t state = 0;  ///< register device_state
  std::array<std::uint32_t, regs::hca_csr::catas::kCount> catas{};
  bool dead = false;        ///< nothing serves commands any more

  void die(std::uint32_t code) {
    using State = regs::hca_csr::device_state::State;
    if (catas[0] == 0) catas[0] = code;
    state = (state & ~regs::hca_csr::device_state::kState.mask()) |
            regs::hca_csr::device_state::kState.at(State::catastrophic);
    dead = true;
  }
};

}  // namespace viosim::hca
