// Runs jobs side by side, each in its own process, and hands the results back in the order of the jobs.
#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "platform/runner_child.h"

namespace viosim::platform {

struct RunnerOptions {
  int jobs = 1;                        ///< processes at once, at least 1
  std::chrono::seconds time_limit{0};  ///< wall time of one job; 0 sets no limit
  bool progress = false;               ///< a progress line, if stderr is a terminal
};

/// The number of cores this process may use, at least 1.
int default_jobs();

/// What each job returned, in order. The first failure ends the others and is thrown: JobError with the exit
/// code and the title of the job, or Interrupted on SIGINT and SIGTERM.
std::vector<std::string> run_jobs(const std::vector<Job>& jobs, const RunnerOptions& options);

}  // namespace viosim::platform
