// What the simulation's books say, as rows and metrics of a result.
#pragma once
#include <string>

#include "platform/result.h"
#include "workload/measured.h"

namespace viosim::platform {

/// What the workload was asked for, as a result says it.
struct Asked {
  Bytes message;         ///< payload of one operation; 0 when it has none
  std::string headline;  ///< the metric the point is about: "latency", "bandwidth"
  std::string interval;  ///< what `latency` is the time of: "half round trip"
};

/// Everything but labels, resolved_toml, digest and wall time. The ledger's window is closed.
PointResult result_of(const Asked& asked, const workload::Measured& measured);

}  // namespace viosim::platform
