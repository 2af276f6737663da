// The order and the sums of a cause stack, for tables and plots.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/result.h"

namespace viosim::platform {

/// Place of a cause in the closed list; causes that this viosim does not know come last.
std::size_t cause_order(std::string_view cause);
/// Group of a cause ("software", "pcie" ...); "unknown" for one this viosim does not know.
std::string_view cause_group(std::string_view cause);

/// The causes that any of the points spent time on, in the order of the closed list.
std::vector<std::string> causes_of(const std::vector<const PointResult*>& points);

/// ps a point spent on a cause, over all its operations.
std::int64_t spent_on(const PointResult& point, std::string_view cause);

/// ps over all operations as ns of one headline value, with `decimals` places.
std::string ns_per_value(const PointResult& point, std::int64_t ps, int decimals);

}  // namespace viosim::platform
