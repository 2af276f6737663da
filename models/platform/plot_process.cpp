#include "platform/plot_process.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "platform/writer_file.h"

namespace viosim::platform {
namespace {

constexpr int kNoProgram = 127;

/// A file in memory: unlike a pair of pipes it cannot fill up and stop both sides.
class MemoryFile {
 public:
  explicit MemoryFile(const char* name) : fd_(::memfd_create(name, MFD_CLOEXEC)) {
    if (fd_ < 0) throw_output_error(name, "no memory for a file", errno);
  }
  ~MemoryFile() { ::close(fd_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  int get() const { return fd_; }
  void fill(const std::string& text) {
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t n = ::write(fd_, text.data() + done, text.size() - done);
      if (n < 0) throw_output_error("input of a program", "cannot be written", errno);
      done += static_cast<std::size_t>(n);
    }
    ::lseek(fd_, 0, SEEK_SET);
  }
  std::string text() const {
    std::string all;
    char buffer[65536];
    ::lseek(fd_, 0, SEEK_SET);
    for (ssize_t n; (n = ::read(fd_, buffer, sizeof buffer)) > 0;) all.append(buffer, static_cast<std::size_t>(n));
    return all;
  }

 private:
  int fd_;
};

}  // namespace

std::string run_filter(const std::string& program, const std::string& input, const std::string& missing_cure) {
  MemoryFile in("input"), out("output"), messages("messages");
  in.fill(input);
  const pid_t child = ::fork();
  if (child < 0) throw_output_error(program, "cannot be started", errno);
  if (child == 0) {
    std::signal(SIGPIPE, SIG_DFL);
    ::dup2(in.get(), STDIN_FILENO);
    ::dup2(out.get(), STDOUT_FILENO);
    ::dup2(messages.get(), STDERR_FILENO);
    ::setenv("LC_ALL", "C", 1);
    ::execlp(program.c_str(), program.c_str(), static_cast<char*>(nullptr));
    ::_exit(kNoProgram);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNoProgram)
    throw OutputError(program + " is not installed; " + missing_cure);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw OutputError(program + " failed: " + messages.text());
  return out.text();
}

}  // namespace viosim::platform
