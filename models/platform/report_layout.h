// Which points of a run stand together in a report.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "platform/result_set.h"

namespace viosim::platform {

/// Points that share a table: equal in all labels but that of the row axis.
struct ReportGroup {
  std::string title;  ///< labels joined by " / "; empty when all points stand in one table
  std::vector<const PointResult*> points;
};

/// A point as a column of a comparison.
struct ReportColumn {
  std::string title;
  const PointResult* point;
};

/// The axis along which tables have their rows: the report's choice, else that along which the size of a message varies;
/// empty without one. Throws ResultError when the report names none of the run's axes.
std::string row_axis(const ResultSet& results);
/// The label of a point on `axis`; empty when it has none.
std::string label_on(const PointResult& point, const std::string& axis);
std::vector<ReportGroup> groups_of(const ResultSet& results);
/// The points at `stack_at`, by default at the smallest size. Throws ResultError when no point is there.
std::vector<ReportColumn> columns_of(const ResultSet& results);
/// The columns in as few blocks, as even as can be, as fit on a line of kLineWidth beside titles of `beside`.
std::vector<std::vector<ReportColumn>> blocks_of(const std::vector<ReportColumn>& columns, std::size_t beside);
inline constexpr std::size_t kLineWidth = 120;
/// A title as the head of a narrow column: "vrdma, interrupt" on two lines.
std::string stacked_title(std::string_view title);

/// A metric's unit and number as a reader wants them: us, Gb/s, M/s, else its own.
std::string shown_unit(const Metric& metric);
std::string shown(const Metric& metric, std::int64_t raw, int decimals);
/// Value with the decimals that suit its unit.
std::string shown_value(const Metric& metric);

}  // namespace viosim::platform
