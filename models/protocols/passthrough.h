// Assigning a device to a virtual machine: what the hypervisor asks of the machine, and how a driver learns what
// its device must write to interrupt it.
#pragma once
#include <cstdint>

#include "kernel/address.h"
#include "protocols/exec.h"
#include "protocols/tlp.h"
#include "protocols/trap.h"

namespace viosim {

/// A message-signalled interrupt: the device writes `data` to `address`.
struct MsiMessage {
  std::uint64_t address;
  std::uint32_t data;
};

/// The message that reaches `core` as `vector` (Intel SDM vol. 3, 10.11).
constexpr MsiMessage msi_message(unsigned core, unsigned vector) {
  return {kMsiWindow | static_cast<std::uint64_t>(core) << 12, vector};
}

class MsiRouteIf {
 public:
  virtual ~MsiRouteIf() = default;
  /// What a device must write so that `on` takes `vector`.
  virtual MsiMessage route(Exec& on, unsigned vector) = 0;
};

/// Natively, and in the hypervisor: straight to the context's core.
class DirectMsi : public MsiRouteIf {
 public:
  MsiMessage route(Exec& on, unsigned vector) override { return msi_message(on.core_index(), vector); }
};

/// What a virtual machine offers to whoever assigns it a device. No simulated time (set-up).
class AssignableVmIf {
 public:
  virtual ~AssignableVmIf() = default;
  virtual const GuestMemoryIf& memory() const = 0;
  virtual Bytes memory_size() const = 0;
  /// Maps device registers into the guest, so that its accesses do not exit; answers where the guest sees them.
  virtual Gpa map_registers(Hpa registers, Bytes size) = 0;
  /// Takes a host vector for the guest's `vector`: what the device must write to raise it.
  virtual MsiMessage route_interrupt(unsigned vector) = 0;
};

}  // namespace viosim
