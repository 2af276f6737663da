// Two results beside each other: what changed, by metric and by cause.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/result_set.h"

namespace viosim::platform {

/// One quantity of one point in both results.
struct Difference {
  std::string point;
  std::string what;  ///< "latency", "stack VmExit", "residual"
  std::string unit;  ///< unit of `before` and `after`, which are in 10^-decimals of it
  int decimals;
  std::int64_t before, after;
  /// (after - before) / before in millionths; none when `before` is 0 and `after` is not.
  std::optional<std::int64_t> relative() const;
  /// True if the relative difference is at most `tolerance` millionths, either way.
  bool within(std::int64_t tolerance) const;
};

struct Comparison {
  std::vector<Difference> differences;  ///< all quantities, in the order of the first result
  std::vector<std::string> missing;     ///< "latency at size=2 B is only in the second result"
};

/// Points are matched by labels, metrics by name, stacks by cause (ps of one operation).
Comparison compare(const ResultSet& before, const ResultSet& after);

}  // namespace viosim::platform
