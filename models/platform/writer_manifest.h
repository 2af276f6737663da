// manifest.json: under what circumstances a result came about. The only file that differs from run to run.
#pragma once
#include <chrono>
#include <string>

#include "platform/result_set.h"

namespace viosim::platform {

/// `wall`: of the whole run, `jobs`: processes at once.
std::string manifest_text(const ResultSet& results, std::chrono::nanoseconds wall, int jobs);

}  // namespace viosim::platform
