// Registers of an HCA in BAR 0; big-endian on the bus, as mlx4's.
// Made from rtl/regs/hca_csr.toml by viosim_regs: change that.
#pragma once
#include <cstdint>

#include "regs/field.hpp"

namespace viosim::regs::hca_csr {

inline constexpr std::uint32_t kSize = 0x100000;

/// Bus address of the input mailbox, or the input itself (rw).
namespace hcr_in_param_high {
inline constexpr std::uint32_t kOffset = 0x80680, kReset = 0x0;
}  // namespace hcr_in_param_high

/// Its lower half (rw).
namespace hcr_in_param_low {
inline constexpr std::uint32_t kOffset = 0x80684, kReset = 0x0;
}  // namespace hcr_in_param_low

/// Mostly the number of the object (rw).
namespace hcr_in_modifier {
inline constexpr std::uint32_t kOffset = 0x80688, kReset = 0x0;
}  // namespace hcr_in_modifier

/// Bus address of the output mailbox; after a command with an immediate result, the result (rw).
namespace hcr_out_param_high {
inline constexpr std::uint32_t kOffset = 0x8068c, kReset = 0x0;
}  // namespace hcr_out_param_high

/// Its lower half (rw).
namespace hcr_out_param_low {
inline constexpr std::uint32_t kOffset = 0x80690, kReset = 0x0;
}  // namespace hcr_out_param_low

/// Comes back in the completion event (rw).
namespace hcr_token {
inline constexpr std::uint32_t kOffset = 0x80694, kReset = 0x0;
inline constexpr Field kToken{16, 16};  ///< Chosen by the driver
}  // namespace hcr_token

/// Written last: the command begins when go is set (rw).
namespace hcr_control {
inline constexpr std::uint32_t kOffset = 0x80698, kReset = 0x0;
inline constexpr Field kOpcode{0, 12};  ///< Opcode of hca_mailbox
inline constexpr Field kOpModifier{12, 4};  ///< Variant of the command
inline constexpr Field kToggle{21, 1};  ///< mlx4's T bit; of no meaning here
inline constexpr Field kEvent{22, 1};  ///< Report the end by an event
inline constexpr Field kGo{23, 1};  ///< Set by the driver, cleared by the device
inline constexpr Field kStatus{24, 8};  ///< Status of hca_mailbox, when go is clear
}  // namespace hcr_control

/// As the firmware wrote it to hca_mgmt (ro).
namespace device_state {
inline constexpr std::uint32_t kOffset = 0x80700, kReset = 0x0;
inline constexpr Field kState{0, 4};  ///< Where the firmware is
enum class State : std::uint32_t {
  boot = 0x0,
  ready = 0x1,
  catastrophic = 0x2,
};
inline constexpr Field kPort{4, 4};  ///< State of the port (IBA's PortState)
enum class Port : std::uint32_t {
  down = 0x1,
  init = 0x2,
  armed = 0x3,
  active = 0x4,
};
}  // namespace device_state

/// The catastrophic error buffer: words of CatasWord of hca_mailbox; word 0 is not 0 after such an error (ro).
namespace catas {
inline constexpr std::uint32_t kOffset = 0x80800, kReset = 0x0, kCount = 16;
}  // namespace catas

}  // namespace viosim::regs::hca_csr
