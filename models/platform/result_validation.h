// Predictions against published measurements: row by row, then the median of each group.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/result_json.h"
#include "platform/result_reference.h"
#include "platform/scenario_table.h"

namespace viosim::platform {

/// Where the prediction of a reference metric stands in the result.
struct MetricMapping {
  std::string metric;
  Labels at = {};
};

/// Largest error allowed, in millionths.
struct GroupLimits {
  std::int64_t median, max;
};

/// A file of scenarios/validations.
struct ValidationSpec {
  std::string title, run, reference, system;
  std::map<std::string, MetricMapping> metrics;  ///< by the metric's name in the reference
  std::map<std::string, GroupLimits> groups;
};

/// Limits are written in percent. Throws ScenarioError.
ValidationSpec read_validation(const Table& file);

/// One row of the reference beside its prediction, in the raw unit of `shape`.
struct ValidationRow {
  ReferenceRow reference;
  Metric shape = {};                      ///< the predicted metric; empty name when there is none
  std::int64_t measured = 0;
  std::optional<std::int64_t> error = {};  ///< millionths; none when nothing was predicted
  bool good = false;
};

class Validation {
 public:
  /// Throws ResultError when a unit does not fit, a group has no limits or no row is to be judged.
  Validation(const ValidationSpec& spec, const std::vector<ReferenceRow>& reference, const ResultSet& results);

  const std::vector<ValidationRow>& rows() const { return rows_; }
  /// Median of the absolute errors of a group's judged rows, in millionths.
  std::int64_t median(const std::string& group) const { return medians_.at(group); }
  bool passed() const { return passed_; }
  std::string text() const;
  std::string csv() const;
  Json json() const;

 private:
  ValidationSpec spec_;
  std::vector<ValidationRow> rows_;
  std::map<std::string, std::int64_t> medians_;
  std::vector<std::string> skipped_;  ///< metrics of the reference without a mapping
  bool passed_ = true;
};

}  // namespace viosim::platform
