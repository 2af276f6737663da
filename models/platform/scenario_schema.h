// What kinds of instances there are, and the reader that only lists which parameters a kind reads.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "kernel/param.h"

namespace viosim::platform {

class Scenario;
struct PointResult;

/// One kind of instance. `params` builds the kind's params structs with the reader and drops them; it must
/// read every key in every fidelity, and only read (it also runs with made-up values).
struct KindSchema {
  std::string text;
  std::function<void(ParamReader&)> params;
  bool linked = false;                     ///< stands at an end of links, and must be reachable over them
  std::vector<std::string> children = {};  ///< kinds that may stand inside; empty: any
  /// What `describe` says of the kind besides its parameters.
  std::function<std::string()> note = {};
  /// The same of an instance at a path, beside what a run reached (null: none has run).
  std::function<std::string(Scenario&, const std::string&, const PointResult*)> theory = {};
};

/// The catalogue supplies it.
using Schemas = std::map<std::string, KindSchema>;

/// Collects what a kind reads, for `describe` and for the check of unknown keys. Answers with the lowest value.
class ListingReader : public ParamReader {
 public:
  /// In the order of reading; a key read twice stands once.
  const std::vector<ParamSpec>& specs() const { return specs_; }
  const ParamSpec* find(std::string_view key) const;

 protected:
  ParamValue read(const ParamSpec& spec) override;

 private:
  std::vector<ParamSpec> specs_;
};

/// The parameters of every kind, listed once.
class SchemaIndex {
 public:
  explicit SchemaIndex(const Schemas& schemas);
  bool has_kind(const std::string& kind) const { return listings_.count(kind) != 0; }
  const KindSchema& schema(const std::string& kind) const { return schemas_.at(kind); }
  /// Null when the kind (or the key) is unknown.
  const ParamSpec* find(const std::string& kind, std::string_view key) const;
  std::vector<std::string> kinds() const;
  std::vector<std::string> keys(const std::string& kind) const;
  /// The first kind that reads this key, or empty.
  std::string kind_with(std::string_view key) const;

 private:
  Schemas schemas_;
  std::map<std::string, ListingReader> listings_;
};

}  // namespace viosim::platform
