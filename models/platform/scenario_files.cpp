#include "platform/scenario_files.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>
#include <toml++/toml.h>

#include "platform/did_you_mean.h"

namespace viosim::platform {
namespace {

namespace fs = std::filesystem;

std::string read_all(const fs::path& file) {
  constexpr std::uintmax_t kLargest = 4u << 20;
  const Position start{file.generic_string(), 1, 1};
  std::error_code error;
  if (!fs::is_regular_file(file, error)) throw ScenarioError(start, "", "there is no such file", "a TOML file");
  const std::uintmax_t size = fs::file_size(file, error);
  if (error || size > kLargest) throw ScenarioError(start, "", "is larger than 4 MB", "a file that a person wrote");
  std::ifstream in(file, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad() || !in.is_open()) throw ScenarioError(start, "", "cannot be read", "a readable file");
  return text;
}

/// The parser recurses on dotted keys and brackets: a line of machine-made length could exhaust the stack.
void check_line_lengths(const std::string& text, const std::string& file) {
  constexpr std::size_t kLongest = 4000;
  std::uint32_t line = 1;
  for (std::size_t begin = 0; begin < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (end - begin > kLongest) {
      throw ScenarioError({file, line, 1}, "", "the line is too long", "at most 4000 characters");
    }
    begin = end + 1;
  }
}

}  // namespace

std::vector<std::string> ScenarioFiles::names(std::string_view folder) const {
  std::vector<std::string> found;
  std::error_code error;
  for (fs::directory_iterator it(root_ / folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".toml") found.push_back(it->path().stem().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

Table ScenarioFiles::load(std::string_view folder, const std::string& name, const Position& asked,
                          const std::string& key) const {
  const std::vector<std::string> known = names(folder);
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    throw ScenarioError(asked, key, "there is no \"" + name + "\" in " + (root_ / folder).generic_string(),
                        "one of " + join_names(known) + did_you_mean(name, known));
  }
  return load_file(root_ / folder / (name + ".toml"));
}

Table ScenarioFiles::load_file(const fs::path& file) {
  const std::string name = file.generic_string();
  const std::string text = read_all(file);
  check_line_lengths(text, name);
  try {
    auto table = std::make_shared<const toml::table>(toml::parse(text, name));
    const toml::table& root = *table;
    return {std::move(table), root, name, ""};
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    throw ScenarioError({name, std::max<std::uint32_t>(1, at.line), std::max<std::uint32_t>(1, at.column)}, "",
                        std::string(error.description()), "valid TOML");
  }
}

}  // namespace viosim::platform
