// Holds a resolved tree against the catalogue: kinds, keys, values.
#pragma once
#include <set>
#include <string>

#include "platform/scenario_instance.h"
#include "platform/scenario_schema.h"

namespace viosim::platform {

/// Throws ScenarioError on an unknown kind, a child that the kind does not take, a key that no kind reads or that
/// this kind does not read, a value of the wrong dimension or out of bounds, and an override of what is not there.
///
/// Where the kind or part of an instance (or of one around it) varies, by the sweep or by an override, or where
/// an instance gives its part's content another kind, keys of other kinds are dropped instead.
class TreeCheck {
 public:
  /// `varied`: the paths that the sweep or an override sets ("esx0.vm0.kind").
  TreeCheck(const SchemaIndex& index, std::set<std::string> varied) : index_(index), varied_(std::move(varied)) {}
  void check(Instance& root) const;
  /// The kind or part at this path, or around it, is set by the sweep or by an override.
  bool varies(std::string_view path) const;

 private:
  void check_instance(Instance& instance) const;
  void check_kind(const Instance& instance) const;
  void check_children(Instance& instance) const;
  bool keeps_child(const Instance& instance, const Instance& child) const;
  bool drops(const Instance& instance, const std::string& key, const Entry& entry) const;
  [[noreturn]] void fail_unknown_key(const Instance& instance, const std::string& key, const Entry& entry) const;
  [[noreturn]] static void fail_missing_instance(const Instance& parent, const Instance& missing);

  const SchemaIndex& index_;
  std::set<std::string> varied_;
};

}  // namespace viosim::platform
