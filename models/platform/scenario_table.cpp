#include "platform/scenario_table.h"

#include <algorithm>
#include <toml++/toml.h>

#include "platform/did_you_mean.h"

namespace viosim::platform {
namespace {

Position position_of(const toml::source_region& region, const std::string& file) {
  return {file, std::max<std::uint32_t>(1, region.begin.line), std::max<std::uint32_t>(1, region.begin.column)};
}

}  // namespace

Position position_of(const toml::node& node, const std::string& file) { return position_of(node.source(), file); }
Position position_of(const toml::key& key, const std::string& file) { return position_of(key.source(), file); }

std::vector<const toml::key*> keys_in_file_order(const toml::table& table) {
  std::vector<const toml::key*> keys;
  for (auto it = table.cbegin(); it != table.cend(); ++it) keys.push_back(&it->first);
  const auto place = [](const toml::key* key) {
    return std::pair(key->source().begin.line, key->source().begin.column);
  };
  std::stable_sort(keys.begin(), keys.end(),
                   [&](const toml::key* a, const toml::key* b) { return place(a) < place(b); });
  return keys;
}

std::string type_in_words(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "an array";
    case toml::node_type::string: return "a text";
    case toml::node_type::integer: return "a whole number";
    case toml::node_type::floating_point: return "a number";
    case toml::node_type::boolean: return "a truth value";
    default: return "a date or time";
  }
}

Table::Table(std::shared_ptr<const toml::table> owner, const toml::table& table, std::string file, std::string path)
    : owner_(std::move(owner)), table_(&table), file_(std::move(file)), path_(std::move(path)) {}

Table Table::none(std::string file, std::string path) {
  auto empty = std::make_shared<const toml::table>();
  const toml::table& table = *empty;
  return {std::move(empty), table, std::move(file), std::move(path)};
}

std::string Table::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

Position Table::position() const { return position_of(*table_, file_); }

Position Table::position(std::string_view key) const {
  const auto found = table_->find(key);
  return found == table_->cend() ? position() : position_of(found->second, file_);
}

void Table::fail(std::string_view key, const std::string& wrong, const std::string& expected) const {
  throw ScenarioError(position(key), path_of(key), wrong, expected);
}

std::vector<std::string> Table::keys() const {
  std::vector<std::string> names;
  for (const toml::key* key : keys_in_file_order(*table_)) names.emplace_back(key->str());
  return names;
}

void Table::check_keys(const std::vector<std::string>& allowed) const {
  for (const toml::key* key : keys_in_file_order(*table_)) {
    const std::string name(key->str());
    if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) continue;
    throw ScenarioError(position_of(*key, file_), path_of(name), "unknown key",
                        "one of " + join_names(allowed) + did_you_mean(name, allowed));
  }
}

bool Table::has(std::string_view key) const { return table_->contains(key); }

const toml::node& Table::need(std::string_view key, const std::string& expected) const {
  const toml::node* node = table_->get(key);
  if (node == nullptr) fail(key, "missing key", expected);
  return *node;
}

std::string Table::text(std::string_view key) const {
  const std::string expected = "a text in quotes";
  const toml::node& node = need(key, expected);
  if (!node.is_string()) fail(key, "is " + type_in_words(node), expected);
  return node.as_string()->get();
}

std::string Table::text(std::string_view key, std::string fallback) const {
  return has(key) ? text(key) : std::move(fallback);
}

std::int64_t Table::integer(std::string_view key) const {
  const std::string expected = "a whole number";
  const toml::node& node = need(key, expected);
  if (!node.is_integer()) fail(key, "is " + type_in_words(node), expected);
  return node.as_integer()->get();
}

std::int64_t Table::integer(std::string_view key, std::int64_t fallback) const {
  return has(key) ? integer(key) : fallback;
}

double Table::number(std::string_view key) const {
  const std::string expected = "a plain number";
  const toml::node& node = need(key, expected);
  if (node.is_integer()) return static_cast<double>(node.as_integer()->get());
  if (!node.is_floating_point()) fail(key, "is " + type_in_words(node), expected);
  return node.as_floating_point()->get();
}

double Table::number(std::string_view key, double fallback) const { return has(key) ? number(key) : fallback; }

bool Table::boolean(std::string_view key, bool fallback) const {
  if (!has(key)) return fallback;
  const toml::node& node = *table_->get(key);
  if (!node.is_boolean()) fail(key, "is " + type_in_words(node), "true or false");
  return node.as_boolean()->get();
}

std::vector<std::string> Table::texts(std::string_view key) const {
  if (!has(key)) return {};
  const std::string expected = "an array of texts";
  const toml::node& node = *table_->get(key);
  if (!node.is_array()) fail(key, "is " + type_in_words(node), expected);
  std::vector<std::string> all;
  for (const toml::node& item : *node.as_array()) {
    if (!item.is_string()) {
      throw ScenarioError(position_of(item, file_), path_of(key), "holds " + type_in_words(item), expected);
    }
    all.push_back(item.as_string()->get());
  }
  return all;
}

Table Table::table(std::string_view key) const {
  if (!has(key)) return none(file_, path_of(key));
  const toml::node& node = *table_->get(key);
  if (!node.is_table()) fail(key, "is " + type_in_words(node), "a table");
  return {owner_, *node.as_table(), file_, path_of(key)};
}

std::vector<Table> Table::tables(std::string_view key) const {
  if (!has(key)) return {};
  const std::string expected = "an array of tables";
  const toml::node& node = *table_->get(key);
  if (!node.is_array()) fail(key, "is " + type_in_words(node), expected);
  std::vector<Table> all;
  for (const toml::node& item : *node.as_array()) {
    if (!item.is_table()) {
      throw ScenarioError(position_of(item, file_), path_of(key), "holds " + type_in_words(item), expected);
    }
    all.emplace_back(owner_, *item.as_table(), file_, path_of(key));
  }
  return all;
}

}  // namespace viosim::platform
