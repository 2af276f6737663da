// What the simulation's books say, as rows and metrics of a result.
#pragma once
#include "platform/result.h"
#include "workload/perftest_params.h"
#include "workload/perftest_result.h"

namespace viosim::platform {

/// Everything but labels, resolved_toml, digest and wall time. The ledger's window is closed.
PointResult result_of(const workload::PerftestParams& asked, const workload::PerftestResult& measured);

}  // namespace viosim::platform
