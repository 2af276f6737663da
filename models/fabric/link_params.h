// Parameters of an InfiniBand cable between two ports.
#pragma once
#include <string>

#include "fabric/fault_params.h"
#include "kernel/param.h"

namespace viosim::fabric {

struct LinkParams {
  Param<BitRate> signalling;
  Param<std::string> coding;
  Param<Count> skip_symbols, skip_interval;
  Param<double> length;
  Param<Duration> per_metre, serdes;
  Param<Count> virtual_lanes;
  Param<Bytes> receive_buffer;
  Param<Duration> flow_control_interval;
  FaultParams faults;

  explicit LinkParams(ParamReader& in)
      : signalling(in.get<BitRate>("signalling", "signalling rate of all lanes together, one direction")),
        coding(in.choice("coding", "line code: 8b/10b up to QDR, 64b/66b from FDR on", {"8b/10b", "64b/66b"})),
        skip_symbols(in.get<Count>("skip_symbols", "symbols of a skip ordered set on each lane (0: none)")),
        skip_interval(in.get<Count>("skip_interval", "symbols between two skip ordered sets", 1)),
        length(in.get<double>("length", "length of the cable in metres")),
        per_metre(in.get<Duration>("per_metre", "propagation along a metre of cable")),
        serdes(in.get<Duration>("serdes", "serialiser and coding sublayer of one end, one direction")),
        virtual_lanes(in.get<Count>("virtual_lanes", "data virtual lanes", 1, 15)),
        receive_buffer(in.get<Bytes>("receive_buffer", "receiver's buffer for each virtual lane", 64)),
        flow_control_interval(in.get<Duration>("flow_control_interval",
                                               "shortest time between two flow control packets of a lane")),
        faults(in) {}
};

}  // namespace viosim::fabric
