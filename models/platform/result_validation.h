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
  std::string run = {};        ///< of several
  std::string statistic = {};  ///< "mean" or "p99_9" of a distribution; else its value
};

/// Largest error allowed, in millionths.
struct GroupLimits {
  std::int64_t median;
  std::optional<std::int64_t> max;  ///< of a point; none: points are judged together
};

/// Over all judged rows, in millionths: the median of the errors, and the share of the rows that lie within a bound.
struct OverallLimits {
  std::int64_t median, within, share;
};

/// A file of scenarios/validations.
struct ValidationSpec {
  std::string title;
  std::vector<std::string> runs;
  std::string reference, system;
  std::map<std::string, MetricMapping> metrics;  ///< by the metric's name in the reference
  std::map<std::string, GroupLimits> groups;
  std::optional<OverallLimits> overall = {};
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
  const PointResult* point = nullptr;  ///< that predicts it
};

class Validation {
 public:
  /// `results`: of the spec's runs, in their order; they must outlive this. Throws ResultError when a unit does not fit, a
  /// group has no limits or no row is to be judged.
  Validation(const ValidationSpec& spec, const std::vector<ReferenceRow>& reference,
             const std::vector<ResultSet>& results);

  const std::vector<ValidationRow>& rows() const { return rows_; }
  /// Median of the absolute errors of a group's judged rows, in millionths.
  std::int64_t median(const std::string& group) const { return medians_.at(group); }
  /// Median over all judged rows, and the share of them within the overall bound, in millionths.
  std::int64_t overall_median() const { return overall_median_; }
  std::int64_t share_within() const { return share_within_; }
  bool passed() const { return passed_; }
  std::string text() const;
  std::string csv() const;
  Json json() const;

 private:
  void judge_overall();
  std::string overall_text() const;
  std::string worst_text() const;

  ValidationSpec spec_;
  std::vector<ValidationRow> rows_;
  std::map<std::string, std::int64_t> medians_;
  std::int64_t overall_median_ = 0, share_within_ = 0;
  std::vector<std::string> skipped_;  ///< metrics of the reference without a mapping
  bool passed_ = true;
};

}  // namespace viosim::platform
