// The points of a run that figures from elsewhere stand beside.
#pragma once
#include <string>
#include <vector>

#include "platform/result_set.h"

namespace viosim::platform {

/// The point that a reference line speaks about: at its labels, among those of the stacks if it stands there. nullptr
/// when it names no point, or one that this result does not hold.
const PointResult* referred_point(const ResultSet& results, const ReferenceLine& line);

}  // namespace viosim::platform
