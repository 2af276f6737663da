#include "platform/runner_signals.h"

#include "platform/runner_errors.h"

namespace viosim::platform {
namespace {

volatile std::sig_atomic_t caught = 0;
int depth = 0;

void note(int signal) { caught = signal; }

}  // namespace

SignalGuard::SignalGuard() : old_int_(), old_term_() {
  if (depth++ == 0) caught = 0;
  struct sigaction action {};
  action.sa_handler = note;  // without SA_RESTART: a poll returns at once
  sigaction(SIGINT, &action, &old_int_);
  sigaction(SIGTERM, &action, &old_term_);
}

SignalGuard::~SignalGuard() {
  sigaction(SIGINT, &old_int_, nullptr);
  sigaction(SIGTERM, &old_term_, nullptr);
  --depth;
}

void SignalGuard::check() {
  if (caught != 0) throw Interrupted(caught);
}

}  // namespace viosim::platform
