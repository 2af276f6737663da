#include "platform/scenario_sources.h"

#include <system_error>
#include <toml++/toml.h>

namespace viosim::platform {

Sources load_sources(const ScenarioFiles& files) {
  const std::filesystem::path file = files.root() / "sources.toml";
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return {};
  const Table table = ScenarioFiles::load_file(file);
  Sources sources;
  for (const std::string& key : table.keys()) {
    const Table entry = table.table(key);
    entry.check_keys({"title", "authors", "year", "url", "note"});
    SourceText& text = sources[key];
    text.title = entry.text("title");
    text.authors = entry.text("authors");
    text.year = entry.integer("year");
    text.url = entry.text("url", "");
    text.note = entry.text("note", "");
  }
  return sources;
}

std::string_view origin_name(Origin origin) {
  switch (origin) {
    case Origin::spec: return "spec";
    case Origin::datasheet: return "datasheet";
    case Origin::paper: return "paper";
    case Origin::measured: return "measured";
    case Origin::derived: return "derived";
    case Origin::recalled: return "recalled";
    case Origin::assumed: return "assumed";
    case Origin::override_: break;
  }
  return "override";
}

}  // namespace viosim::platform
