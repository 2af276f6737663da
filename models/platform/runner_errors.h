// How the points of a run can fail, with the exit code the program ends with.
#pragma once
#include <stdexcept>
#include <string>

namespace viosim::platform {

inline constexpr int kExitGood = 0, kExitCheckFailed = 1, kExitScenario = 2, kExitSimulation = 3, kExitTimeLimit = 4;

/// A job failed. `exit_code` is one of the codes above.
class JobError : public std::runtime_error {
 public:
  JobError(int exit_code, const std::string& text) : std::runtime_error(text), exit_code_(exit_code) {}
  int exit_code() const { return exit_code_; }

 private:
  int exit_code_;
};

/// The user asked to stop (SIGINT, SIGTERM).
class Interrupted : public std::runtime_error {
 public:
  explicit Interrupted(int signal) : std::runtime_error("interrupted: no result was written"), signal_(signal) {}
  int exit_code() const { return 128 + signal_; }

 private:
  int signal_;
};

}  // namespace viosim::platform
