// EXPECT: no match for .operator\+|invalid operands
#include "kernel/quantity.h"
using namespace viosim;
auto sum() {
#ifdef VIOSIM_MUST_FAIL
  return bytes(64) + nanoseconds(5);
#else
  return bytes(64) + bytes(5);
#endif
}
