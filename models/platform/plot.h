// Pictures drawn by gnuplot: the stacked causes of the paths, and the headline over the axis of the rows.
#pragma once
#include <string>

#include "platform/result_set.h"

namespace viosim::platform {

/// The script that draws it, data included; the same bytes for the same results.
std::string stack_plot_script(const ResultSet& results);
/// The SVG. Throws OutputError when gnuplot is missing (and how to get it) or fails, ResultError without points.
std::string stack_plot_svg(const ResultSet& results);

/// A curve for each group of points; needs an axis of rows with two labels or more, else ResultError.
std::string curve_plot_script(const ResultSet& results);
std::string curve_plot_svg(const ResultSet& results);
/// There is something to draw as curves.
bool has_curves(const ResultSet& results);

}  // namespace viosim::platform
