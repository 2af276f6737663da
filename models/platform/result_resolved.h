// resolved.toml of a whole run, small: what all points share stands once.
#pragma once
#include <string>

#include "platform/result_set.h"

namespace viosim::platform {

/// The text of the file. Under `common` the values that are the same in all points, under each [[point]] its
/// labels and the values of its own; keys are the dotted paths. Throws ResultError when a point's text is no TOML.
std::string resolved_file(const ResultSet& results);

}  // namespace viosim::platform
