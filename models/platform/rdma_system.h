// Hosts with HCAs, InfiniBand switches, and the cables between them.
#pragma once
#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fabric/switch.h"
#include "platform/machine.h"
#include "platform/scenario_building.h"

namespace viosim::platform {

/// All that a scenario's root holds: hosts, switches and the cables between them.
class RdmaSystem {
 public:
  explicit RdmaSystem(Scenario& scenario) : scenario_(scenario) {
    std::uint16_t lid = 0;
    for (const Instance& instance : scenario.root().children) {
      if (instance.kind.name == "host")
        machines_.emplace(instance.name, building(scenario, instance.path, [&] {
                            return std::make_unique<Machine>(instance.name.c_str(), scenario, Lid{++lid});
                          }));
    }
    for (const Instance& instance : scenario.root().children) {
      if (instance.kind.name != "ib-switch") continue;
      unsigned cabled = 0;
      for (const Link& link : scenario.links()) cabled += link.from == instance.path || link.to == instance.path;
      switches_.emplace(instance.path, building(scenario, instance.path, [&] {
                          return std::make_unique<fabric::Switch>(
                              instance.name.c_str(), scenario.params<fabric::SwitchParams>(instance.path), cabled);
                        }));
    }
    for (const Link& link : scenario.links()) building(scenario, link.path, [&] { connect(link); });
  }

  Machine& machine(const std::string& name) {
    const auto it = machines_.find(name);
    if (it == machines_.end())
      throw ScenarioError(scenario_.root().position, name, "there is no such host",
                          "hosts esx0 (the client) and esx1 (the server)");
    return *it->second;
  }
  /// A lane's buffer takes the largest packet; less, and that packet waits for ever (IBA vol. 1, 7.6.4).
  void check_packets(Bytes mtu) const {
    IbPacket largest;
    largest.opcode = IbOpcode::write_only;
    largest.payload = Buffer::make(mtu);
    const Bytes needed = fabric::LinkTiming::buffer_for(largest.wire_size());
    for (const Link& link : scenario_.links())
      if (*scenario_.params<fabric::LinkParams>(link.path).receive_buffer < needed)
        refuse_key(scenario_, link.path, "receive_buffer", "is smaller than a packet of the workload's mtu",
                   fmt::format("at least {} B", needed.raw()));
  }

 private:
  void connect(const Link& link) {
    const std::string name = link.path;
    cables_.push_back(std::make_unique<fabric::Link>(name.c_str(), scenario_.params<fabric::LinkParams>(link.path),
                                                     scenario_.seed()));
    plug(link.from, *cables_.back(), fabric::Link::End::a, link);
    plug(link.to, *cables_.back(), fabric::Link::End::b, link);
  }

  void plug(const std::string& path, fabric::Link& cable, fabric::Link::End end, const Link& link) {
    if (const auto at = switches_.find(path); at != switches_.end()) {
      const unsigned port = ports_[path]++;
      at->second->attach(port, cable, end);
      const std::string& other = path == link.from ? link.to : link.from;
      if (const auto dot = other.find('.'); dot != std::string::npos)
        building(scenario_, path, [&] { at->second->route(machine(other.substr(0, dot)).hca0.lid(), port); });
      return;
    }
    const auto dot = path.find('.');
    if (dot == std::string::npos || path.substr(dot + 1) != "hca0")
      throw ScenarioError(link.position, link.path, "'" + path + "' takes no cable", "a switch, or <host>.hca0");
    hca::Hca& hca = machine(path.substr(0, dot)).hca0;
    hca.packet_out.bind(cable.in(end));
    cable.out(end).bind(hca.packet_in);
    hca.send_ahead();  // it is alone at this end, and looks at what comes when that has crossed its way in
    cable.direction(fabric::Link::other(end)).deliver_ahead();
  }

  Scenario& scenario_;
  std::map<std::string, std::unique_ptr<Machine>> machines_;
  std::map<std::string, std::unique_ptr<fabric::Switch>> switches_;
  std::vector<std::unique_ptr<fabric::Link>> cables_;
  std::map<std::string, unsigned> ports_;
};

}  // namespace viosim::platform
