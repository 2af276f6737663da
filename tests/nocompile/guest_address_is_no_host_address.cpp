// EXPECT: convert|conversion
#include "kernel/address.h"
using namespace viosim;
#ifdef VIOSIM_MUST_FAIL
Hpa translated(Gpa guest) { return guest; }
#else
Hpa translated(Gpa guest) { return Hpa(guest.raw() + 0x1000); }
#endif
