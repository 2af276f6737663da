// All points of a run, in sweep order, with what a reader needs to print them.
#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "platform/result.h"

namespace viosim::platform {

/// A result that cannot be read or does not hold what was asked of it: the user's mistake (exit code 2).
class ResultError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ResultAxis {
  std::string name;
  std::vector<std::string> labels;
  bool operator==(const ResultAxis&) const = default;
};

/// A figure from elsewhere, printed beside the prediction and never compared by the program.
struct ReferenceLine {
  std::string label, value, status;
  Labels at = {};  ///< the points it belongs to
  bool operator==(const ReferenceLine&) const = default;
};

/// What the run file asks of its report.
struct ReportSpec {
  std::string title;
  Labels stack_at = {};        ///< where the stacks of the paths are laid side by side
  Labels sensitivity_at = {};  ///< the point that `sensitivity` varies when the user names none
  std::string rows = {};       ///< axis along which tables have their rows and curves their points; empty: the size's
  std::vector<ReferenceLine> references = {};
  bool operator==(const ReportSpec&) const = default;
};

struct ResultSet {
  std::string run;
  std::uint64_t seed = 0;
  std::vector<ResultAxis> axes = {};
  ReportSpec report = {};
  std::vector<PointResult> points = {};
  bool operator==(const ResultSet&) const = default;
};

}  // namespace viosim::platform
