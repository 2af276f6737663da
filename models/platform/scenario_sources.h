// sources.toml: what the `ref` of a number may name.
#pragma once
#include <map>
#include <string>

#include "kernel/param.h"
#include "platform/scenario_files.h"

namespace viosim::platform {

/// One publication, measurement report or data sheet.
struct SourceText {
  std::string title, authors, url, note;
  std::int64_t year = 0;
};

/// Keys in sorted order.
using Sources = std::map<std::string, SourceText>;

/// Reads sources.toml of the folder. A folder without the file has no sources.
Sources load_sources(const ScenarioFiles& files);

/// "spec", "datasheet", ... "override".
std::string_view origin_name(Origin origin);

}  // namespace viosim::platform
