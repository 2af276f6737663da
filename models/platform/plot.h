// The stacked causes of the paths as a picture, drawn by gnuplot.
#pragma once
#include <string>

#include "platform/result_set.h"

namespace viosim::platform {

/// The script that draws it, data included; the same bytes for the same results.
std::string stack_plot_script(const ResultSet& results);
/// The SVG. Throws OutputError when gnuplot is missing (and how to get it) or fails, ResultError without points.
std::string stack_plot_svg(const ResultSet& results);

}  // namespace viosim::platform
