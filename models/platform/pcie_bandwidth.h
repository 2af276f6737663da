// What PCI Express links can carry, as text for `describe`.
#pragma once
#include <string>

#include "platform/result.h"
#include "platform/scenario.h"

namespace viosim::platform {

/// Generations and widths.
std::string pcie_link_note();
/// The link at `path` with the sizes of the device and the root complex beside it; `reached`: a point of a run that
/// used it, or null.
std::string pcie_link_theory(Scenario& scenario, const std::string& path, const PointResult* reached);

}  // namespace viosim::platform
