// What a run prints on the terminal. Every function returns whole lines.
#pragma once
#include <string>

#include "platform/result_set.h"

namespace viosim::platform {

/// The tables of the run's groups: as perftest prints them for latencies and bandwidths, else the headline.
std::string performance_tables(const ResultSet& results);
/// The cause stacks of the paths side by side, ns of one headline value (an operation, or its half); with
/// `by_site` one row a (site, cause), else one a cause. Ends in total, residual and shares. Lines of at most
/// kLineWidth: many paths stand in several blocks.
std::string stack_table(const ResultSet& results, bool by_site);
/// The headlines of all paths, one row a size. Empty for one path, or when they are not all of a kind.
std::string side_by_side(const ResultSet& results);
/// The metrics beside the headline, one row a metric: first what users ask for (exits, interrupts, copies ...); the
/// models' inner counts (TLPs, ring entries ...) only with `all`. Empty when there are none.
std::string metrics_table(const ResultSet& results, bool all);
/// Figures from elsewhere that the run file wants beside the prediction, with its range where it is known. Empty
/// when there are none.
std::string reference_lines(const ResultSet& results);

/// All of it.
std::string report_text(const ResultSet& results, bool by_site);

}  // namespace viosim::platform
