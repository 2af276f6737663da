// Both laws of the ledger, asked of a finished simulation.
#pragma once
#include <catch2/catch.hpp>

#include "kernel/scheduler.h"

namespace viosim::test {

/// Operations: nothing is left over, and no alarm stands in their stacks. Sites: time adds up, nothing beyond capacity.
inline void check_laws(const Account& account) {
  CHECK(account.residual() == kZeroTime);
  for (const StackRow& row : account.rows()) {
    CHECK(row.cause != Cause::Queueing);
    CHECK(row.cause != Cause::Unattributed);
  }
  for (const SiteReport& site : ledger().sites()) {
    INFO(ledger().path(site.site));
    CHECK(site.overlap == kZeroTime);
    CHECK(site.served + site.blocked + site.idle == site.window * site.capacity);
  }
}

}  // namespace viosim::test
