// The ledger: where the time of every operation goes, and what every site does with its time.
//
// An Op is the account that travels with the work: doorbell, TLP, packet, completion. Its history is a chain
// of spans (site, cause, kind, begin, end) that tile time without gaps; forks share the common past. A
// context that waits for something inherits the history of what it waited for, so the chain that a workload
// closes is the critical path, and those that lost the race are slack.
//
// Law 1 (operations): the spans between open and close tile the interval; residual 0 ps.
// Law 2 (sites): served + blocked + idle = capacity x window; idle is counted on its own, not as a remainder.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/cause.h"
#include "kernel/ids.h"
#include "kernel/param.h"
#include "kernel/pool.h"
#include "kernel/quantity.h"

namespace viosim {

/// served: holds a server that works for the op. blocked: holds a server that waits. queued: waits in line.
/// delay: pipelined, occupies nothing.
enum class SpanKind : std::uint8_t { served, blocked, queued, delay };

struct Span {
  Span* prev;
  Time begin, end;
  std::uint32_t refs;
  SiteId site;
  Cause cause;
  SpanKind kind : 4;
  std::uint8_t counted : 4;  ///< already in its site's critical share
};

/// Spans have a list of their own: last in first out, so that the hot ones stay in the cache.
class SpanPool {
 public:
  static Span* take() {
    if (!VIOSIM_POOLS) return new Span;
    if (free_ == nullptr) [[unlikely]] grow();
    Span* s = free_;
    free_ = s->prev;
    return s;
  }
  static void give(Span* s) {
    if (!VIOSIM_POOLS) { delete s; return; }
    s->prev = free_;
    free_ = s;
  }

 private:
  static void grow();  // a chunk, kept until the process ends
  static inline Span* free_ = nullptr;
};

class Ledger;

/// The travelling account. Default: background work, charged at sites only. Move-only; `fork` shares the past.
class Op {
 public:
  Op() = default;
  Op(Op&& o) noexcept : tail_(o.tail_), last_(o.last_), traced_(o.traced_), cause_(o.cause_) {
    o.tail_ = nullptr;
    o.traced_ = false;
  }
  Op& operator=(Op&& o) noexcept {
    Span* const old = std::exchange(tail_, std::exchange(o.tail_, nullptr));
    last_ = o.last_;
    traced_ = std::exchange(o.traced_, false);
    cause_ = o.cause_;
    release(old);
    return *this;
  }
  Op(const Op&) = delete;
  Op& operator=(const Op&) = delete;
  ~Op() { release(tail_); }

  /// A new account without a past, from `now` on.
  static Op open(Time now) { Op o; o.last_ = now; o.traced_ = true; return o; }
  /// Another account with the same past: the two part here.
  Op fork() const;
  bool traced() const { return traced_; }
  /// Up to when the time of this op is accounted for.
  Time last() const { return last_; }
  const Span* tail() const { return tail_; }
  /// What background work was charged with last; Unattributed: nothing yet. A traced op has its spans.
  Cause background_cause() const { return cause_; }

 private:
  friend class Ledger;
  static void release(Span* tail) {
    while (tail != nullptr && --tail->refs == 0) {
      Span* const prev = tail->prev;
      SpanPool::give(tail);
      tail = prev;
    }
  }
  Span* tail_ = nullptr;
  Time last_;
  bool traced_ = false;
  Cause cause_ = Cause::Unattributed;
};

/// One (site, cause, kind) of a closed account.
struct StackRow {
  SiteId site;
  Cause cause;
  SpanKind kind;
  Duration total;
  std::int64_t occurrences;
};

/// What the closed operations of one series spent, summed.
class Account {
 public:
  std::int64_t operations() const { return operations_; }
  Duration total() const { return total_; }
  /// Total minus all spans: 0 unless time was forgotten.
  Duration residual() const { return residual_; }
  std::vector<StackRow> rows() const;
  void clear();

 private:
  friend class Ledger;
  struct Cell { Duration total; std::int64_t occurrences = 0; };
  std::vector<Cell> cells_;
  std::int64_t operations_ = 0;
  Duration total_, residual_;
};

/// What a site did inside the measured window. overlap is an alarm: work beyond the capacity.
struct SiteReport {
  SiteId site;
  std::int64_t capacity;
  Duration window, served, blocked, idle, critical, slack, background, overlap;
  std::vector<std::pair<Cause, Duration>> served_by_cause, blocked_by_cause;
};

class Ledger {
 public:
  /// A site: instance path and number of servers (0: nothing to occupy, only pipelined delays).
  SiteId add_site(std::string path, std::int64_t capacity);
  const std::string& path(SiteId s) const { return infos_[s.value].path; }
  std::size_t site_count() const { return sites_.size(); }
  /// The parameters that decide what (site, cause) costs: the worst origin is kept with the result.
  void based_on(SiteId s, Cause c, const Source& source);
  /// Worst origin behind (site, cause), or spec when nothing was declared.
  Origin basis(SiteId s, Cause c) const { return infos_[s.value].basis[index(c)]; }

