// Why a virtual processor leaves its guest (Intel SDM vol. 3, appendix C, those that are modelled).
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace viosim::virt {

enum class ExitReason : std::uint8_t {
  port_io, string_io, mmio, external_interrupt, hlt, eoi, interrupt_window, hypercall,
};
inline constexpr std::array<std::string_view, 8> kExitReasons = {
    "port_io", "string_io", "mmio", "external_interrupt", "hlt", "eoi", "interrupt_window", "hypercall"};
inline constexpr std::size_t kExitReasonCount = kExitReasons.size();

}  // namespace viosim::virt
