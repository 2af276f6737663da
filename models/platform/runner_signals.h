// While it lives, SIGINT and SIGTERM are only noted, so that children are ended and files removed in order.
#pragma once
#include <csignal>

namespace viosim::platform {

class SignalGuard {
 public:
  SignalGuard();
  ~SignalGuard();
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;

  /// Throws Interrupted if a signal came since the outermost guard was built.
  static void check();

 private:
  struct sigaction old_int_, old_term_;
};

}  // namespace viosim::platform
