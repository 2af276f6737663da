// One measured quantity of a point. All numbers are integers in 10^-decimals of the unit, so that a result is
// the same bytes whoever compiled the writer.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace viosim::platform {

/// What a distribution looks like, in the raw unit of its metric.
struct Spread {
  std::int64_t min = 0, mean = 0, p50 = 0, p90 = 0, p99 = 0, p99_9 = 0, max = 0;
  bool operator==(const Spread&) const = default;
};

/// How far the uncertain parameters may move a metric, in its raw unit: root of the sum of squares.
struct MetricRange {
  std::int64_t low = 0, high = 0;
  std::int64_t assumed_millionths = 0;  ///< part of the squared spans that stands on assumptions
  bool operator==(const MetricRange&) const = default;
};

/// Units known to reports: "ps" (shown in us), "bit/s" (shown in Gb/s), "1/s" (shown in M/s); any other is
/// shown as it is. `value` is the median of a distribution, else the number itself.
struct Metric {
  std::string name;          ///< snake_case, no unit: "latency", "bandwidth", "message_rate", "exits"
  std::string text;          ///< one clause; for the headline the words of the header: "half round trip"
  std::string unit;
  int decimals = 0;          ///< value 1234 with 3 decimals is 1.234 units; 0..9
  std::int64_t value = 0;
  std::int64_t count = 1;    ///< samples behind it
  std::optional<Spread> spread = {};
  std::optional<MetricRange> range = {};  ///< where `run --range` has asked for it
  bool operator==(const Metric&) const = default;
};

}  // namespace viosim::platform
