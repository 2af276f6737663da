// Results that a run left behind.
#pragma once
#include <filesystem>

#include "platform/result_set.h"

namespace viosim::app {

/// Reads result.json of a folder. Throws OutputError, ResultError.
platform::ResultSet read_results(const std::filesystem::path& folder);

}  // namespace viosim::app
