#include "platform/result_resolved.h"

#include <toml++/toml.h>

#include <map>
#include <sstream>

namespace viosim::platform {
namespace {

/// Dotted path to the value as TOML text. A table with a `value` is one: a number with its source.
using Flat = std::map<std::string, std::string>;

std::string text_of(const toml::node& node) {
  std::ostringstream out;
  if (const toml::table* table = node.as_table()) {
    toml::table copy = *table;
    copy.is_inline(true);
    out << toml::toml_formatter{copy};
  } else if (const toml::array* array = node.as_array()) {
    std::string joined;
    for (const toml::node& item : *array) joined += (joined.empty() ? "" : ", ") + text_of(item);
    return "[" + joined + "]";
  } else {
    node.visit([&](const auto& n) {
      if constexpr (toml::is_value<decltype(n)>) out << toml::toml_formatter{n};
    });
  }
  return out.str();
}

std::string key_text(std::string_view key) {
  const bool bare = !key.empty() && key.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                                          "0123456789_-") == std::string_view::npos;
  std::ostringstream out;
  if (bare) out << key;
  else out << toml::toml_formatter{toml::value<std::string>(std::string(key))};
  return out.str();
}

void flatten(const toml::table& table, const std::string& path, Flat& out) {
  for (const auto& [key, node] : table) {
    if (path.empty() && key.str() == "point") continue;  // its labels: they stand at the point anyway
    const std::string below = (path.empty() ? "" : path + ".") + key_text(key.str());
    const toml::table* inner = node.as_table();
    if (inner != nullptr && !inner->contains("value") && !inner->empty()) flatten(*inner, below, out);
    else out.emplace(below, text_of(node));
  }
}

Flat flat(const PointResult& point) {
  try {
    Flat out;
    flatten(toml::parse(point.resolved_toml), "", out);
    return out;
  } catch (const toml::parse_error& e) {
    throw ResultError("the resolved scenario of " + to_text(point.labels) + " is no TOML: " +
                      std::string(e.description()));
  }
}

}  // namespace

std::string resolved_file(const ResultSet& results) {
  std::vector<Flat> points;
  for (const PointResult& p : results.points) points.push_back(flat(p));
  const auto shared = [&](const auto& entry) {
    for (const Flat& p : points) {
      const auto it = p.find(entry.first);
      if (it == p.end() || it->second != entry.second) return false;
    }
    return true;
  };
  std::string out =
      "# Every value of the run " + results.run + " with its source, as the points used it.\n\n[common]\n";
  if (!points.empty())
    for (const auto& entry : points.front())
      if (shared(entry)) out += entry.first + " = " + entry.second + "\n";
  for (std::size_t i = 0; i < points.size(); ++i) {
    out += "\n[[point]]\n";
    for (const auto& [axis, label] : results.points[i].labels)
      out += "labels." + key_text(axis) + " = " + text_of(toml::value<std::string>(label)) + "\n";
    for (const auto& entry : points[i])
      if (!shared(entry)) out += "values." + entry.first + " = " + entry.second + "\n";
  }
  return out;
}

}  // namespace viosim::platform
