#include "platform/scenario_check.h"

#include <algorithm>

#include "platform/did_you_mean.h"
#include "platform/scenario_override.h"

namespace viosim::platform {

bool TreeCheck::varies(std::string_view path) const {
  for (std::string_view at = path; !at.empty(); at = parent_path(at)) {
    const std::string name(at);
    if (varied_.count(name + ".kind") + varied_.count(name + ".part") > 0) return true;
  }
  return false;
}

void TreeCheck::check(Instance& root) const {
  if (!root.params.empty()) {
    const auto& [key, entry] = *root.params.begin();
    fail_unknown_key(root, key, entry);
  }
  check_children(root);
}

void TreeCheck::check_kind(const Instance& instance) const {
  const std::string& kind = instance.kind.name;
  if (kind.empty() || index_.has_kind(kind)) return;
  const std::vector<std::string> kinds = index_.kinds();
  throw ScenarioError(instance.kind.position, instance.path_of("kind"), "\"" + kind + "\" is no kind",
                      "one of " + join_names(kinds) + did_you_mean(kind, kinds));
}

void TreeCheck::check_instance(Instance& instance) const {
  check_kind(instance);
  const std::string& kind = instance.kind.name;
  for (auto it = instance.params.begin(); it != instance.params.end();) {
    if (const ParamSpec* spec = index_.find(kind, it->first)) {
      resolve(it->second, *spec, instance.path_of(it->first));
      ++it;
    } else if (drops(instance, it->first, it->second)) {
      it = instance.params.erase(it);
    } else {
      fail_unknown_key(instance, it->first, it->second);
    }
  }
  check_children(instance);
}

bool TreeCheck::keeps_child(const Instance& instance, const Instance& child) const {
  if (child.only_overridden) {
    if (varies(child.path)) return false;
    fail_missing_instance(instance, child);
  }
  check_kind(child);
  const std::string& kind = instance.kind.name;
  if (kind.empty() || child.kind.name.empty()) return true;
  const std::vector<std::string>& allowed = index_.schema(kind).children;
  if (allowed.empty() || std::find(allowed.begin(), allowed.end(), child.kind.name) != allowed.end()) return true;
  if (varies(instance.path) || (child.layer == Layer::part && instance.kind.layer != Layer::part)) return false;
  throw ScenarioError(child.position, child.path, "a " + child.kind.name + " cannot stand in a " + kind,
                      "one of the kinds " + join_names(allowed));
}

void TreeCheck::check_children(Instance& instance) const {
  std::vector<bool> keeps;
  for (const Instance& child : instance.children) keeps.push_back(keeps_child(instance, child));
  std::vector<Instance> kept;
  for (std::size_t i = 0; i < keeps.size(); ++i) {
    Instance& child = instance.children[i];
    if (!keeps[i]) continue;
    if (index_.find(instance.kind.name, child.name) != nullptr) {
      throw ScenarioError(child.position, child.path, "is a parameter of the kind " + instance.kind.name,
                          "another name for the instance");
    }
    check_instance(child);
    kept.push_back(std::move(child));
  }
  instance.children = std::move(kept);
}

bool TreeCheck::drops(const Instance& instance, const std::string& key, const Entry& entry) const {
  if (index_.kind_with(key).empty()) return false;
  if (varies(instance.path)) return true;
  if (entry.layer != Layer::part) return false;
  if (!entry.declared_kind.empty()) return entry.declared_kind != instance.kind.name;
  return instance.kind.position.file != entry.position.file && !instance.kind.name.empty();
}

void TreeCheck::fail_unknown_key(const Instance& instance, const std::string& key, const Entry& entry) const {
  const std::string& kind = instance.kind.name;
  const std::string path = instance.path_of(key);
  if (instance.name.empty()) {
    throw ScenarioError(entry.position, path, "stands outside of any instance",
                        "the path of an instance, then a key" + did_you_mean(key, instance.child_names()));
  }
  if (kind.empty()) {
    throw ScenarioError(entry.position, path, "unknown key: " + instance.path + " has no kind, so no parameters",
                        "kind = one of " + join_names(index_.kinds()));
  }
  const std::vector<std::string> keys = index_.keys(kind);
  const std::string other = index_.kind_with(key);
  const std::string hint = other.empty() ? "" : " (the kind " + other + " has it)";
  throw ScenarioError(entry.position, path, "unknown key of the kind " + kind + hint,
                      "one of " + join_names(keys) + did_you_mean(key, keys));
}

void TreeCheck::fail_missing_instance(const Instance& parent, const Instance& missing) {
  std::vector<std::string> names;
  for (const Instance& child : parent.children) {
    if (!child.only_overridden) names.push_back(child.name);
  }
  throw ScenarioError(missing.position, missing.path, "there is no such instance",
                      "one of " + join_names(names) + did_you_mean(missing.name, names));
}

}  // namespace viosim::platform
