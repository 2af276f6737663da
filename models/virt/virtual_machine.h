// A virtual machine as those who assign it a device see it: memory, register mappings, interrupt routes.
// Models: where registers appear in the guest (above its memory). Not modelled: a PCI bus in the guest. Causes: none.
#pragma once
#include "protocols/passthrough.h"
#include "virt/vcpu.h"

namespace viosim::virt {

class VirtualMachine : public AssignableVmIf {
 public:
  /// Both outlive it. Interrupts of assigned devices go to `vcpu`.
  VirtualMachine(GuestMemory& memory, Vcpu& vcpu) : memory_(memory), vcpu_(vcpu), next_(kRegisters) {
    if (static_cast<std::uint64_t>(memory.size().raw()) > kRegisters)
      throw std::invalid_argument("guest memory: reaches into the register range of assigned devices");
  }
  const GuestMemoryIf& memory() const override { return memory_; }
  Bytes memory_size() const override { return memory_.size(); }
  Gpa map_registers(Hpa registers, Bytes size) override {
    const Gpa at(next_);
    vcpu_.map_mmio(at, registers, size);
    constexpr std::uint64_t kPage = 4096;
    next_ = (next_ + static_cast<std::uint64_t>(size.raw()) + kPage - 1) / kPage * kPage;
    return at;
  }
  MsiMessage route_interrupt(unsigned vector) override {
    return msi_message(vcpu_.core_index(), vcpu_.host_vector(vector));
  }

 private:
  static constexpr std::uint64_t kRegisters = std::uint64_t{1} << 46;
  GuestMemory& memory_;
  Vcpu& vcpu_;
  std::uint64_t next_;
};

}  // namespace viosim::virt
