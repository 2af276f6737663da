// One point of a run, fully resolved: parts expanded, overrides applied, everything checked against the catalogue.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/scenario_link.h"
#include "platform/scenario_run.h"
#include "platform/scenario_schema.h"

namespace viosim::platform {

/// A parameter that was read and has a range. One number of a part stands once, with every path that took it:
/// varying it means to override all of them. Texts are canonical and can be given to an override.
struct RangedParam {
  std::vector<std::string> paths;  ///< path.key, in the order of the tree
  std::string value, low, high;
  Source source;
  Position position;  ///< where the value stands
};

/// A parameter that was read, for `describe` and for reports.
struct ResolvedParam {
  std::string path;  ///< path.key
  Dimension dimension;
  std::string value, low, high;  ///< canonical; low and high empty without a range
  Source source;
  Layer layer;
};

/// Errors of every member: ScenarioError.
class Scenario {
 public:
  Scenario(const RunFile& run, const Point& point, std::span<const Override> command_line, const Schemas& schemas);
  Scenario(const Scenario&) = delete;
  Scenario& operator=(const Scenario&) = delete;

  const Instance& root() const { return root_; }
  /// Null when there is no such instance. The workload is the instance `workload`.
  const Instance* find(std::string_view path) const { return path.empty() ? nullptr : root_.find(path); }
  const std::vector<Link>& links() const { return links_; }
  std::uint64_t seed() const { return seed_; }
  const std::vector<std::pair<std::string, std::string>>& labels() const { return labels_; }

  /// The reader of an instance; it marks what it reads and must not outlive the scenario.
  std::unique_ptr<ParamReader> reader(std::string_view path);
  template <class T>
  T params(std::string_view path) {
    const std::unique_ptr<ParamReader> in = reader(path);
    return T(*in);
  }
  /// Which of `choices` the run took for the block at `path`; the first one when it did not say. ScenarioError for another.
  std::string fidelity(std::string_view path, std::initializer_list<std::string_view> choices = {"tlm", "rtl"});

  /// The blocks that exist in more than one fidelity, as far as they were built: path, and what can be chosen.
  const std::map<std::string, std::vector<std::string>>& swappable() const { return swappable_; }

  /// After the build: a fidelity that nobody asked for is an error.
  void check() const;
  /// Paths of instances whose kind has parameters and of which none was read: nobody built them.
  std::vector<std::string> unread() const;

  /// Every parameter that was read, in the order of the tree and the keys.
  std::vector<ResolvedParam> resolved() const;
  /// The same as TOML text with labels, kinds, parts, links and sources. The same bytes for the same scenario.
  std::string resolved_toml() const;
  std::vector<RangedParam> ranged() const;
  /// 16 hexadecimal digits: FNV-1a 64 of resolved_toml().
  std::string digest() const;

 private:
  class Reader;
  struct Fidelity {
    Value value;
    bool read = false;
  };

  void apply_all(const RunFile& run, const Point& point, std::span<const Override> command_line);
  void apply_one(const Override& change, const Source& source);
  void check_fidelity(const std::set<std::string>& varied) const;

  std::string run_name_, system_name_;
  std::uint64_t seed_ = 0;
  std::vector<std::pair<std::string, std::string>> labels_;
  SchemaIndex index_;
  Instance root_;
  std::vector<Link> links_;
  std::map<std::string, Fidelity, std::less<>> fidelity_;
  std::map<std::string, std::vector<std::string>> swappable_;
  std::set<std::string> varied_;
};

}  // namespace viosim::platform
