// Models: a PCI Express switch: one upstream port, several downstream ports, each with credits of its own towards
// its link. Requests from above go by their function, requests from below by address (a neighbour's BAR, else up),
// completions by their requester. A TLP keeps its input's buffer until its last bit has left: what waits for an
// output's credits holds its sender back. Lines by input and output, ordered by the table of the specification;
// outputs serve their inputs in turn. Cut-through: a TLP leaves as soon as its header has crossed, but not so early
// that its tail would be missing; otherwise, and from links with errors, it is stored whole.
// Not modelled: bandwidth of the crossbar (non-blocking), its configuration space, virtual channels, nullified TLPs,
//   multicast, non-transparent bridging, redirection of completions.
// Causes:
//   SwitchTransit     = transit, from the header (cut-through) or the last bit
//   LinkSerialization = a faster output waits for the slower input's bits; behind a TLP of the same input
//   Arbitration       = another input has the output
//   CreditStall       = the next receiver's credits are missing
//   OrderingStall     = a read or completion behind a write without credits
#pragma once
#include <memory>
#include <systemc>
#include <vector>

#include "pcie/bar_map.h"
#include "pcie/switch_params.h"
#include "pcie/switch_port.h"

namespace viosim::pcie {

class Switch : public sc_core::sc_module {
 public:
  /// `downstream`: how many links to devices will be attached. std::invalid_argument if there is none, or more than
  /// the switch has ports.
  Switch(sc_core::sc_module_name name, const SwitchParams& params, unsigned downstream);
  ~Switch() override;

  /// The link to the root complex: its device side is the switch.
  void attach_upstream(Link& link);
  /// A link to a device: its root side is the switch. Answers the port, from 1. std::invalid_argument if none is
  /// free or the link is of a later generation than the ports.
  unsigned attach(Link& link);
  /// `function` is below `port`.
  void add_function(Bdf function, unsigned port);
  /// Requests of its neighbours to [base, base + size) go to BAR `bar` of `function`.
  void map_bar(Bdf function, std::uint8_t bar, Hpa base, Bytes size);

 private:
  struct Socket;
  static constexpr unsigned kUp = 0, kNowhere = ~0u;
  void connect(unsigned port, Link& link, LinkDirection& in, LinkDirection& out);
  void arrive(unsigned port, Tlp* tlp);
  unsigned from_above(const Tlp& tlp) const;
  unsigned from_below(unsigned port, Tlp& tlp) const;
  unsigned port_of(Bdf function) const;
  void forward(SwitchPort::Lane& lane, const LinkDirection* from, Tlp* tlp);
  void refuse(Tlp* tlp);

  struct Function { Bdf id; unsigned port; };
  Station station_;
  const Count generation_;
  const Duration transit_;
  const bool cut_through_, redirect_, by_lanes_;
  std::vector<std::unique_ptr<Socket>> sockets_;
  std::vector<Function> functions_;
  BarMap windows_;
  unsigned attached_ = 0;
  std::uint64_t &peer_to_peer_, &unsupported_;
};

}  // namespace viosim::pcie
