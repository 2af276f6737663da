#include "fabric/switch.h"

#include <stdexcept>

namespace viosim::fabric {

/// A port: its sockets, and the holder of the input buffer behind it.
class Switch::Port final : public PacketHolder {
 public:
  Port(Switch& owner, unsigned index)
      : in(("in" + std::to_string(index)).c_str()), out(("out" + std::to_string(index)).c_str()), owner_(owner) {
    in.deliver_to<&Port::arrive>(this);
  }
  void arrive(IbPacket* packet) { owner_.forward(*this, packet); }
  /// A packet that no port leads to: its buffer is free when its last bit is here.
  void lose(IbPacket* packet) {
    ++owner_.unknown_lid_;
    leaving(*packet, packet->tail_at);
    delete packet;
  }
  void leaving(const IbPacket& packet, Time last_bit) override { upstream->release(packet, last_bit); }

  In<IbPacket> in;
  Out<IbPacket> out;
  LinkDirection* upstream = nullptr;  // the direction that ends here

 private:
  Switch& owner_;
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
  if (p.upstream != nullptr)
    throw std::invalid_argument(std::string(name()) + ": port " + std::to_string(port) + " has a cable already");
  p.upstream = &link.direction(Link::other(end));
  p.upstream->deliver_heads();
  link.out(end).bind(p.in);
  p.out.bind(link.in(end));
}

void Switch::route(Lid lid, unsigned port) {
  if (lid.value == 0 || lid.value >= forwarding_.size() || port >= ports_.size())
    throw std::out_of_range(std::string(name()) + ": no route to LID " + std::to_string(lid.value) + " by port " +
                            std::to_string(port));
  forwarding_[lid.value] = static_cast<std::uint8_t>(port);
}

void Switch::lose(Port& from, IbPacket* packet, Time here) {
  packet->destination = &from;
  packet->fire = [](Wakeable* w) {
    auto* p = static_cast<IbPacket*>(w);
    static_cast<Port*>(p->destination)->lose(p);
  };
  packet->drop = [](Wakeable* w) { delete static_cast<IbPacket*>(w); };
  scheduler().wake_at(here, packet);
}

void Switch::forward(Port& from, IbPacket* packet) {
  const Time here = latest(Ready{now()}, Ready{packet->op.last()}).at;
  const std::uint16_t lid = packet->destination_lid.value;
  const std::uint8_t to = lid < forwarding_.size() ? forwarding_[lid] : kNowhere;
  if (to == kNowhere) [[unlikely]] {
    lose(from, packet, here);
    return;
  }
  packet->holder = &from;
  packet->tail_at = packet->tail_at + transit_;
  ports_[to]->out.send_at(station_.delay(packet->op, Cause::SwitchTransit, here, transit_), packet);
}

}  // namespace viosim::fabric
