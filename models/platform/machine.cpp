#include "platform/machine.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/rdma_path.h"
#include "platform/scenario_building.h"

namespace viosim::platform {
namespace {

std::string below(const sc_core::sc_module& machine, const char* child) {
  return std::string(machine.name()) + "." + child;
}

/// A device is assigned to a guest: then the host has its IOMMU on.
bool assigns(const Scenario& scenario, const sc_core::sc_module& machine) {
  const Instance* rdma = scenario.find(below(machine, "vm0.rdma0"));
  return rdma != nullptr && (rdma->kind.name == "passthrough" || rdma->kind.name == "sriov");
}

/// The least that a receiver may advertise is the largest TLP that it can get (PCI Express Base Specification 3.0,
/// 2.6.1); less, and that TLP waits for ever.
void check_credits(const Scenario& scenario, const std::string& path, const std::string& key, Count credits,
                   Bytes largest) {
  const std::int64_t needed = pcie::Credits::units(largest);
  if (credits != Count{} && credits.raw() < needed)
    refuse_key(scenario, path, key, fmt::format("is too few for a TLP of {} B", largest.raw()),
               fmt::format("at least {}, or 0 for infinite", needed));
}

/// The link's generation is what its two ends train to, completions fit the device's TLPs, TLPs fit the buffers.
void check_link(Scenario& scenario, const sc_core::sc_module& machine) {
  const std::string link = below(machine, "pcie0"), root = below(machine, "root_complex0");
  const auto trained = *scenario.params<pcie::LinkParams>(link).generation;
  const auto port = scenario.params<pcie::RootComplexParams>(root);
  const auto device = scenario.params<pcie::EndpointParams>(below(machine, "endpoint0"));
  if (const Count both = std::min(*port.generation, *device.generation); trained != both)
    refuse_key(scenario, link, "generation",
               fmt::format("is {}, but root_complex0 speaks up to {} and endpoint0 up to {}", trained.raw(),
                           port.generation->raw(), device.generation->raw()),
               fmt::format("the lower of the two, {}, and its lane_rate", both.raw()));
  if (*port.completion_unit > *device.max_payload)
    refuse_key(scenario, root, "completion_unit", "is larger than the max_payload of endpoint0",
               fmt::format("at most {} B", device.max_payload->raw()));
  const std::string endpoint = below(machine, "endpoint0");
  check_credits(scenario, root, "posted_data", *port.credits.posted_data, *device.max_payload);
  constexpr Bytes kStore(host::kLine);  // the largest of a core: a write-combined line
  check_credits(scenario, endpoint, "posted_data", *device.credits.posted_data, kStore);
  check_credits(scenario, endpoint, "completion_data", *device.credits.completion_data, *port.completion_unit);
}

}  // namespace

Machine::Machine(sc_core::sc_module_name module, Scenario& scenario, Lid lid)
    : sc_module(module),
      params_(scenario.params<host::HostParams>(this->name())),
      memory("memory", params_.memory),
      core0("core0", params_.core, memory, 0),
      core1("core1", params_.core, memory, 1),
      iommu(assigns(scenario, *this)
                ? std::optional<iommu::Iommu>(std::in_place, "iommu0",
                                              scenario.params<iommu::IommuParams>(below(*this, "iommu0")), memory,
                                              scenario.seed())
                : std::nullopt),
      root_complex0("root_complex0", scenario.params<pcie::RootComplexParams>(below(*this, "root_complex0")), 1, memory,
                    interrupts, iommu ? &*iommu : nullptr),
      pcie0("pcie0", scenario.params<pcie::LinkParams>(below(*this, "pcie0")),
            scenario.params<pcie::RootComplexParams>(below(*this, "root_complex0")).credits,
            scenario.params<pcie::EndpointParams>(below(*this, "endpoint0")).credits),
      endpoint0("endpoint0", scenario.params<pcie::EndpointParams>(below(*this, "endpoint0"))),
      hca0("hca0", scenario.params<hca::HcaParams>(below(*this, "hca0")), lid, {kPf, kVf}) {
  check_link(scenario, *this);
  interrupts.attach(0, core0);
  interrupts.attach(1, core1);
  const unsigned port = root_complex0.attach(pcie0);
  endpoint0.attach(pcie0);
  hca0.attach(endpoint0);
  for (unsigned f = 0; f < hca0.functions(); ++f) {
    const Bdf id = hca0.function(f).bdf;
    endpoint0.add_function(id, hca0);
    root_complex0.map_bar(id, hca_abi::kUarBar, registers(f), Bytes(hca_abi::kUarSize), port);
  }
  core0.bind_mmio(root_complex0);
  core1.bind_mmio(root_complex0);
  path_ = make_rdma_path(*this, scenario);
}

Machine::~Machine() = default;

}  // namespace viosim::platform
