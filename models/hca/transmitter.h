// The way out: a packet's payload crosses the datapath, stored and forwarded, then the pipeline to the port.
#pragma once
#include "hca/datapath.h"

namespace viosim::hca {

class Transmitter {
 public:
  Transmitter(const std::string& path, Engines& engines, Out<IbPacket>& out);
  /// Sends `packet`, complete and accounted for up to now. Keeps the order of the calls.
  void send(IbPacket* packet);
  /// The link takes packets as soon as it is known when they come: their account reaches up to there.
  void hand_ahead() { ahead_ = true; }
  Station& station() { return datapath_.station(); }

 private:
  Engines& e_;
  Out<IbPacket>& out_;
  Datapath datapath_;
  bool ahead_ = false;
};

}  // namespace viosim::hca
