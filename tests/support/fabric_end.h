// A port for tests of the fabric: sends packets, and records what arrives and when.
#pragma once
#include <string>
#include <vector>

#include "fabric/switch.h"
#include "support/literal_params.h"

namespace viosim::fabric {

/// A cable whose numbers are easy: 4 bytes a nanosecond, 100 ns, 8 KB, flow control at once.
inline LiteralParams easy_link() {
  return LiteralParams{{"signalling", "40 Gb/s"},      {"coding", "8b/10b"},
                       {"skip_symbols", "0"},          {"skip_interval", "4608"},
                       {"length", "4"},                {"per_metre", "5 ns"},
                       {"serdes", "40 ns"},            {"virtual_lanes", "2"},
                       {"receive_buffer", "8 KB"},     {"flow_control_interval", "0 ns"},
                       {"fault_drop", "0"},            {"fault_corrupt", "0"},
                       {"fault_reorder", "0"},         {"fault_reorder_depth", "2"},
                       {"fault_reorder_hold", "50 us"}};
}

inline LiteralParams easy_switch() {
  return LiteralParams{{"ports", "36"}, {"transit", "100 ns"}, {"forwarding_entries", "1024"}};
}

struct FabricEnd : sc_core::sc_module {
  struct Arrival { std::uint32_t psn; Time at; Time tail; bool corrupt; };
  explicit FabricEnd(sc_core::sc_module_name name) : sc_module(name) { in.deliver_to<&FabricEnd::arrive>(this); }
  void cable(Link& link, Link::End end) {
    out.bind(link.in(end));
    link.out(end).bind(in);
  }
  /// Sends a write of `payload` bytes now: 44 bytes on the wire and the payload.
  void send(std::uint32_t psn, std::int64_t payload, Lid to, std::uint8_t lane = 0, PacketHolder* holder = nullptr) {
    auto* p = new IbPacket;
    p->op = Op::open(now());
    p->opcode = IbOpcode::write_only;
    p->psn = psn;
    p->destination_lid = to;
    p->virtual_lane = lane;
    p->payload = Buffer::make(bytes(payload));
    p->holder = holder;
    p->dma_length = static_cast<std::uint32_t>(now().ps() / 1000);  // when it was sent
    out.send(p);
  }
  void arrive(IbPacket* p) {
    arrivals.push_back({p->psn, now(), p->tail_at, p->corrupt});
    bytes_in += p->wire_size();
    ledger().close(p->op, Time(static_cast<std::int64_t>(p->dma_length) * 1000), account);
    delete p;
  }
  /// What (site, cause) stands for in the account, in ps.
  std::int64_t spent(const std::string& site, Cause cause) const {
    std::int64_t sum = 0;
    for (const StackRow& row : account.rows())
      if (row.cause == cause && ledger().path(row.site) == site) sum += row.total.raw();
    return sum;
  }
  Out<IbPacket> out{"out"};
  In<IbPacket> in{"in"};
  std::vector<Arrival> arrivals;
  Account account;
  Bytes bytes_in;
};

inline std::uint64_t counter(const std::string& name) {
  std::uint64_t sum = 0;
  for (const auto& e : counters().entries())
    if (e.name == name) sum += e.value;
  return sum;
}

/// Two ends and a cable: `a` sends to `b`.
struct OneCable {
  explicit OneCable(LiteralParams in, std::uint64_t seed = 1) : link("link", LinkParams(in), seed) {
    a.cable(link, Link::End::a);
    b.cable(link, Link::End::b);
  }
  Simulation sim;
  FabricEnd a{"a"}, b{"b"};
  Link link;
};

/// Three ends around a switch: LIDs 1, 2, 3 at ports 0, 1, 2.
struct Star {
  explicit Star(LiteralParams cable = easy_link(), LiteralParams out_cable = easy_link(),
                LiteralParams sw = easy_switch())
      : l1("l1", LinkParams(cable), 1), l2("l2", LinkParams(cable), 1), l3("l3", LinkParams(out_cable), 1),
        hub("hub", SwitchParams(sw), 3) {
    Link* const links[] = {&l1, &l2, &l3};
    FabricEnd* const ends[] = {&e1, &e2, &e3};
    for (unsigned i = 0; i < 3; ++i) {
      ends[i]->cable(*links[i], Link::End::a);
      hub.attach(i, *links[i], Link::End::b);
      hub.route(Lid{static_cast<std::uint16_t>(i + 1)}, i);
    }
  }
  Simulation sim;
  FabricEnd e1{"e1"}, e2{"e2"}, e3{"e3"};
  Link l1, l2, l3;
  Switch hub;
};

}  // namespace viosim::fabric
