// EXPECT: a task of bool invites
#include "kernel/task.h"
using namespace viosim;
#ifdef VIOSIM_MUST_FAIL
Task<bool> ask() { co_return true; }
#else
Task<int> ask() { co_return 1; }
#endif
