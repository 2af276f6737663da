#include "platform/runner_child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string_view>
#include <utility>

#include "platform/runner_errors.h"

namespace viosim::platform {
namespace {

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(descriptor, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

/// First byte: the exit code of the job as a digit, 0 being good; then the text.
std::string message(int code, const std::string& text) { return static_cast<char>('0' + code) + text; }

std::string perform(const Job& job) {
  try {
    return message(kExitGood, job.work());
  } catch (const JobError& e) {
    return message(e.exit_code(), e.what());
  } catch (const std::exception& e) {
    return message(kExitSimulation, e.what());
  } catch (...) {
    return message(kExitSimulation, "an exception of unknown type");
  }
}

[[noreturn]] void run_as_child(const Job& job, int out, pid_t parent) {
  // An interrupt from the terminal reaches the whole group: the parent alone decides. Should it die, so do we.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_DFL);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(kExitSimulation);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);  // the report owns stdout
  const bool said = write_all(out, perform(job));
  std::cout.flush();
  std::cerr.flush();
  std::fflush(nullptr);
  ::_exit(said ? 0 : kExitSimulation);
}

}  // namespace

Child::Child(const Job& job) : title_(job.title), started_(std::chrono::steady_clock::now()) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw JobError(kExitSimulation, "no pipe for " + title_ + ": " + std::strerror(errno));
  std::cout.flush();  // or the child would hold, and print, a copy of what is pending
  std::fflush(nullptr);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) {
    ::close(ends[0]);
    run_as_child(job, ends[1], parent);
  }
  const int reason = errno;
  ::close(ends[1]);
  descriptor_ = ends[0];
  if (pid_ < 0) {
    ::close(descriptor_);
    throw JobError(kExitSimulation, "no process for " + title_ + ": " + std::strerror(reason) + " (lower --jobs)");
  }
}

Child::~Child() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {}
}

bool Child::read() {
  char buffer[65536];
  const ssize_t n = ::read(descriptor_, buffer, sizeof buffer);
  if (n > 0) received_.append(buffer, static_cast<std::size_t>(n));
  return n == 0 || (n < 0 && errno != EINTR);
}

std::string Child::finish() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {}
  pid_ = -1;
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    throw JobError(kExitSimulation, title_ + ": the simulation was ended by signal " + std::to_string(number) + " (" +
                                        ::strsignal(number) + ")");
  }
  if (received_.empty() || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw JobError(kExitSimulation, title_ + ": the simulation ended without a result");
  const int code = received_.front() - '0';
  received_.erase(0, 1);
  if (code != kExitGood) throw JobError(code, title_ + ": " + received_);
  return std::move(received_);
}

}  // namespace viosim::platform
