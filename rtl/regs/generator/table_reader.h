// A TOML table, read strictly: each key has a type, is there once, and none is left over.
#pragma once
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "map.h"

namespace viosim::regs {

class TableReader {
 public:
  TableReader(const toml::table& table, std::string file, std::string path)
      : table_(table), file_(std::move(file)), path_(std::move(path)) {}

  [[noreturn]] void fail(const std::string& key, const std::string& what) const {
    const toml::node* node = table_.get(key);
    const auto line = (node != nullptr ? node->source() : table_.source()).begin.line;
    const std::string where = path_.empty() || key.empty() ? path_ + key : path_ + "." + key;
    throw MapError(fmt::format("{}:{}: {}: {}", file_, line, where, what));
  }

  std::string text(const std::string& key) {
    const auto* value = need(key).as_string();
    if (value == nullptr || value->get().empty()) fail(key, "must be a text");
    if (value->get().find_first_of("\n*\\\"") != std::string::npos)
      fail(key, "has a character that comments cannot hold");
    return value->get();
  }
  /// A word that every language takes as a name.
  std::string name(const std::string& key) {
    const std::string s = text(key);
    check_name(key, s);
    return s;
  }
  void check_name(const std::string& key, const std::string& s) const {
    const auto small = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto other = [&](char c) { return small(c) || (c >= '0' && c <= '9') || c == '_'; };
    if (!small(s.front()) || !std::all_of(s.begin(), s.end(), other) || s.find("__") != std::string::npos)
      fail(key, fmt::format("'{}' must be lower case, a letter first", s));
  }
  std::uint32_t number(const std::string& key, std::uint64_t most = 0xffffffff) {
    const auto* value = need(key).as_integer();
    if (value == nullptr || value->get() < 0 || static_cast<std::uint64_t>(value->get()) > most)
      fail(key, fmt::format("must be a number from 0 to {:#x}", most));
    return static_cast<std::uint32_t>(value->get());
  }
  bool has(const std::string& key) const { return table_.contains(key); }

  /// The tables of an array; of one that is not there, none.
  std::vector<TableReader> tables(const std::string& key) {
    std::vector<TableReader> all;
    if (!has(key)) return all;
    const auto* array = need(key).as_array();
    if (array == nullptr) fail(key, "must be an array of tables");
    for (const toml::node& node : *array) {
      const auto* table = node.as_table();
      if (table == nullptr) fail(key, "must be an array of tables");
      const auto name = (*table)["name"].value<std::string>();
      all.emplace_back(*table, file_, (path_.empty() ? "" : path_ + ".") + key + "." + name.value_or("?"));
    }
    return all;
  }
  /// Names and their numbers, in order of the numbers.
  std::vector<Value> values(const std::string& key, unsigned bits) {
    std::vector<Value> all;
    const auto* table = need(key).as_table();
    if (table == nullptr || table->empty()) fail(key, "must be a table of names and numbers");
    TableReader in(*table, file_, path_ + "." + key);
    for (const auto& [name, node] : *table) {
      const std::string s(name.str());
      in.check_name(s, s);
      all.push_back({s, in.number(s, bits >= 32 ? 0xffffffff : (1U << bits) - 1)});
    }
    std::sort(all.begin(), all.end(), [](const Value& a, const Value& b) { return a.number < b.number; });
    return all;
  }
  /// Each number is one name's.
  void check_distinct(const std::string& key, const std::vector<Value>& all) const {
    for (std::size_t i = 1; i < all.size(); ++i)
      if (all[i].number == all[i - 1].number)
        fail(key, fmt::format("'{}' and '{}' are both {:#x}", all[i - 1].name, all[i].name, all[i].number));
  }
  /// Every key was asked for.
  void done() const {
    for (const auto& [key, node] : table_)
      if (std::find(seen_.begin(), seen_.end(), key.str()) == seen_.end())
        fail(std::string(key.str()), "no such key");
  }

 private:
  const toml::node& need(const std::string& key) {
    seen_.push_back(key);
    const toml::node* node = table_.get(key);
    if (node == nullptr) fail(key, "is missing");
    return *node;
  }
  const toml::table& table_;
  std::string file_, path_;
  std::vector<std::string> seen_;
};

}  // namespace viosim::regs
