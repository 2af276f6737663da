// The kinds of instances that a scenario may have: one visible table.
#pragma once
#include "platform/scenario_schema.h"

namespace viosim::platform {

const Schemas& catalogue();

}  // namespace viosim::platform
