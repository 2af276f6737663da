#include "platform/report_spec.h"

namespace viosim::platform {

Labels read_labels(const Table& table) {
  Labels labels;
  for (const std::string& axis : table.keys()) labels.emplace_back(axis, table.text(axis));
  return labels;
}

ReportSpec read_report(const Table& report, const std::string& title) {
  report.check_keys({"stack_at", "sensitivity_at", "rows", "reference"});
  ReportSpec spec;
  spec.title = title;
  spec.stack_at = read_labels(report.table("stack_at"));
  spec.sensitivity_at = read_labels(report.table("sensitivity_at"));
  spec.rows = report.text("rows", "");
  for (const Table& line : report.tables("reference")) {
    line.check_keys({"label", "value", "status", "at"});
    spec.references.push_back(
        {line.text("label"), line.text("value"), line.text("status"), read_labels(line.table("at"))});
  }
  return spec;
}

}  // namespace viosim::platform
