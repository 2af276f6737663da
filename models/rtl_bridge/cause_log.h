// CauseLog: what a block said it was spending its cycles on, so that what passed through it can be charged when it leaves.
//
// Time in which the block said nothing while something was on its way in is ClockCrossing if it is less than a period, else
// it waited for something outside (`outside`).
#pragma once
#include <array>
#include <cstddef>

#include "kernel/station.h"

namespace viosim::rtl_bridge {

class CauseLog {
 public:
  CauseLog(Duration period, Cause outside) : period_(period), outside_(outside) {}

  /// At an edge, now: what the coming cycle is spent on.
  void say(Cause why, Station& station) {
    if (why == last().why) return;
    // Law 2: while the block works, its server does; while nobody takes what it has, it stands.
    if (last().why != kNoCause)
      ledger().occupy(station.site(), last().why,
                      last().why == Cause::WindowStall ? SpanKind::blocked : SpanKind::served, last().since, now(), false);
    entries_[++newest_ % kKept] = {now(), why};
  }
  Cause why() const { return last().why; }

  /// Accounts for what `op` spent here, from where it stands up to now.
  void charge(Op& op, Station& station) const {
    if (op.last() >= now()) return;
    std::size_t at = newest_;
    while (at > 0 && newest_ - at + 1 < kKept && entries_[at % kKept].since > op.last()) --at;
    Time from = op.last();
    for (; from < now(); ++at) {
      const Time to = at == newest_ || entries_[(at + 1) % kKept].since > now() ? now() : entries_[(at + 1) % kKept].since;
      if (to <= from) continue;
      Cause why = entries_[at % kKept].why;
      if (why == kNoCause) why = to - from <= period_ ? Cause::ClockCrossing : outside_;
      ledger().charge(op, station.site(), why, SpanKind::queued, from, to);
      from = to;
    }
  }

 private:
  struct Entry {
    Time since;
    Cause why = kNoCause;
  };
  static constexpr std::size_t kKept = 256;  ///< what is older counts as the oldest one kept
  const Entry& last() const { return entries_[newest_ % kKept]; }

  Duration period_;
  Cause outside_;
  std::array<Entry, kKept> entries_{};
  std::size_t newest_ = 0;
};

}  // namespace viosim::rtl_bridge
