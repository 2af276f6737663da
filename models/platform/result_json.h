// Results as JSON. Keys keep the order of writing, numbers are integers or exact decimals: equal results give
// equal bytes. models/platform/result.schema.json describes the document.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "platform/result_set.h"

namespace viosim::platform {

using Json = nlohmann::ordered_json;

inline constexpr int kResultSchemaVersion = 1;

/// One point as a child process sends it to its parent: everything, also what the document leaves out.
std::string to_wire(const PointResult& point);
/// Throws ResultError when the text is no point.
PointResult from_wire(std::string_view text);

/// The document result.json. Left out: resolved_toml (a file of its own) and the host's counters (manifest).
Json to_json(const ResultSet& results);
/// Throws ResultError, saying what is missing or which schema version was found.
ResultSet from_json(const Json& document);

/// The text of a file of JSON: indented by 2, ended by a line end.
std::string to_file_text(const Json& document);

}  // namespace viosim::platform
