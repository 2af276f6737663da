// A virtual machine of one virtual processor, on core 0 of its host.
#pragma once
#include <string>

#include "host/context.h"
#include "host/memory.h"
#include "platform/scenario_building.h"
#include "platform/vm_params.h"
#include "virt/virtual_machine.h"

namespace viosim::platform {

/// What a virtual machine wants and its processor lacks is wrong at the key that wants it.
inline VmParams checked(VmParams wanted, const virt::ExitCosts& processor, const Scenario& scenario,
                        const std::string& vm) {
  const auto check = [&](const char* key, const Param<bool>& use, const Param<bool>& capability) {
    if (!*use || *capability) return;
    const Instance* const at = scenario.find(vm);
    throw ScenarioError(at->params.at(key).position, vm + "." + key, "the processor has no such capability",
                        "false, or the exits of a processor that has it");
  };
  check("use_apicv", wanted.use_apicv, processor.apicv);
  check("use_posted_interrupts", wanted.use_posted_interrupts, processor.posted_interrupts);
  return wanted;
}

struct GuestMachine {
  /// Of the instances vm0 and exits of the host at `path`.
  GuestMachine(Scenario& scenario, const std::string& path, host::Memory& host, host::Context& core)
      : params(checked(scenario.params<VmParams>(path + ".vm0"), scenario.params<virt::ExitCosts>(path + ".exits"),
                       scenario, path + ".vm0")),
        memory(host, *params.memory, *params.page, 0),
        vcpu("vcpu0", scenario.params<virt::ExitCosts>(path + ".exits"),
             {*params.use_apicv, *params.use_posted_interrupts}, core, host, memory),
        vm(memory, vcpu) {}
  VmParams params;
  virt::GuestMemory memory;
  virt::Vcpu vcpu;
  virt::VirtualMachine vm;
};

}  // namespace viosim::platform
