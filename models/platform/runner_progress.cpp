#include "platform/runner_progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

namespace viosim::platform {

Progress::Progress(bool wanted, std::size_t total)
    : active_(wanted && ::isatty(STDERR_FILENO) == 1), total_(total), start_(std::chrono::steady_clock::now()) {}

Progress::~Progress() {
  if (active_) fmt::print(stderr, "\r\x1b[K");
}

void Progress::show(std::size_t done, const std::string& current) {
  if (!active_) return;
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20;
  const auto elapsed =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start_);
  fmt::print(stderr, "\r{}\x1b[K", progress_text(done, total_, elapsed, current, known ? size.ws_col - 1u : 79u));
  std::fflush(stderr);
}

std::string progress_text(std::size_t done, std::size_t total, std::chrono::milliseconds elapsed,
                          const std::string& current, std::size_t width) {
  std::string text = fmt::format("[{}/{}] {}", done, total, current);
  if (done > 0 && done < total) {
    const auto left = elapsed.count() * static_cast<long>(total - done) / static_cast<long>(done);
    text += fmt::format(", {} s left", (left + 999) / 1000);
  }
  return text.substr(0, width);
}

}  // namespace viosim::platform
