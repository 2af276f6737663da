// Two devices below a switch below a root complex: for tests of the switch.
#pragma once
#include <array>
#include <memory>
#include <vector>

#include "pcie/switch.h"
#include "support/pcie_rig.h"

namespace viosim::test {
inline namespace pcie_rig {

/// 100 ns of transit, no credits but infinite ones.
inline LiteralParams switch_literals() {
  return {{"generation", "3"}, {"ports", "4"}, {"transit", "100 ns"}, {"cut_through", "false"},
          {"acs_redirect", "false"}, {"arbitration", "round-robin"},
          {"posted_headers", "0"}, {"posted_data", "0"}, {"non_posted_headers", "0"}, {"non_posted_data", "0"},
          {"completion_headers", "0"}, {"completion_data", "0"}, {"update_fc_delay", "30 ns"}};
}

constexpr Bdf kNeighbour{0x0400};
constexpr Hpa kNeighbourBar{0xD0100000};

struct SwitchRig {
  explicit SwitchRig(LiteralParams switch_values = switch_literals(), LiteralParams root_values = root_literals(),
                     LiteralParams endpoint_values = endpoint_literals(), LiteralParams up_values = link_literals(),
                     LiteralParams down_values = link_literals(), LiteralParams down1_values = link_literals())
      : memory(kMemorySize, nanoseconds(80), nanoseconds(40)), up_params(up_values), down_params(down_values),
        down1_params(down1_values),
        root_params(root_values), endpoint_params(endpoint_values), switch_params(switch_values),
        uplink("uplink", up_params, root_params.credits, switch_params.credits),
        link0("link0", down_params, switch_params.credits, endpoint_params.credits),
        link1("link1", down1_params, switch_params.credits, endpoint_params.credits),
        root("root", root_params, 1, memory, interrupts, nullptr), crossbar("switch", switch_params, 2),
        endpoint0("endpoint0", endpoint_params), endpoint1("endpoint1", endpoint_params) {
    interrupts.memory = &memory;
    root.attach(uplink);
    crossbar.attach_upstream(uplink);
    const unsigned port0 = crossbar.attach(link0), port1 = crossbar.attach(link1);
    endpoint0.attach(link0);
    endpoint1.attach(link1);
    endpoint0.add_function(kDevice, registers0);
    endpoint1.add_function(kNeighbour, registers1);
    crossbar.add_function(kDevice, port0);
    crossbar.add_function(kNeighbour, port1);
    root.map_bar(kDevice, 0, kBar, Bytes(4096), 0);
    root.map_bar(kNeighbour, 0, kNeighbourBar, Bytes(4096), 0);
    crossbar.map_bar(kDevice, 0, kBar, Bytes(4096));
    crossbar.map_bar(kNeighbour, 0, kNeighbourBar, Bytes(4096));
  }

  /// A read or write of endpoint 0 or 1 whose account opens now.
  DmaRequest& submit(unsigned endpoint, bool is_read, std::uint64_t address, std::int64_t length, unsigned fill = 0) {
    requests.push_back(std::make_unique<DmaRequest>());
    DmaRequest& r = *requests.back();
    PcieRig::prepare(r, is_read, address, length, fill);
    r.requester = endpoint == 0 ? kDevice : kNeighbour;
    (endpoint == 0 ? endpoint0 : endpoint1).submit(r);
    return r;
  }

  FixedMemory memory;
  Interrupts interrupts;
  Registers registers0, registers1;
  pcie::LinkParams up_params, down_params, down1_params;
  pcie::RootComplexParams root_params;
  pcie::EndpointParams endpoint_params;
  pcie::SwitchParams switch_params;
  pcie::Link uplink, link0, link1;
  pcie::RootComplex root;
  pcie::Switch crossbar;
  pcie::Endpoint endpoint0, endpoint1;
  std::vector<std::unique_ptr<DmaRequest>> requests;
};

}  // namespace pcie_rig
}  // namespace viosim::test
