// Passthrough: assigns a function of an HCA (PF or VF) to a virtual machine.
//
// Models: the machine's IOMMU domain, its view of the doorbell page (no exits), the route of its interrupts.
// Not modelled: resets and configuration space. PF and VF differ in what the function itself offers (BlueFlame) only.
// Causes: none, set-up takes no simulated time.
#pragma once
#include "protocols/hca_control.h"
#include "protocols/passthrough.h"
#include "protocols/translation.h"

namespace viosim::hypervisor {

class Passthrough : public MsiRouteIf {
 public:
  /// `function` 0: the PF, else a VF; `iommu` of the host that the HCA stands in. Throws std::out_of_range for a
  /// function that the HCA has not.
  Passthrough(const HcaControlIf& hca, unsigned function, IommuControlIf& iommu, AssignableVmIf& vm)
      : bdf_(checked(hca, function)), vm_(vm) {
    iommu.assign(bdf_, vm.memory(), vm.memory_size());
  }
  Bdf bdf() const { return bdf_; }
  /// Maps the function's doorbell and BlueFlame pages; answers where the guest sees them.
  Gpa map(Hpa registers, Bytes size) { return vm_.map_registers(registers, size); }
  /// The guest asks for its own vector; the device is told the host's.
  MsiMessage route(Exec&, unsigned vector) override { return vm_.route_interrupt(vector); }

 private:
  static Bdf checked(const HcaControlIf& hca, unsigned function);
  Bdf bdf_;
  AssignableVmIf& vm_;
};

}  // namespace viosim::hypervisor
