// A program as a filter: text in, text out.
#pragma once
#include <string>

namespace viosim::platform {

/// Runs `program` (found by PATH, in the C locale) with `input` as its stdin and returns its stdout. Throws
/// OutputError: `missing_cure` is added when there is no such program, its messages when it fails.
std::string run_filter(const std::string& program, const std::string& input, const std::string& missing_cure);

}  // namespace viosim::platform
