// A table of text: columns as wide as their widest cell.
#pragma once
#include <string>
#include <vector>

namespace viosim::platform {

class TextTable {
 public:
  /// The first `left` columns are aligned left, the rest right. A line end in a head makes it taller.
  explicit TextTable(const std::vector<std::string>& head, std::size_t left = 1);
  /// As many cells as the head has.
  void add(std::vector<std::string> row);
  /// A line of dashes.
  void rule();
  /// Lines that end in a line end and have no spaces before it.
  std::string text() const;

 private:
  std::size_t left_;
  std::vector<std::vector<std::string>> rows_;  ///< an empty row is a rule
};

}  // namespace viosim::platform
