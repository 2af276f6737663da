// Management registers of an HCA: what its firmware reaches.
// Made from rtl/regs/hca_mgmt.toml by viosim_regs: change that.
#pragma once
#include <cstdint>

#include "regs/field.hpp"

namespace viosim::regs::hca_mgmt {

inline constexpr std::uint32_t kSize = 0x1000;

/// What this is: 'HCA' and the revision of this map (ro).
namespace id {
inline constexpr std::uint32_t kOffset = 0x0, kReset = 0x48434101;
}  // namespace id

/// What happened; the interrupt's wire is the OR of pending AND enable (w1c).
namespace int_pending {
inline constexpr std::uint32_t kOffset = 0x4, kReset = 0x0;
inline constexpr Field kCommand{0, 1};  ///< A command became the head
inline constexpr Field kDma{1, 1};  ///< The DMA engine is done
inline constexpr Field kContext{2, 1};  ///< The context port is done
inline constexpr Field kPort{3, 1};  ///< port_status changed
}  // namespace int_pending

/// What interrupts; bits as in int_pending (rw).
namespace int_enable {
inline constexpr std::uint32_t kOffset = 0x8, kReset = 0x0;
inline constexpr Field kAll{0, 4};  ///< One bit a source
}  // namespace int_enable

/// PCIe functions: 0 is the physical one, the others are virtual (ro).
namespace functions {
inline constexpr std::uint32_t kOffset = 0xc, kReset = 0x1;
inline constexpr Field kCount{0, 8};  ///< 1 .. 64
}  // namespace functions

/// What a host reads as device_state of hca_csr (rw).
namespace device_state {
inline constexpr std::uint32_t kOffset = 0x10, kReset = 0x0;
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

/// What the self-test found; a set bit passed (rw).
namespace self_test {
inline constexpr std::uint32_t kOffset = 0x14, kReset = 0x0;
inline constexpr Field kRam{0, 1};  ///< Memory keeps what is written
inline constexpr Field kMultiply{1, 1};  ///< Multiplier
inline constexpr Field kDivide{2, 1};  ///< Divider
inline constexpr Field kDone{31, 1};  ///< It ran to its end
}  // namespace self_test

/// A write says that the firmware stops for good, and why; a host sees it as catastrophic (wo).
namespace halt {
inline constexpr std::uint32_t kOffset = 0x18, kReset = 0x0;
inline constexpr Field kCode{0, 8};  ///< Why
enum class Code : std::uint32_t {
  none = 0x0,
  self_test = 0x1,
  trap = 0x2,
  assertion = 0x3,
  dma = 0x4,
  stack = 0x5,
};
}  // namespace halt

/// The command being served; of the functions that set go one, in turn, until cmd_done is written (ro).
namespace cmd_head {
inline constexpr std::uint32_t kOffset = 0x40, kReset = 0x0;
inline constexpr Field kFunction{0, 8};  ///< Whose it is
inline constexpr Field kValid{31, 1};  ///< There is one
}  // namespace cmd_head

/// Its HCR as it was when go was set: in_param high and low, in_modifier, out_param high and low, token, control (ro).
namespace cmd_word {
inline constexpr std::uint32_t kOffset = 0x44, kReset = 0x0, kCount = 7;
}  // namespace cmd_word

/// Goes to the function's HCR as out_param when cmd_done is written with `out` (rw).
namespace cmd_out_high {
inline constexpr std::uint32_t kOffset = 0x60, kReset = 0x0;
}  // namespace cmd_out_high

/// Lower half of it (rw).
namespace cmd_out_low {
inline constexpr std::uint32_t kOffset = 0x64, kReset = 0x0;
}  // namespace cmd_out_low

/// Ends the head command: writes its status, clears its go; the next one becomes the head (wo).
namespace cmd_done {
inline constexpr std::uint32_t kOffset = 0x68, kReset = 0x0;
inline constexpr Field kStatus{0, 8};  ///< Status of hca_mailbox
inline constexpr Field kOut{8, 1};  ///< out_param is written too
}  // namespace cmd_done

/// Bus address in the host (rw).
namespace dma_host_low {
inline constexpr std::uint32_t kOffset = 0x80, kReset = 0x0;
}  // namespace dma_host_low

/// Its upper half (rw).
namespace dma_host_high {
inline constexpr std::uint32_t kOffset = 0x84, kReset = 0x0;
}  // namespace dma_host_high

/// Address in the control processor's RAM, a multiple of 4 (rw).
namespace dma_local {
inline constexpr std::uint32_t kOffset = 0x88, kReset = 0x0;
}  // namespace dma_local

/// Bytes, a multiple of 4 (rw).
namespace dma_length {
inline constexpr std::uint32_t kOffset = 0x8c, kReset = 0x0;
inline constexpr Field kBytes{0, 13};  ///< 4 .. 4096
}  // namespace dma_length

/// Starts a transfer; one at a time (wo).
namespace dma_control {
inline constexpr std::uint32_t kOffset = 0x90, kReset = 0x0;
inline constexpr Field kFunction{0, 8};  ///< Whose requester id it has
inline constexpr Field kDirection{8, 1};  ///< Where to
enum class Direction : std::uint32_t {
  to_local = 0x0,
  to_host = 0x1,
};
inline constexpr Field kGo{31, 1};  ///< Begin
}  // namespace dma_control

/// Of the latest transfer (ro).
namespace dma_status {
inline constexpr std::uint32_t kOffset = 0x94, kReset = 0x0;
inline constexpr Field kBusy{0, 1};  ///< Not over yet
inline constexpr Field kError{1, 3};  ///< How it ended
enum class Error : std::uint32_t {
  none = 0x0,
  local_address = 0x1,
  length = 0x2,
  function = 0x3,
  host = 0x4,
};
}  // namespace dma_status

/// The hardware's table that is meant (rw).
namespace ctx_object {
inline constexpr std::uint32_t kOffset = 0xa0, kReset = 0x0;
inline constexpr Field kType{0, 4};  ///< Which one
enum class Type : std::uint32_t {
  none = 0x0,
  function = 0x1,
  pd = 0x2,
  mtt = 0x3,
  mpt = 0x4,
  eq = 0x5,
  cq = 0x6,
  srq = 0x7,
  qp = 0x8,
  ah = 0x9,
};
}  // namespace ctx_object

/// Number of the object; of an mpt its key, of mtt the first entry (rw).
namespace ctx_number {
inline constexpr std::uint32_t kOffset = 0xa4, kReset = 0x0;
}  // namespace ctx_number

/// RAM address of the packed context (hca_mailbox), of mtt of 64-bit bus addresses (rw).
namespace ctx_local {
inline constexpr std::uint32_t kOffset = 0xa8, kReset = 0x0;
}  // namespace ctx_local

/// Entries, for mtt (rw).
namespace ctx_count {
inline constexpr std::uint32_t kOffset = 0xac, kReset = 0x0;
inline constexpr Field kEntries{0, 10};  ///< 1 .. 512
}  // namespace ctx_count

/// Starts an operation; one at a time (wo).
namespace ctx_control {
inline constexpr std::uint32_t kOffset = 0xb0, kReset = 0x0;
inline constexpr Field kFunction{0, 8};  ///< Owner of the object
inline constexpr Field kOperation{8, 3};  ///< What is done
enum class Operation : std::uint32_t {
  install = 0x0,
  modify = 0x1,
  remove = 0x2,
  query = 0x3,
};
inline constexpr Field kGo{31, 1};  ///< Begin
}  // namespace ctx_control

/// Of the latest operation (ro).
namespace ctx_status {
inline constexpr std::uint32_t kOffset = 0xb4, kReset = 0x0;
inline constexpr Field kBusy{0, 1};  ///< Not over yet
inline constexpr Field kError{1, 3};  ///< How it ended
enum class Error : std::uint32_t {
  none = 0x0,
  type = 0x1,
  number = 0x2,
  local_address = 0x3,
  refused = 0x4,
};
}  // namespace ctx_status

/// Where the message goes (rw).
namespace msi_address_low {
inline constexpr std::uint32_t kOffset = 0xc0, kReset = 0x0;
}  // namespace msi_address_low

/// Its upper half (rw).
namespace msi_address_high {
inline constexpr std::uint32_t kOffset = 0xc4, kReset = 0x0;
}  // namespace msi_address_high

/// The message (rw).
namespace msi_data {
inline constexpr std::uint32_t kOffset = 0xc8, kReset = 0x0;
}  // namespace msi_data

/// Sends the message behind all that the DMA engine wrote (wo).
namespace msi_control {
inline constexpr std::uint32_t kOffset = 0xcc, kReset = 0x0;
inline constexpr Field kFunction{0, 8};  ///< Whose requester id it has
inline constexpr Field kGo{31, 1};  ///< Send
}  // namespace msi_control

/// What the firmware wants of the port (rw).
namespace port_control {
inline constexpr std::uint32_t kOffset = 0xe0, kReset = 0x0;
inline constexpr Field kEnable{0, 1};  ///< The link may come up
}  // namespace port_control

/// What the port's hardware says (ro).
namespace port_status {
inline constexpr std::uint32_t kOffset = 0xe4, kReset = 0x0;
inline constexpr Field kLinkUp{0, 1};  ///< The physical link is trained
inline constexpr Field kWanted{4, 4};  ///< State that the subnet manager asks for (IBA's PortState)
enum class Wanted : std::uint32_t {
  none = 0x0,
  down = 0x1,
  init = 0x2,
  armed = 0x3,
  active = 0x4,
};
inline constexpr Field kLid{16, 16};  ///< Local identifier
}  // namespace port_status

/// Ticks of the processor's timer without a kick until the device is reset (rw).
namespace watchdog_timeout {
inline constexpr std::uint32_t kOffset = 0x100, kReset = 0x0;
}  // namespace watchdog_timeout

/// The watchdog (rw).
namespace watchdog_control {
inline constexpr std::uint32_t kOffset = 0x104, kReset = 0x0;
inline constexpr Field kEnable{0, 1};  ///< It counts
}  // namespace watchdog_control

/// A write of `magic` starts the count again; any other value does nothing (wo).
namespace watchdog_kick {
inline constexpr std::uint32_t kOffset = 0x108, kReset = 0x0;
inline constexpr Field kValue{0, 32};  ///< What is written
enum class Value : std::uint32_t {
  magic = 0x4b49434b,
};
}  // namespace watchdog_kick

/// The catastrophic error buffer, as a host reads it in hca_csr (rw).
namespace catas {
inline constexpr std::uint32_t kOffset = 0x140, kReset = 0x0, kCount = 16;
}  // namespace catas

}  // namespace viosim::regs::hca_mgmt
