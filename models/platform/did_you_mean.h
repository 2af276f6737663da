// The nearest word among those that would have been right.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace viosim::platform {

/// Insertions, deletions, substitutions and swaps of neighbours between two words.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The nearest candidate (the first of equals), or empty when none is near enough to be a slip of the fingers.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

/// `; did you mean "x"?`, or nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

/// `a, b, c`; a dash when there is none.
std::string join_names(const std::vector<std::string>& names);

}  // namespace viosim::platform
