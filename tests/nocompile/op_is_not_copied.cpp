// EXPECT: use of deleted function|call to deleted constructor
#include "kernel/ledger.h"
using namespace viosim;
#ifdef VIOSIM_MUST_FAIL
Op again(const Op& op) { return op; }
#else
Op again(const Op& op) { return op.fork(); }
#endif
