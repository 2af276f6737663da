// EXPECT: convert|conversion
#include "kernel/ids.h"
using namespace viosim;
#ifdef VIOSIM_MUST_FAIL
Rkey remote(Lkey local) { return local; }
#else
Rkey remote(Lkey local) { return Rkey{local.value}; }
#endif
