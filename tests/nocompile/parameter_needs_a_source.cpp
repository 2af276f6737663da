// EXPECT: no matching (function|constructor)|could not convert|no viable conversion|conversion from
#include "kernel/param.h"
using namespace viosim;
#ifdef VIOSIM_MUST_FAIL
Param<Duration> p{nanoseconds(5)};
#else
Param<Duration> p{nanoseconds(5), Source{Origin::spec, "pcie", "2.6"}};
#endif
