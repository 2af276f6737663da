#include "platform/runner.h"

#include <poll.h>
#include <sched.h>

#include <algorithm>
#include <map>
#include <memory>

#include "platform/runner_errors.h"
#include "platform/runner_progress.h"
#include "platform/runner_signals.h"

namespace viosim::platform {
namespace {

constexpr int kLookMilliseconds = 100;

using Running = std::map<std::size_t, std::unique_ptr<Child>>;

void check_time(const Child& child, const Job& job, std::chrono::seconds limit) {
  if (limit.count() == 0 || std::chrono::steady_clock::now() - child.started() < limit) return;
  throw JobError(kExitTimeLimit, job.title + ": not done within " + std::to_string(limit.count()) +
                                     " s; give it more by --time-limit, or ask for fewer iterations");
}

/// Sleeps until a child speaks or it is time to look around; returns the jobs that have spoken.
std::vector<std::size_t> wait_for(const Running& running) {
  std::vector<pollfd> set;
  for (const auto& [i, child] : running) set.push_back({child->descriptor(), POLLIN, 0});
  std::vector<std::size_t> spoken;
  if (::poll(set.data(), set.size(), kLookMilliseconds) <= 0) return spoken;
  std::size_t at = 0;
  for (const auto& [i, child] : running)
    if (set[at++].revents != 0) spoken.push_back(i);
  return spoken;
}

}  // namespace

int default_jobs() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

std::vector<std::string> run_jobs(const std::vector<Job>& jobs, const RunnerOptions& options) {
  const SignalGuard signals;
  std::vector<std::string> results(jobs.size());
  Progress progress(options.progress, jobs.size());
  Running running;  // leaving this function by an exception ends whoever still runs
  std::size_t next = 0, done = 0;
  while (done < jobs.size()) {
    while (next < jobs.size() && running.size() < static_cast<std::size_t>(std::max(1, options.jobs))) {
      running.emplace(next, std::make_unique<Child>(jobs[next]));
      ++next;
    }
    progress.show(done, jobs[running.begin()->first].title);
    const std::vector<std::size_t> spoken = wait_for(running);
    SignalGuard::check();
    for (const std::size_t i : spoken) {
      if (!running[i]->read()) continue;
      results[i] = running[i]->finish();
      running.erase(i);
      ++done;
    }
    for (const auto& [i, child] : running) check_time(*child, jobs[i], options.time_limit);
  }
  return results;
}

}  // namespace viosim::platform
