// Who watches the ledger: told of every charge (viosim trace).
#pragma once
#include "kernel/ledger.h"

namespace viosim {

class SpanSink {
 public:
  virtual ~SpanSink() = default;
  /// `op`: whose account it is; null: a site's server was held, and its op spent the time elsewhere.
  virtual void span(SiteId site, Cause cause, SpanKind kind, Time begin, Time end, const Op* op) = 0;
  virtual void window_opened(Time at) = 0;
  /// An operation that began at `begin` ended where `op` stands.
  virtual void closed(const Op& op, Time begin) = 0;
};

}  // namespace viosim
