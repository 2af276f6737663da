#include "hca/transmitter.h"

namespace viosim::hca {

Transmitter::Transmitter(const std::string& path, Engines& engines, Out<IbPacket>& out)
    : station_(path, 1), pipeline_(*engines.params.tx_pipeline), e_(engines), out_(out) {
  station_.based_on(Cause::Pipeline, e_.params.tx_pipeline);
  station_.based_on(Cause::Pipeline, e_.params.datapath_clock);
  station_.based_on(Cause::Pipeline, e_.params.datapath_width);
}

void Transmitter::send(IbPacket* packet) {
  packet->source_lid = e_.lid;
  ++e_.counters.packets;
  const Time out = station_.send_from(packet->op, now(), datapath_, Cause::Pipeline,
                                      e_.timing.crossing(packet->payload.size()), Cause::Pipeline, pipeline_);
  if (ahead_) out_.send(packet);
  else out_.send_at(out, packet);
}

}  // namespace viosim::hca
