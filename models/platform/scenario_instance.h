// The tree of instances: what the table [esx0.hca0] of a scenario becomes.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "platform/scenario_value.h"

namespace viosim::platform {

/// The `kind` or `part` of an instance.
struct NameField {
  std::string name;  ///< empty: not given
  Position position;
  Layer layer = Layer::part;
  std::vector<std::string> chain = {};  ///< parts whose content this field stands in, outermost first
};

/// One instance, or a group (no kind), which only holds children. The root has neither name nor kind.
struct Instance {
  std::string name, path;  ///< path is dotted: esx0.vm0.rdma0
  NameField kind, part;
  Position position;  ///< of its table
  Layer layer = Layer::part;
  bool only_overridden = false;  ///< no file declares it: an override named it
  std::map<std::string, Entry> params = {};
  std::vector<Instance> children = {};  ///< in the order of the files, the part's before the instance's own

  const Instance* child(std::string_view child_name) const;
  Instance* child(std::string_view child_name) {
    return const_cast<Instance*>(static_cast<const Instance*>(this)->child(child_name));
  }
  /// The instance at a path below this one; null when there is none. The empty path is this one.
  const Instance* find(std::string_view below) const;
  Instance* find(std::string_view below) {
    return const_cast<Instance*>(static_cast<const Instance*>(this)->find(below));
  }
  std::vector<std::string> child_names() const;
  /// `path.key`, or `key` at the root.
  std::string path_of(std::string_view key) const;
};

/// How the tables of a file are to be read.
struct TreeRules {
  Layer layer;
  const Sources* sources;
  Source plain_source;         ///< of a value without a source of its own (not in parts)
};

/// A table and all tables in it. Names, sources and mistyped keys are checked, not yet kinds and keys.
Instance read_instance(const Table& table, const std::string& name, const TreeRules& rules);

/// `base` with `top` laid over it: what `top` gives wins, children of the same name are laid over each other.
/// A name that is a parameter here and an instance there is a ScenarioError.
Instance overlay(Instance base, Instance top, const std::string& path);

/// Letters, digits, `_` and `-`, and none of the words that a scenario uses itself; else ScenarioError.
void check_name(const std::string& name, const Position& position, const std::string& path);

}  // namespace viosim::platform
