#include "pcie/switch.h"

#include <stdexcept>
#include <string>
#include <utility>

namespace viosim::pcie {

/// A port with its sockets and, by input, the lanes to its output.
struct Switch::Socket {
  Socket(Switch& owner_, unsigned number_, const std::string& path)
      : owner(owner_), number(number_), in(("in" + std::to_string(number)).c_str()),
        out(("out" + std::to_string(number)).c_str()), port(path + ".port" + std::to_string(number)) {
    in.deliver_to<&Socket::arrive>(this);
  }
  void arrive(Tlp* tlp) { owner.arrive(number, tlp); }

  Switch& owner;
  const unsigned number;
  In<Tlp> in;
  Out<Tlp> out;
  SwitchPort port;
  std::int64_t weight = 1;
  std::vector<SwitchPort::Lane*> lanes;  // to this output, by input; by its own number: the switch's answers
};

Switch::Switch(sc_core::sc_module_name module_name, const SwitchParams& params, unsigned downstream)
    : sc_module(module_name), station_(name(), 0), generation_(*params.generation), transit_(*params.transit),
      cut_through_(*params.cut_through), redirect_(*params.acs_redirect),
      by_lanes_(*params.arbitration == "by-lanes"),
      peer_to_peer_(counters().add(name(), "peer_to_peer", "TLPs from one device to another")),
      unsupported_(counters().add(name(), "switch_unsupported", "TLPs to a function that no port leads to")) {
  if (downstream == 0) throw std::invalid_argument(std::string(name()) + ": a switch without downstream ports");
  if (downstream > static_cast<std::uint64_t>(params.ports->raw()))
    throw std::invalid_argument(std::string(name()) + ": " + std::to_string(downstream) + " links and " +
                                std::to_string(params.ports->raw()) + " downstream ports");
  for (unsigned i = 0; i <= downstream; ++i) sockets_.push_back(std::make_unique<Socket>(*this, i, name()));
  for (auto& socket : sockets_) socket->lanes.assign(sockets_.size(), nullptr);
  station_.based_on(Cause::SwitchTransit, params.transit);
}

Switch::~Switch() = default;

void Switch::connect(unsigned number, Link& link, LinkDirection& in, LinkDirection& out) {
  if (link.generation() > generation_)
    throw std::invalid_argument(std::string(name()) + ": " + link.name() +
                                " is of a later generation than the ports");
  Socket& socket = *sockets_[number];
  if (socket.port.attached())
    throw std::invalid_argument(std::string(name()) + ": port " + std::to_string(number) + " has a link already");
  socket.port.attach(out, in);
  if (by_lanes_) socket.weight = link.lanes().raw();
  if (cut_through_) in.deliver_heads();
  socket.lanes[number] = &socket.port.add_lane(nullptr, 1);
  for (auto& other : sockets_) {
    if (other->number == number || !other->port.attached()) continue;
    other->lanes[number] = &other->port.add_lane(&in, socket.weight);
    socket.lanes[other->number] = &socket.port.add_lane(&other->port.from(), other->weight);
  }
}

void Switch::attach_upstream(Link& link) {
  connect(kUp, link, link.down, link.up);
  sockets_[kUp]->out.bind(link.up_in);
  link.down_out.bind(sockets_[kUp]->in);
}

unsigned Switch::attach(Link& link) {
  if (attached_ + 1 == sockets_.size())
    throw std::invalid_argument(std::string(name()) + ": no port is free for " + link.name());
  connect(attached_ + 1, link, link.up, link.down);
  ++attached_;
  sockets_[attached_]->out.bind(link.down_in);
  link.up_out.bind(sockets_[attached_]->in);
  return attached_;
}

void Switch::add_function(Bdf function, unsigned port) {
  if (port == kUp || port > attached_)
    throw std::invalid_argument(std::string(name()) + ": a function below a port without a link");
  if (port_of(function) != kNowhere)
    throw std::invalid_argument(std::string(name()) + ": a function stands below two ports");
  functions_.push_back({function, port});
}

void Switch::map_bar(Bdf function, std::uint8_t bar, Hpa base, Bytes size) {
  const unsigned port = port_of(function);
  if (port == kNowhere) throw std::invalid_argument(std::string(name()) + ": a BAR of no function");
  windows_.add({base, size, function, bar, port});
}

unsigned Switch::port_of(Bdf function) const {
  for (const Function& f : functions_)
    if (f.id == function) return f.port;
  return kNowhere;
}

unsigned Switch::from_above(const Tlp& tlp) const {
  return port_of(tlp.flow_class() == TlpClass::completion ? tlp.requester : tlp.target);
}

unsigned Switch::from_below(unsigned port, Tlp& tlp) const {
  if (tlp.flow_class() == TlpClass::completion) {
    const unsigned neighbour = port_of(tlp.requester);
    return neighbour == kNowhere || neighbour == port ? kUp : neighbour;
  }
  if (redirect_ || tlp.at == AddressType::translation_request || tlp.length <= Bytes{}) return kUp;
  const Hpa address(tlp.address.raw());
  const BarRange* const window = windows_.find(address, tlp.length);
  if (window == nullptr || window->port == port) return kUp;
  tlp.target = window->function;
  tlp.bar = window->bar;
  tlp.address = Iova(address.raw() - window->base.raw());
  return window->port;
}

void Switch::arrive(unsigned number, Tlp* tlp) {
  LinkDirection& from = sockets_[number]->port.from();
  const unsigned to = number == kUp ? from_above(*tlp) : from_below(number, *tlp);
  if (number != kUp && to != kUp) ++peer_to_peer_;
  if (to != kNowhere) {
    forward(*sockets_[to]->lanes[number], &from, tlp);
    return;
  }
  ++unsupported_;
  from.consumed(tlp->flow_class(), tlp->payload(), now() + from.tail_behind(*tlp));
  refuse(tlp);
}

void Switch::forward(SwitchPort::Lane& lane, const LinkDirection* from, Tlp* tlp) {
  const Time crossed = station_.delay(tlp->op, Cause::SwitchTransit, now(), transit_);
  Time leaves = crossed;
  if (from != nullptr) {  // the last bit must not leave before it has come
    const Duration tail = from->tail_behind(*tlp), service = lane.output->to().on_wire(*tlp);
    if (tail > service) leaves = crossed + (tail - service);
  }
  if (leaves != crossed)
    ledger().charge(tlp->op, station_.site(), Cause::LinkSerialization, SpanKind::queued, crossed, leaves);
  tlp->destination = &lane;
  tlp->fire = [](Wakeable* w) {
    auto* t = static_cast<Tlp*>(w);
    auto& l = *static_cast<SwitchPort::Lane*>(t->destination);
    l.output->enter(l, t);
  };
  scheduler().wake_at(leaves, tlp);
}

void Switch::refuse(Tlp* tlp) {
  if (tlp->kind != TlpKind::memory_read) {
    delete tlp;
    return;
  }
  tlp->kind = TlpKind::completion;
  tlp->status = CplStatus::unsupported_request;
  tlp->length = tlp->offset = Bytes{};
  tlp->last = true;
  forward(*sockets_[kUp]->lanes[kUp], nullptr, tlp);
}

}  // namespace viosim::pcie