  /// Charges [begin, end) to (site, cause). A traced op must be accounted for up to `begin`, exactly.
  void charge(Op& op, SiteId site, Cause cause, SpanKind kind, Time begin, Time end) {
    if (!enabled_) [[unlikely]] { op.last_ = end; return; }
    if (kind <= SpanKind::blocked) occupy(site, cause, kind, begin, end, op.traced_);
    if (!op.traced_) {
      op.last_ = end;
      if (begin != end) op.cause_ = cause;
      return;
    }
    if (op.last_ != begin) [[unlikely]] gap(op, site, cause, begin);
    if (begin == end) return;
    op.last_ = end;
    Span* const s = SpanPool::take();
    *s = Span{op.tail_, begin, end, 1, site, cause, kind, 0};
    op.tail_ = s;
  }
  /// A server of `site` was held over [begin, end) while the op spent its time elsewhere: law 2 only.
  void occupy(SiteId site, Cause cause, SpanKind kind, Time begin, Time end, bool traced) {
    Site& s = sites_[site.value];
    if (s.capacity == 0 || begin == end || !enabled_) return;
    s.last_cause = cause;
    if (begin < edge_) [[unlikely]] booked_late(site, cause, kind, begin, end, traced);
    Slot& slot = s.capacity == 1 ? s.slot : longest_free(s);
    const std::int64_t idle = (begin - slot.end).raw(), d = (end - begin).raw();
    if (idle >= 0) s.idle += idle;
    else [[unlikely]] s.overlap -= idle;
    // A booking that continues the one before extends it, so that a window may cut a line of them exactly.
    if (idle == 0 && slot.cause == cause && slot.kind == kind && slot.traced == traced) slot.end = end;
    else slot = Slot{begin, end, cause, kind, traced};
    spent_[(site.value * kCauseCount + index(cause)) * 2 + static_cast<std::size_t>(kind)] += d;
    if (kind == SpanKind::served && traced) s.traced += d;
  }

  /// Closes the operation that began at `begin` and ends where `op` is accounted for.
  void close(const Op& op, Time begin, Account& into);
  /// Workloads say up to when histories are still needed: spans that ended earlier are dropped at close.
  void keep_since(Time oldest) { keep_since_ = oldest; }

  void open_window(Time at);
  void close_window(Time at);
  bool in_window() const { return window_ == Window::open; }
  std::vector<SiteReport> sites() const;
  Duration window() const { return window_end_ - window_begin_; }

  /// The last cause that `site` was occupied with.
  Cause last_cause(SiteId site) const { return sites_[site.value].last_cause; }
  /// Without the ledger nothing is recorded (benchmarks compare).
  void enable(bool on) { enabled_ = on; }

 private:
  enum class Window : std::uint8_t { before, open, closed };
  struct Slot { Time begin, end; Cause cause = Cause::Unattributed; SpanKind kind = SpanKind::served; bool traced = false; };
  struct Tally {  ///< picoseconds since the start; `spent` by cause: served, blocked
    std::vector<std::int64_t> spent;
    std::int64_t traced = 0, idle = 0, overlap = 0;
  };
  struct Site {  ///< what every charge touches
    Slot slot;
    std::int64_t capacity = 0, idle = 0, overlap = 0, traced = 0;
    Cause last_cause = Cause::Unattributed;
    std::vector<Slot> more;  ///< instead of `slot` when the capacity is above 1
  };
  struct SiteInfo {
    std::string path;
    std::vector<std::int64_t> critical;
    std::vector<Origin> basis;
    Tally at_open, at_close;
  };
  static Slot& longest_free(Site& site);
  [[noreturn]] void gap(const Op& op, SiteId site, Cause cause, Time begin) const;
  Tally tally_at(std::size_t site, Time at) const;
  /// A booking that began before an edge of the window and was made after it (a wait that is booked when it is
  /// over): the tally at that edge took its time for idle.
  void booked_late(SiteId site, Cause cause, SpanKind kind, Time begin, Time end, bool traced);

  std::vector<Site> sites_;
  std::vector<SiteInfo> infos_;
  std::vector<std::int64_t> spent_;  ///< [site][cause][served, blocked]
  Window window_ = Window::before;
  Time window_begin_, window_end_, keep_since_;
  Time edge_;  ///< the edge of the window that was passed last
  bool enabled_ = true;
};

}  // namespace viosim
