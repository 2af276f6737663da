// Traps: a guest's access to an emulated device, handled by the monitor on the guest's own core.
#pragma once
#include <cstdint>
#include <span>

#include "kernel/task.h"
#include "protocols/exec.h"

namespace viosim {

/// An emulated device as the virtual processor sees it. `vmm` is the monitor's context on the same core, its
/// op the guest's. Bad offsets and sizes are the device's to refuse, as its specification says.
class TrapIf {
 public:
  virtual ~TrapIf() = default;
  /// Port write; `data` is longer than the register for string I/O (rep outs).
  virtual Task<> port_write(Exec& vmm, std::uint16_t offset, std::span<const std::byte> data) = 0;
  virtual Task<std::uint64_t> port_read(Exec& vmm, std::uint16_t offset, Bytes size) = 0;
};

/// How a device of the hypervisor reaches a virtual processor.
class VcpuIf {
 public:
  virtual ~VcpuIf() = default;
  /// Makes `vector` pending in the guest; called in any context. Costs are charged where they fall: an exit
  /// or a posted interrupt if the guest runs, a wake-up if it halts.
  virtual void inject(unsigned vector, Op op) = 0;
  /// Registers an emulated device's port range [base, base + size).
  virtual void attach_ports(std::uint16_t base, std::uint16_t size, TrapIf& device) = 0;
};

/// The memory of a virtual machine as the hypervisor sees it. Everything a guest names goes through here.
class GuestMemoryIf {
 public:
  virtual ~GuestMemoryIf() = default;
  /// True if [address, address + length) lies inside the guest, without overflow.
  virtual bool contains(Gpa address, Bytes length) const = 0;
  /// Where the page that holds `address` is. Only for contained addresses (throws std::out_of_range).
  virtual Hpa host_address(Gpa address) const = 0;
};

}  // namespace viosim
