#include "platform/report_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace viosim::platform {

TextTable::TextTable(const std::vector<std::string>& head, std::size_t left) : left_(left) {
  std::size_t lines = 1;
  for (const std::string& cell : head)
    lines = std::max(lines, 1 + static_cast<std::size_t>(std::count(cell.begin(), cell.end(), '\n')));
  rows_.assign(lines, std::vector<std::string>(head.size()));
  for (std::size_t i = 0; i < head.size(); ++i) {
    std::string rest = head[i];
    std::size_t line = lines - 1 - static_cast<std::size_t>(std::count(rest.begin(), rest.end(), '\n'));
    for (std::size_t end; (end = rest.find('\n')) != std::string::npos; rest.erase(0, end + 1))
      rows_[line++][i] = rest.substr(0, end);
    rows_[line][i] = rest;
  }
}

void TextTable::add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

void TextTable::rule() { rows_.emplace_back(); }

std::string TextTable::text() const {
  std::vector<std::size_t> width(rows_.front().size());
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], row[i].size());
  std::size_t total = 0;
  for (const std::size_t w : width) total += w + 2;
  std::string out;
  for (const auto& row : rows_) {
    std::string line = row.empty() ? " " + std::string(total - 2, '-') : "";
    for (std::size_t i = 0; i < row.size(); ++i)
      line += i < left_ ? fmt::format("{}{:<{}}", i == 0 ? " " : "  ", row[i], width[i])
                        : fmt::format("{}{:>{}}", i == 0 ? " " : "  ", row[i], width[i]);
    while (!line.empty() && line.back() == ' ') line.pop_back();
    out += line + "\n";
  }
  return out;
}

}  // namespace viosim::platform
