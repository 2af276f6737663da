// The tables of a run file that speak about its report.
#pragma once
#include "platform/result_set.h"
#include "platform/scenario_table.h"

namespace viosim::platform {

/// { path = "vrdma", size = "2 B" }: axes and labels, in the order of the file. Throws ScenarioError.
Labels read_labels(const Table& table);

/// [report]: stack_at, sensitivity_at, and reference = [{ label, value, status, at }]. Throws ScenarioError.
ReportSpec read_report(const Table& report, const std::string& title);

}  // namespace viosim::platform
