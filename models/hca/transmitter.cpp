#include "hca/transmitter.h"

namespace viosim::hca {

Transmitter::Transmitter(const std::string& path, Engines& engines, Out<IbPacket>& out)
    : e_(engines), out_(out), datapath_(path, engines, engines.params.tx_pipeline) {}

void Transmitter::send(IbPacket* packet) {
  packet->source_lid = e_.lid;
  ++e_.counters.packets;
  const Time out = datapath_.cross(*packet, now());
  if (ahead_) out_.send(packet);
  else out_.send_at(out, packet);
}

}  // namespace viosim::hca
