// What a host's PCI Express link, root complex and device must agree on.
#pragma once
#include <string>

namespace viosim::pcie {
class Link;
}

namespace viosim::platform {

class Scenario;

/// The link's generation is what its two ends train to, completions fit the device's TLPs, TLPs fit the buffers; with a
/// switch between them, each of the two links. `host` is the path of the instance that holds pcie0, root_complex0 and
/// endpoint0, and switch0 and uplink0 if there is a switch. Throws ScenarioError.
void check_link(Scenario& scenario, const std::string& host);

/// Errors on `link` if the scenario has an instance `faults` below it. Throws ScenarioError.
void inject_faults(Scenario& scenario, pcie::Link& link);

}  // namespace viosim::platform
