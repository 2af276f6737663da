// EXPECT: a coroutine takes references or trivial values
#include <string>
#include "kernel/task.h"
using namespace viosim;
#ifdef VIOSIM_MUST_FAIL
Process run(std::string name) { co_await std::suspend_always{}; (void)name; }
#else
Process run(const std::string& name) { co_await std::suspend_always{}; (void)name; }
#endif
