// A TOML table read strictly: each access names the key and fails with its place in the file.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <toml++/impl/forward_declarations.h>
#include <vector>

#include "platform/scenario_error.h"

namespace viosim::platform {

/// A view of one table; keeps the parsed file alive. Every failure is a ScenarioError.
class Table {
 public:
  Table(std::shared_ptr<const toml::table> owner, const toml::table& table, std::string file, std::string path);
  /// An empty table, for what a file leaves out.
  static Table none(std::string file, std::string path);

  /// Throws on the first key (in file order) that is not `allowed`, with did you mean.
  void check_keys(const std::vector<std::string>& allowed) const;
  /// Keys in the order of the file.
  std::vector<std::string> keys() const;
  bool has(std::string_view key) const;

  std::string text(std::string_view key) const;
  std::string text(std::string_view key, std::string fallback) const;
  std::int64_t integer(std::string_view key) const;
  std::int64_t integer(std::string_view key, std::int64_t fallback) const;
  double number(std::string_view key) const;  ///< an integer counts
  double number(std::string_view key, double fallback) const;
  bool boolean(std::string_view key, bool fallback) const;
  std::vector<std::string> texts(std::string_view key) const;   ///< an array of strings; empty when missing
  Table table(std::string_view key) const;                      ///< empty when missing
  std::vector<Table> tables(std::string_view key) const;        ///< an array of tables; empty when missing

  /// Where the key stands (the table itself when there is no such key).
  Position position(std::string_view key) const;
  Position position() const;
  const std::string& file() const { return file_; }
  /// Dotted path of the table inside its file, empty for the file itself.
  const std::string& path() const { return path_; }
  std::string path_of(std::string_view key) const;
  const toml::table& raw() const { return *table_; }
  [[noreturn]] void fail(std::string_view key, const std::string& wrong, const std::string& expected) const;

 private:
  const toml::node& need(std::string_view key, const std::string& expected) const;

  std::shared_ptr<const toml::table> owner_;
  const toml::table* table_;
  std::string file_, path_;
};

/// Keys of a table in the order of the file (toml++ sorts them by name).
std::vector<const toml::key*> keys_in_file_order(const toml::table& table);
Position position_of(const toml::node& node, const std::string& file);
Position position_of(const toml::key& key, const std::string& file);
/// "a text", "a table" ...: what a user wrote, in words.
std::string type_in_words(const toml::node& node);

}  // namespace viosim::platform
