#include "child.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>

namespace viosim::bench {

Rate in_child(const std::function<Rate()>& work) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("pipe failed");
  const pid_t child = fork();
  if (child == 0) {
    int code = 0;
    try {
      const Rate rate = work();
      if (write(ends[1], &rate, sizeof rate) != sizeof rate) code = 1;
    } catch (const std::exception& e) {
      std::fprintf(stderr, "benchmark: %s\n", e.what());
      code = 1;
    }
    _exit(code);
  }
  close(ends[1]);
  Rate rate;
  const bool whole = read(ends[0], &rate, sizeof rate) == sizeof rate;
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (!whole || status != 0) throw std::runtime_error("a benchmark's process failed");
  return rate;
}

Rate of_program(const std::string& command) {
  FILE* out = popen(command.c_str(), "r");
  if (out == nullptr) throw std::runtime_error("cannot run " + command);
  Rate rate;
  const int fields = std::fscanf(out, "%lf %lf", &rate.items, &rate.seconds);
  if (pclose(out) != 0 || fields != 2) throw std::runtime_error(command + " failed");
  return rate;
}

}  // namespace viosim::bench
