#include "fabric/switch.h"

#include <stdexcept>
#include <utility>

namespace viosim::fabric {

struct Switch::Port {
  Port(Switch& owner, unsigned index)
      : in(("in" + std::to_string(index)).c_str()), out(("out" + std::to_string(index)).c_str()) {
    in.deliver_to<&Switch::forward>(&owner);
  }
  In<IbPacket> in;
  Out<IbPacket> out;
  bool cabled = false;
};

Switch::Switch(sc_core::sc_module_name module_name, const SwitchParams& params, unsigned cabled)
    : sc_module(module_name), station_(name(), 0), transit_(*params.transit),
      forwarding_(static_cast<std::size_t>(params.forwarding_entries->raw()), kNowhere),
      unknown_lid_(counters().add(name(), "packets_unroutable", "packets to a LID that the switch does not know")) {
  if (cabled > static_cast<std::uint64_t>(params.ports->raw()))
    throw std::invalid_argument(std::string(name()) + ": " + std::to_string(cabled) + " cables and " +
                                std::to_string(params.ports->raw()) + " ports");
  for (unsigned i = 0; i < cabled; ++i) ports_.push_back(std::make_unique<Port>(*this, i));
  station_.based_on(Cause::SwitchTransit, params.transit);
}

Switch::~Switch() = default;

void Switch::attach(unsigned port, Link& link, Link::End end) {
  Port& p = *ports_.at(port);
  if (std::exchange(p.cabled, true))
    throw std::invalid_argument(std::string(name()) + ": port " + std::to_string(port) + " has a cable already");
  link.direction(Link::other(end)).deliver_heads();
  link.out(end).bind(p.in);
  p.out.bind(link.in(end));
}

void Switch::route(Lid lid, unsigned port) {
  if (lid.value == 0 || lid.value >= forwarding_.size() || port >= ports_.size())
    throw std::out_of_range(std::string(name()) + ": no route to LID " + std::to_string(lid.value) + " by port " +
                            std::to_string(port));
  forwarding_[lid.value] = static_cast<std::uint8_t>(port);
}

/// Its buffer is free when its last bit is here.
void Switch::lose(IbPacket* packet) {
  ++unknown_lid_;
  packet->holder->leaving(*packet, packet->tail_at);
  delete packet;
}

void Switch::forward(IbPacket* packet) {
  const Time here = latest(Ready{now()}, Ready{packet->op.last()}).at;
  const std::uint16_t lid = packet->destination_lid.value;
  const std::uint8_t to = lid < forwarding_.size() ? forwarding_[lid] : kNowhere;
  if (to == kNowhere) [[unlikely]] {
    packet->destination = this;
    packet->fire = [](Wakeable* w) {
      auto* p = static_cast<IbPacket*>(w);
      static_cast<Switch*>(p->destination)->lose(p);
    };
    scheduler().wake_at(here, packet);
    return;
  }
  packet->tail_at = packet->tail_at + transit_;
  ports_[to]->out.send_at(station_.delay(packet->op, Cause::SwitchTransit, here, transit_), packet);
}

}  // namespace viosim::fabric
