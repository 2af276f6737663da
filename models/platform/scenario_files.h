// The folder of scenarios: parts/, systems/, runs/ and sources.toml.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "platform/scenario_table.h"

namespace viosim::platform {

/// Finds and parses the files below one folder.
class ScenarioFiles {
 public:
  explicit ScenarioFiles(std::filesystem::path root) : root_(std::move(root)) {}

  /// Names (without .toml) in a folder such as "parts", sorted; empty when there is no such folder.
  std::vector<std::string> names(std::string_view folder) const;
  /// Parses <folder>/<name>.toml. When it is missing the error stands at `asked` under `key` and lists the names.
  Table load(std::string_view folder, const std::string& name, const Position& asked, const std::string& key) const;
  /// Parses a file given by its path. A file that cannot be read or is no TOML is a ScenarioError.
  static Table load_file(const std::filesystem::path& file);
  const std::filesystem::path& root() const { return root_; }

 private:
  std::filesystem::path root_;
};

}  // namespace viosim::platform
