// An assertion of a block that fails ends the simulation as any error of a model does, with its place.
#include <verilated.h>

#include <stdexcept>
#include <string>

namespace {

[[noreturn]] void fail(const char* what, const char* file, int line, const char* block) {
  throw std::logic_error(std::string("RTL block ") + block + ": " + what + " (" + file + ":" + std::to_string(line) + ")");
}

}  // namespace

void vl_stop(const char* file, int line, const char* block) { fail("an assertion failed", file, line, block); }
void vl_fatal(const char* file, int line, const char* block, const char* what) { fail(what, file, line, block); }
