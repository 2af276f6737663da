#include "platform/link_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/memory_params.h"
#include "pcie/credits.h"
#include "pcie/endpoint_params.h"
#include "pcie/link.h"
#include "pcie/root_complex_params.h"
#include "pcie/switch_params.h"
#include "platform/scenario_building.h"

namespace viosim::platform {
namespace {

/// The least that a receiver may advertise is the largest TLP that it can get (PCI Express Base Specification 3.0,
/// 2.6.1); less, and that TLP waits for ever.
void check_credits(const Scenario& scenario, const std::string& path, const std::string& key, Count credits,
                   Bytes largest) {
  const std::int64_t needed = pcie::Credits::units(largest);
  if (credits != Count{} && credits.raw() < needed)
    refuse_key(scenario, path, key, fmt::format("is too few for a TLP of {} B", largest.raw()),
               fmt::format("at least {}, or 0 for infinite", needed));
}

struct End { const char* name; Count generation; };

void check_generation(Scenario& scenario, const std::string& link, End above, End below) {
  const auto trained = *scenario.params<pcie::LinkParams>(link).generation;
  if (const Count both = std::min(above.generation, below.generation); trained != both)
    refuse_key(scenario, link, "generation",
               fmt::format("is {}, but {} speaks up to {} and {} up to {}", trained.raw(), above.name,
                           above.generation.raw(), below.name, below.generation.raw()),
               fmt::format("the lower of the two, {}, and its lane_rate", both.raw()));
}

}  // namespace

void check_link(Scenario& scenario, const std::string& host) {
  const std::string link = host + ".pcie0", root = host + ".root_complex0", endpoint = host + ".endpoint0";
  const std::string crossbar = host + ".switch0";
  const auto port = scenario.params<pcie::RootComplexParams>(root);
  const auto device = scenario.params<pcie::EndpointParams>(endpoint);
  const End below{"endpoint0", *device.generation};
  constexpr Bytes kStore(64);  // the largest of a core: a write-combined line
  if (scenario.find(crossbar) == nullptr) {
    check_generation(scenario, link, {"root_complex0", *port.generation}, below);
  } else {
    const auto between = scenario.params<pcie::SwitchParams>(crossbar);
    check_generation(scenario, host + ".uplink0", {"root_complex0", *port.generation},
                     {"switch0", *between.generation});
    check_generation(scenario, link, {"switch0", *between.generation}, below);
    check_credits(scenario, crossbar, "posted_data", *between.credits.posted_data, *device.max_payload);
    check_credits(scenario, crossbar, "completion_data", *between.credits.completion_data, *port.completion_unit);
  }
  if (*port.completion_unit > *device.max_payload)
    refuse_key(scenario, root, "completion_unit", "is larger than the max_payload of endpoint0",
               fmt::format("at most {} B", device.max_payload->raw()));
  check_credits(scenario, root, "posted_data", *port.credits.posted_data, *device.max_payload);
  check_credits(scenario, endpoint, "posted_data", *device.credits.posted_data, kStore);
  check_credits(scenario, endpoint, "completion_data", *device.credits.completion_data, *port.completion_unit);
}

void inject_faults(Scenario& scenario, pcie::Link& link) {
  const std::string faults = std::string(link.name()) + ".faults";
  if (scenario.find(faults) == nullptr) return;
  building(scenario, faults, [&] { link.inject(scenario.params<pcie::FaultParams>(faults), scenario.seed()); });
}

}  // namespace viosim::platform
