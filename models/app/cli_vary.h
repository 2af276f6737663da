// One point with each of its uncertain parameters at its low and its high.
#pragma once
#include "app/cli_simulation.h"
#include "platform/result_sensitivity.h"

namespace viosim::app {

/// Simulates twice as many points as `point` has parameters with a range. Throws what Simulation::perform does.
platform::Sensitivity vary(const Simulation& simulation, const platform::Point& point);

}  // namespace viosim::app
