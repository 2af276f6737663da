#include "platform/rdma_path.h"

#include "emulation/vrdma/backend.h"
#include "emulation/vrdma/vmci_frontend.h"
#include "guest/mlx4_verbs.h"
#include "guest/vrdma_verbs.h"
#include "hypervisor/idle_world.h"
#include "hypervisor/passthrough.h"
#include "hypervisor/verbs_stack.h"
#include "platform/command_path.h"
#include "platform/guest_machine.h"
#include "platform/machine.h"
#include "platform/scenario_building.h"

namespace viosim::platform {
namespace {

constexpr unsigned kPf = 0, kVf = 1;
/// Interrupt vectors of software: free ones above the 32 that processors reserve.
constexpr unsigned kHcaVector = 64, kVmciVector = 80;
constexpr std::uint16_t kVmciPorts = 0x1080, kVmciPortCount = 0x40;
constexpr std::uint32_t kVmciContext = vmci_abi::kFirstGuestContext;
/// Context memory of an HCA; only what is used is ever touched.
constexpr Bytes kIcm(std::int64_t{8} << 20);

std::string below(const Machine& machine, const char* child) { return std::string(machine.name()) + "." + child; }

void give_icm(Machine& machine, Exec& owner) {
  machine.hca0.map_icm(Iova(owner.allocate(kIcm, bytes(4096)).raw()), kIcm);
}

/// A process on the bare host, over the PF.
class NativePath : public RdmaPath {
 public:
  NativePath(Machine& machine, Scenario& scenario)
      : core_(machine.core0),
        commands_(below(machine, "vm0.rdma0"), machine, scenario, kPf, Gpa(Machine::command_registers(kPf).raw())),
        verbs_(below(machine, "vm0.rdma0"), scenario.params<guest::Mlx4Params>(below(machine, "verbs")), commands_.verbs(),
               Gpa(Machine::registers(kPf).raw()), guest::BusAddressing::physical, msi_, kHcaVector) {
    give_icm(machine, core_);
  }
  Exec& exec() override { return core_; }
  Verbs& verbs() override { return verbs_; }

 private:
  host::Context& core_;
  DirectMsi msi_;
  CommandPath commands_;
  guest::Mlx4Verbs verbs_;
};

/// A virtual machine on core 0.
struct Guest : GuestMachine {
  Guest(Machine& machine, Scenario& scenario)
      : GuestMachine(scenario, machine.name(), machine.memory, machine.core0) {}
};

/// A guest with a function of the HCA: the PF (full DirectPath) or a VF (SR-IOV).
class AssignedPath : public RdmaPath {
 public:
  AssignedPath(Machine& machine, Scenario& scenario, unsigned function)
      : guest_(machine, scenario),
        assignment_(machine.hca0, function, *machine.iommu, guest_.vm),
        commands_(below(machine, "vm0.rdma0"), machine, scenario, function,
                  machine.firmware == nullptr
                      ? Gpa{}
                      : assignment_.map(Machine::command_registers(function), Bytes(regs::hca_csr::kSize))),
        verbs_(below(machine, "vm0.rdma0"), scenario.params<guest::Mlx4Params>(below(machine, "verbs")),
               commands_.verbs(), assignment_.map(Machine::registers(function), Bytes(hca_abi::kUarSize)),
               guest::BusAddressing::physical, assignment_, kHcaVector) {
    if (function == kPf) {
      give_icm(machine, guest_.vcpu);  // the guest's driver owns the whole device
    } else {
      machine.iommu->pass_through(Machine::kPf);  // the PF stays with the hypervisor, contexts too
      give_icm(machine, machine.core0);
    }
  }
  Exec& exec() override { return guest_.vcpu; }
  Verbs& verbs() override { return verbs_; }

