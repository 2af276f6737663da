// The source tree as the structure tests read it.
#pragma once
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace viosim::test {

inline const std::filesystem::path kSource = VIOSIM_SOURCE;

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

/// All files below `folder` with one of the `endings`, in order of their paths.
inline std::vector<std::filesystem::path> files(const std::string& folder, const std::vector<std::string>& endings) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kSource / folder)) {
    for (const std::string& ending : endings)
      if (entry.is_regular_file() && entry.path().string().ends_with(ending)) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// Lines with // comments and string literals blanked, so that words in them do not count as code.
inline std::vector<std::string> code_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::string line;
  std::istringstream in(text);
  while (std::getline(in, line)) {
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (!quoted && line.compare(i, 2, "//") == 0) {
        line.resize(i);
        break;
      }
      if (line[i] == '"' && (i == 0 || line[i - 1] != '\\')) quoted = !quoted;
      else if (quoted) line[i] = ' ';
    }
    lines.push_back(line);
  }
  return lines;
}

}  // namespace viosim::test
