// A service behind the VMCI device: takes datagrams and doorbells of the guest.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "protocols/exec.h"

namespace viosim::emulation {

/// Results are VMCI's: negative for an error. `payload` is a copy that the guest cannot change.
class VmciServiceIf {
 public:
  virtual ~VmciServiceIf() = default;
  virtual Task<std::int32_t> datagram(Exec& vmm, std::span<const std::byte> payload) = 0;
  virtual Task<std::int32_t> doorbell(Exec& vmm, std::uint32_t resource) = 0;
};

}  // namespace viosim::emulation
