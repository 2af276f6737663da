// The progress line of a run: one line on a terminal, rewritten in place and wiped at the end.
#pragma once
#include <chrono>
#include <cstddef>
#include <string>

namespace viosim::platform {

class Progress {
 public:
  /// Silent unless `wanted` and stderr is a terminal.
  Progress(bool wanted, std::size_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `current`: what runs now, for the reader.
  void show(std::size_t done, const std::string& current);

 private:
  bool active_;
  std::size_t total_;
  std::chrono::steady_clock::time_point start_;
};

/// "[ 3/70] size=2 B, 12 s left"; no estimate before the first point is done. Cut to `width` characters.
std::string progress_text(std::size_t done, std::size_t total, std::chrono::milliseconds elapsed,
                          const std::string& current, std::size_t width);

}  // namespace viosim::platform