 private:
  Guest guest_;
  hypervisor::Passthrough assignment_;
  CommandPath commands_;
  guest::Mlx4Verbs verbs_;
};

/// A guest with the paravirtual device: VMCI in front, the hypervisor's verbs stack behind.
class VrdmaPath : public RdmaPath {
 public:
  VrdmaPath(Machine& machine, Scenario& scenario)
      : guest_(machine, scenario),
        commands_(below(machine, "hypervisor.mlx4"), machine, scenario, kPf,
                  Gpa(Machine::command_registers(kPf).raw())),
        provider_(below(machine, "hypervisor.mlx4"), scenario.params<guest::Mlx4Params>(below(machine, "verbs")),
                  commands_.verbs(), Gpa(Machine::registers(kPf).raw()), guest::BusAddressing::physical, msi_,
                  kHcaVector),
        stack_(below(machine, "hypervisor.verbs"),
               scenario.params<hypervisor::VerbsStackParams>(below(machine, "hypervisor")), provider_),
        backend_params_(scenario.params<emulation::BackendParams>(below(machine, "vm0.rdma0"))),
        backend_(below(machine, "vm0.rdma0.backend"), backend_params_,
                 guest_.memory, stack_, machine.core1, &machine.core1),
        device_(below(machine, "vm0.rdma0.vmci"), scenario.params<emulation::VmciParams>(below(machine, "vm0.rdma0")),
                guest_.memory, guest_.vcpu, kVmciContext, kVmciVector),
        frontend_(below(machine, "vm0.rdma0.frontend"), device_, backend_),
        vmci_(below(machine, "vm0.driver.vmci"),
              scenario.params<guest::VmciDriverParams>(below(machine, "vm0.driver")), kVmciPorts, kVmciVector),
        verbs_(below(machine, "vm0.driver"), scenario.params<guest::VrdmaParams>(below(machine, "vm0.driver")),
               vmci_) {
    if (commands_.verbs().waits_for_events())  // its verbs run in the back end, which must not sleep
      refuse_key(scenario, below(machine, "verbs"), "command_completion",
                 "is event: the driver behind the paravirtual device looks at its command register", "poll");
    give_icm(machine, machine.core0);
    guest_.vcpu.attach_ports(kVmciPorts, kVmciPortCount, device_);
    device_.attach(frontend_, vrdma_abi::kResource, vrdma_abi::kDoorbellBase, vrdma_abi::kDoorbellBaseMask);
    // Core 1 is the hypervisor's: it spins on the physical CQ, or sleeps until an interrupt.
    if (*backend_params_.completion_proxy != "dedicated_poller")
      spawn(hypervisor::idle_world(machine.core1, never_), "idle world");
  }
  Exec& exec() override { return guest_.vcpu; }
  Verbs& verbs() override { return verbs_; }

 private:
  Guest guest_;
  DirectMsi msi_;
  CommandPath commands_;
  guest::Mlx4Verbs provider_;
  hypervisor::VerbsStack stack_;
  emulation::BackendParams backend_params_;
  emulation::Backend backend_;
  emulation::Vmci device_;
  emulation::VmciFrontend frontend_;
  guest::VmciDriver vmci_;
  guest::VrdmaVerbs verbs_;
  Event never_;
};

}  // namespace

std::unique_ptr<RdmaPath> make_rdma_path(Machine& machine, Scenario& scenario) {
  const std::string path = below(machine, "vm0.rdma0");
  const Instance* rdma = scenario.find(path);
  if (rdma == nullptr)
    throw ScenarioError(scenario.root().position, path, "is missing",
                        "an instance of kind native, passthrough, sriov or vrdma");
  const std::string& kind = rdma->kind.name;
  if (kind == "native") return std::make_unique<NativePath>(machine, scenario);
  if (kind == "passthrough") return std::make_unique<AssignedPath>(machine, scenario, kPf);
  if (kind == "sriov") return std::make_unique<AssignedPath>(machine, scenario, kVf);
  if (kind == "vrdma") return std::make_unique<VrdmaPath>(machine, scenario);
  throw ScenarioError(rdma->kind.position, path + ".kind", "'" + kind + "' is no way to reach RDMA",
                      "native, passthrough, sriov or vrdma");
}

}  // namespace viosim::platform
