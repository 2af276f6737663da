// The payload path of one direction, and the pipeline behind it, through which every packet goes in turn.
#pragma once
#include <string>

#include "hca/engines.h"
#include "protocols/packet.h"

namespace viosim::hca {

class Datapath {
 public:
  Datapath(const std::string& path, const Engines& engines, const Param<Duration>& pipeline)
      : station_(path, 1), timing_(engines.timing), pipeline_(*pipeline) {
    station_.based_on(Cause::Pipeline, pipeline);
    station_.based_on(Cause::Pipeline, engines.params.datapath_clock);
    station_.based_on(Cause::Pipeline, engines.params.datapath_width);
  }
  /// `packet`, which is here at `from`, crosses. Answers when it is behind the pipeline.
  Time cross(IbPacket& packet, Time from) {
    const Duration service = timing_.crossing(packet.payload.size());
    if (service == kZeroTime && server_.free_at <= from)  // acknowledgements have no payload
      return station_.delay(packet.op, Cause::Pipeline, from, pipeline_);
    return station_.send_from(packet.op, from, server_, Cause::Pipeline, service, Cause::Pipeline, pipeline_);
  }
  Station& station() { return station_; }

 private:
  Station station_;
  const HcaTiming& timing_;
  const Duration pipeline_;
  Server server_;
};

}  // namespace viosim::hca
