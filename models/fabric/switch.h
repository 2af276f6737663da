// Models: an InfiniBand switch: linear forwarding by destination LID, virtual cut-through with a fixed
//   transit, input buffers that hold a packet until its last bit has left (link-level credits of the link that
//   brought it). Packets to one output stand in line there in order of arrival, whatever input they came by.
// Not modelled: limits of the crossbar (it never blocks), arbitration between inputs other than first come,
//   first served; multicast; management packets.
// Causes: SwitchTransit = transit. Waiting for an output is charged by its link to what those ahead do.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "fabric/link.h"
#include "fabric/switch_params.h"

namespace viosim::fabric {

class Switch : public sc_core::sc_module {
 public:
  /// `cabled` of its ports have a cable. std::invalid_argument if there are not so many.
  Switch(sc_core::sc_module_name name, const SwitchParams& params, unsigned cabled);
  ~Switch() override;

  /// Cables port `port` (from 0, once each) to `end` of `link`: binds the sockets both ways.
  void attach(unsigned port, Link& link, Link::End end);
  /// Packets to `lid` leave by `port`. std::out_of_range for a LID beyond the table or a port without cable.
  void route(Lid lid, unsigned port);

 private:
  struct Port;
  /// The link hands a head over as soon as its arrival is known: its account reaches up to there.
  void forward(IbPacket* packet);
  /// No port leads to where it wants to go.
  void lose(IbPacket* packet);
  static constexpr std::uint8_t kNowhere = 255;
  Station station_;
  Duration transit_;
  std::vector<std::unique_ptr<Port>> ports_;
  std::vector<std::uint8_t> forwarding_;
  std::uint64_t& unknown_lid_;
};

}  // namespace viosim::fabric
