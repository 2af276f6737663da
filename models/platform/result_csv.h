// Results as tables of comma-separated values; the first columns are the axes of the run.
#pragma once
#include <string>

#include "platform/result_set.h"

namespace viosim::platform {

/// ledger.csv: one row a (point, site, cause, kind): totals in ps, ps of one operation, occurrences, basis.
std::string ledger_csv(const ResultSet& results);
/// sites.csv: one row a (point, site, cause) with the books of the site; the row of cause "*" is the site itself.
std::string sites_csv(const ResultSet& results);
/// One row a (point, metric): value and percentiles in the metric's unit.
std::string metrics_csv(const ResultSet& results);

}  // namespace viosim::platform
