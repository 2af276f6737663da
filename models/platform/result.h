// What the simulation of one point of a sweep hands over.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/result_metric.h"
#include "platform/result_rows.h"

namespace viosim::platform {

/// Axis and label, in the order of the run's axes.
using Labels = std::vector<std::pair<std::string, std::string>>;

/// "path=vrdma size=2 B"; "the only point" without axes.
std::string to_text(const Labels& labels);
/// True if every pair of `wanted` is in `labels`.
bool matches(const Labels& labels, const Labels& wanted);

struct PointResult {
  Labels labels = {};
  std::int64_t message_bytes = 0;  ///< payload of one message; 0 when the workload has none
  std::vector<Metric> metrics = {};
  std::string headline = {};       ///< name of the metric the point is about

  std::int64_t operations = 0;     ///< closed inside the window
  std::int64_t per_operation = 1;  ///< headline values in one operation: 2 for half of a round trip, else 1
  std::int64_t elapsed = 0;        ///< ps, the intervals of all operations on the workload's own clock
  std::vector<StackRow> stack = {};
  std::vector<SiteRow> sites = {};
  std::string bottleneck_site = {}, bottleneck_cause = {};  ///< empty when nothing served

  std::string resolved_toml = {};  ///< every parameter with its source, as the scenario resolved them
  std::string digest = {};         ///< of the above

  std::int64_t events = 0, wall_ns = 0;  ///< of the host: they reach the manifest alone

  bool operator==(const PointResult&) const = default;

  /// nullptr when the point has no such metric.
  const Metric* metric(std::string_view name) const;
  /// Throws std::runtime_error that names the point when it has no headline metric.
  const Metric& headline_metric() const;
  /// ps that the stack holds; ps of the operations that it does not (0 in a sound run).
  std::int64_t attributed() const;
  std::int64_t residual() const { return elapsed - attributed(); }
  /// ps in lumped constants (cause Pipeline), and ps whose weakest source has that origin.
  std::int64_t lumped() const;
  std::int64_t resting_on(std::string_view origin) const;
};

}  // namespace viosim::platform
