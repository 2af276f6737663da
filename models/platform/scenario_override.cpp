#include "platform/scenario_override.h"

#include <algorithm>
#include <toml++/toml.h>

namespace viosim::platform {
namespace {

constexpr std::size_t kLongestPath = 400;

void check_path(const std::string& path, const Position& position) {
  const bool dots = path.empty() || path.front() == '.' || path.back() == '.' || path.find("..") != std::string::npos;
  if (!dots && path.size() <= kLongestPath) return;
  throw ScenarioError(position, path.substr(0, kLongestPath), "is no path", "instance.key, such as esx0.hca0.lanes");
}

void collect(const Table& table, const toml::table& raw, const std::string& prefix, Layer layer,
             std::string_view skip, std::vector<Override>& out) {
  for (const toml::key* key : keys_in_file_order(raw)) {
    if (prefix.empty() && key->str() == skip) continue;
    const std::string path = prefix.empty() ? std::string(key->str()) : prefix + "." + std::string(key->str());
    const toml::node& node = *raw.get(key->str());
    check_path(path, position_of(*key, table.file()));
    if (const toml::table* nested = node.as_table()) {
      collect(table, *nested, path, layer, skip, out);
    } else {
      out.push_back({path, read_scalar(node, table.file(), path), layer});
    }
  }
}

Instance& child_for(Instance& parent, std::string_view name, const Override& change, std::string_view path) {
  if (Instance* known = parent.child(name)) return *known;
  check_name(std::string(name), change.value.position, change.path);
  const auto param = parent.params.find(std::string(name));
  if (param != parent.params.end()) {
    throw ScenarioError(change.value.position, std::string(path), "is a parameter, not an instance",
                        "the path of an instance, then a key");
  }
  Instance made;
  made.name = std::string(name);
  made.position = change.value.position;
  made.layer = change.layer;
  made.only_overridden = true;
  parent.children.push_back(std::move(made));
  return parent.children.back();
}

}  // namespace

std::string_view parent_path(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : path.substr(0, dot);
}

std::string_view last_component(std::string_view path) { return path.substr(path.rfind('.') + 1); }

Override Override::parse(std::string_view text, std::uint32_t number) {
  const Position position{kCommandLineFile, 1, number};
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    throw ScenarioError(position, std::string(text), "gives no value", "path=value, such as esx0.hca0.lanes=4");
  }
  Override made{std::string(text.substr(0, equals)),
                {Value::Form::literal, std::string(text.substr(equals + 1)), position},
                Layer::command_line};
  check_path(made.path, position);
  return made;
}

std::vector<Override> read_overrides(const Table& table, Layer layer, std::string_view skip) {
  std::vector<Override> all;
  collect(table, table.raw(), "", layer, skip, all);
  return all;
}

void apply(Instance& root, const Override& change, const Source& source) {
  check_path(change.path, change.value.position);
  const std::string_view path = parent_path(change.path);
  Instance* at = &root;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    at = &child_for(*at, path.substr(begin, end - begin), change, path.substr(0, end));
    begin = end + 1;
  }
  const std::string key(last_component(change.path));
  if (key == "kind" || key == "part") {
    if (change.value.form != Value::Form::text && change.value.form != Value::Form::literal) {
      throw ScenarioError(change.value.position, change.path, change.value.text + " is no name", "a name in quotes");
    }
    if (change.value.text.empty()) throw ScenarioError(change.value.position, change.path, "is empty", "a name");
    (key == "kind" ? at->kind : at->part) = {change.value.text, change.value.position, change.layer, {}};
    return;
  }
  check_name(key, change.value.position, change.path);
  if (at->child(key) != nullptr) {
    throw ScenarioError(change.value.position, change.path, "is an instance, not a parameter",
                        "the path of an instance, then a key");
  }
  Entry entry;
  entry.value = change.value;
  entry.source = source;
  entry.layer = change.layer;
  entry.position = change.value.position;
  at->params.insert_or_assign(key, std::move(entry));
}

}  // namespace viosim::platform
