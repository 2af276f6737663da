#include "platform/scenario_instance.h"

#include <algorithm>
#include <toml++/toml.h>

#include "platform/did_you_mean.h"

namespace viosim::platform {
namespace {

constexpr std::size_t kDeepest = 24;
constexpr const char* kOverrideForm = "the path of an instance, then a key";

std::size_t depth(const std::string& path) {
  return static_cast<std::size_t>(std::count(path.begin(), path.end(), '.'));
}

NameField read_name(const toml::node& node, const Table& table, std::string_view key, Layer layer) {
  const auto* text = node.as_string();
  if (text == nullptr) table.fail(key, "is " + type_in_words(node), "a name in quotes");
  if (text->get().empty()) table.fail(key, "is empty", "a name in quotes");
  return {text->get(), position_of(node, table.file()), layer, {}};
}

Entry read_plain(const toml::node& node, const Table& table, const std::string& key, const TreeRules& rules) {
  Entry entry;
  entry.value = read_scalar(node, table.file(), table.path_of(key));
  if (rules.layer == Layer::part) {
    table.fail(key, "has no source", "{ value = ..., origin = ..., ref = ..., where = ... } in a part");
  }
  entry.source = rules.plain_source;
  return entry;
}

void read_key(Instance& instance, const Table& table, const toml::key& key, const TreeRules& rules) {
  const std::string name(key.str());
  const toml::node& node = *table.raw().get(name);
  if (name == "kind") {
    instance.kind = read_name(node, table, name, rules.layer);
  } else if (name == "part") {
    instance.part = read_name(node, table, name, rules.layer);
  } else if (name == "text") {
    table.text(name);
  } else if (node.is_table() && !node.as_table()->is_inline()) {
    instance.children.push_back(read_instance(table.table(name), name, rules));
  } else {
    const Position position = position_of(key, table.file());
    check_name(name, position, table.path_of(name));
    Entry entry = node.is_table() ? read_sourced(*node.as_table(), table.file(), table.path_of(name), *rules.sources)
                                  : read_plain(node, table, name, rules);
    entry.layer = rules.layer;
    entry.position = position;
    instance.params.emplace(name, std::move(entry));
  }
}

void check_clashes(const Instance& merged, const std::string& path) {
  for (const Instance& child : merged.children) {
    const auto param = merged.params.find(child.name);
    if (param == merged.params.end()) continue;
    const std::string child_path = path.empty() ? child.name : path + "." + child.name;
    const Entry& entry = param->second;
    if (child.only_overridden) {
      throw ScenarioError(child.position, child_path, "is a parameter, not an instance", kOverrideForm);
    }
    if (entry.layer >= Layer::override_) {
      throw ScenarioError(entry.position, child_path, "is an instance, not a parameter", kOverrideForm);
    }
    throw ScenarioError(child.position, child_path,
                        "is an instance and a parameter at once (see " + entry.position.text() + ")",
                        "another name for one of them");
  }
}

}  // namespace

const Instance* Instance::child(std::string_view child_name) const {
  const auto found =
      std::find_if(children.begin(), children.end(), [&](const Instance& c) { return c.name == child_name; });
  return found == children.end() ? nullptr : &*found;
}

const Instance* Instance::find(std::string_view below) const {
  const Instance* at = this;
  while (!below.empty() && at != nullptr) {
    const std::size_t dot = std::min(below.find('.'), below.size());
    at = at->child(below.substr(0, dot));
    below.remove_prefix(std::min(dot + 1, below.size()));
  }
  return at;
}

std::vector<std::string> Instance::child_names() const {
  std::vector<std::string> names;
  for (const Instance& c : children) names.push_back(c.name);
  return names;
}

std::string Instance::path_of(std::string_view key) const {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

void check_name(const std::string& name, const Position& position, const std::string& path) {
  static const std::vector<std::string> kReserved = {"kind", "part", "text", "links", "fidelity", "seed"};
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  if (name.empty() || !std::all_of(name.begin(), name.end(), good)) {
    throw ScenarioError(position, path, "is no name", "letters, digits, _ and -");
  }
  if (std::find(kReserved.begin(), kReserved.end(), name) == kReserved.end()) return;
  throw ScenarioError(position, path, "is a word of the scenario files themselves", "another name");
}

Instance read_instance(const Table& table, const std::string& name, const TreeRules& rules) {
  Instance instance;
  instance.name = name;
  instance.position = table.position();
  instance.layer = rules.layer;
  if (!name.empty()) check_name(name, instance.position, table.path());
  if (depth(table.path()) > kDeepest) {
    throw ScenarioError(instance.position, table.path().substr(0, 60), "is nested too deeply", "at most 24 levels");
  }
  for (const toml::key* key : keys_in_file_order(table.raw())) read_key(instance, table, *key, rules);
  for (auto& [key, entry] : instance.params) entry.declared_kind = instance.kind.name;
  return instance;
}

Instance overlay(Instance base, Instance top, const std::string& path) {
  if (!top.only_overridden) {
    base.position = top.position;
    base.layer = top.layer;
  }
  base.only_overridden = base.only_overridden && top.only_overridden;
  base.name = top.name;
  if (!top.kind.name.empty()) base.kind = std::move(top.kind);
  if (!top.part.name.empty()) base.part = std::move(top.part);
  for (auto& [key, entry] : top.params) base.params.insert_or_assign(key, std::move(entry));
  for (Instance& child : top.children) {
    Instance* below = base.child(child.name);
    if (below == nullptr) {
      base.children.push_back(std::move(child));
    } else {
      const std::string child_path = path.empty() ? child.name : path + "." + child.name;
      *below = overlay(std::move(*below), std::move(child), child_path);
    }
  }
  check_clashes(base, path);
  return base;
}

}  // namespace viosim::platform
