// One job in a process of its own: SystemC allows one simulation a process, and a crash stays in the child.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>

namespace viosim::platform {

struct Job {
  std::string title;                   ///< names the job in messages
  std::function<std::string()> work;   ///< runs in the child; what it returns reaches the parent
};

/// Owns the process: ended and reaped when this goes.
class Child {
 public:
  /// Forks. Throws JobError (simulation error) when the system has no process or pipe left.
  explicit Child(const Job& job);
  ~Child();
  Child(Child&&) = delete;

  int descriptor() const { return descriptor_; }
  std::chrono::steady_clock::time_point started() const { return started_; }
  /// Reads what is there; true when the child has said everything and ended.
  bool read();
  /// Waits for the end; returns the child's text or throws JobError naming the job.
  std::string finish();

 private:
  std::string title_, received_;
  int descriptor_ = -1;
  pid_t pid_ = -1;
  std::chrono::steady_clock::time_point started_;
};

}  // namespace viosim::platform
