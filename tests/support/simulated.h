// One point of a run, simulated in a process of its own: for tests of whole systems.
#pragma once
#include <string>
#include <vector>

#include "platform/result.h"
#include "platform/simulate.h"

namespace viosim::test {

/// `labels` as "axis=label"; `overrides` as -p takes them. Throws what the simulation threw.
platform::PointResult simulated(const std::string& run, const platform::Labels& labels,
                                const std::vector<std::string>& overrides = {},
                                const platform::RunOptions& options = {});

/// ps per operation of a cause over all sites and kinds of the stack; of one site if it is not empty.
std::int64_t per_operation(const platform::PointResult& result, const std::string& cause,
                           const std::string& site = "");
/// Spans of a cause per operation, by site as above.
double occurrences(const platform::PointResult& result, const std::string& cause, const std::string& site = "");

}  // namespace viosim::test
