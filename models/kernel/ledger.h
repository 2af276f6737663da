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
#include <array>
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

/// A stretch of an operation's time. It begins where the one before it ends. Plain numbers: a block of them is not
/// cleared.
struct Span {
  std::int64_t end_ps;
  std::uint32_t cell;  ///< [site][cause][kind] in one number

  static constexpr std::uint32_t cell_of(SiteId site, Cause cause, SpanKind kind) {
    return static_cast<std::uint32_t>((site.value * kCauseCount + index(cause)) * 4 + static_cast<std::size_t>(kind));
  }
  SiteId site() const { return SiteId{static_cast<std::uint16_t>(cell / 4 / kCauseCount)}; }
  Cause cause() const { return static_cast<Cause>(cell / 4 % kCauseCount); }
  SpanKind kind() const { return static_cast<SpanKind>(cell % 4); }
};

/// Some spans in a row, and what came before them. Forks share blocks: each knows how many of the last one's spans
/// are its own; who goes on second opens a new block.
struct SpanBlock : Pooled<SpanBlock> {
  static constexpr std::uint32_t kSpans = 29;
  SpanBlock* prev;
  Time begin;                ///< of the first span
  std::uint32_t prev_count;  ///< spans of `prev` that belong to this history
  std::uint32_t used, refs;
  std::uint32_t counted;     ///< a bit a span: it is in its site's critical share already
  std::array<Span, kSpans> spans;

  Time begin_of(std::uint32_t i) const { return i > 0 ? Time(spans[i - 1].end_ps) : begin; }
};

/// The spans of a history, latest first: `for (const SpanView& s : op.history())`.
struct SpanView {
  Time begin, end;
  SiteId site;
  Cause cause;
  SpanKind kind;
};
class SpanHistory {
 public:
  class Iterator {
   public:
    Iterator(const SpanBlock* block, std::uint32_t count) : block_(block), count_(count) { skip(); }
    SpanView operator*() const {
      const Span& s = block_->spans[count_ - 1];
      return {block_->begin_of(count_ - 1), Time(s.end_ps), s.site(), s.cause(), s.kind()};
    }
    Iterator& operator++() {
      --count_;
      skip();
      return *this;
    }
    bool operator!=(const Iterator& o) const { return block_ != o.block_ || count_ != o.count_; }

   private:
    void skip() {
      while (count_ == 0 && block_ != nullptr) {
        count_ = block_->prev_count;
        block_ = block_->prev;
      }
    }
    const SpanBlock* block_;
    std::uint32_t count_;
  };
  SpanHistory(const SpanBlock* block, std::uint32_t count) : block_(block), count_(count) {}
  Iterator begin() const { return {block_, count_}; }
  Iterator end() const { return {nullptr, 0}; }
  bool empty() const { return !(begin() != end()); }

 private:
  const SpanBlock* block_;
  std::uint32_t count_;
};

class Ledger;

/// The travelling account. Default: background work, charged at sites only. Move-only; `fork` shares the past.
class Op {
 public:
  Op() = default;
  Op(Op&& o) noexcept : block_(o.block_), last_(o.last_), count_(o.count_), traced_(o.traced_), cause_(o.cause_) {
    o.forget();
  }
  Op& operator=(Op&& o) noexcept {
    SpanBlock* const old = block_;
    block_ = o.block_;
    last_ = o.last_;
    count_ = o.count_;
    traced_ = o.traced_;
    cause_ = o.cause_;
    o.forget();
    release(old);
    return *this;
  }
  Op(const Op&) = delete;
  Op& operator=(const Op&) = delete;
  ~Op() { release(block_); }

  /// A new account without a past, from `now` on.
  static Op open(Time now) { Op o; o.last_ = now; o.traced_ = true; return o; }
  /// Another account with the same past: the two part here.
  Op fork() const {
    if (block_ != nullptr) ++block_->refs;
    return Op(block_, last_, count_, traced_, cause_);
  }
  bool traced() const { return traced_; }
  /// Up to when the time of this op is accounted for.
  Time last() const { return last_; }
  SpanHistory history() const { return {block_, block_ == nullptr ? 0 : count_}; }
  /// What background work was charged with last; Unattributed: nothing yet. A traced op has its spans.
  Cause background_cause() const { return cause_; }

 private:
  friend class Ledger;
  Op(SpanBlock* block, Time last, std::uint32_t count, bool traced, Cause cause)
      : block_(block), last_(last), count_(count), traced_(traced), cause_(cause) {}
  static void release(SpanBlock* block) {
    while (block != nullptr && --block->refs == 0) delete std::exchange(block, block->prev);
  }
  void append_two(std::uint32_t cell, Time end, std::uint32_t next_cell, Time next_end) {
    make_room(2);
    block_->spans[count_] = Span{end.ps(), cell};
    block_->spans[count_ + 1] = Span{next_end.ps(), next_cell};
    block_->used = count_ += 2;
    last_ = next_end;
  }
  void append(std::uint32_t cell, Time end) {
    make_room(1);
    block_->spans[count_] = Span{end.ps(), cell};
    block_->used = ++count_;
    last_ = end;
  }
  /// `n` spans more fit in the block, and nobody else has gone on in it.
  void make_room(std::uint32_t n) {
    if (count_ + n > SpanBlock::kSpans || block_->used != count_) [[unlikely]] extend(n);
  }
  [[gnu::cold]] void extend(std::uint32_t n);  // opens a new block
  void forget() {
    block_ = nullptr;
    count_ = SpanBlock::kSpans;
    traced_ = false;
  }
  SpanBlock* block_ = nullptr;
  Time last_;
  std::uint32_t count_ = SpanBlock::kSpans;  ///< spans of the block that are this account's; without a block: full
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

class SpanSink;

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

  /// A booking is of one sort: [cause][blocked][for a traced op].
  using Sort = std::uint32_t;
  static constexpr std::size_t kSorts = kCauseCount * 4;
  static constexpr Sort sort_of(Cause cause, SpanKind kind, bool traced) {
    return static_cast<Sort>(index(cause) * 4 + static_cast<std::size_t>(kind) * 2 + (traced ? 1 : 0));
  }
  /// A server's last bookings, all of one sort and without a break.
  struct Slot { Time begin, end; Sort sort = index(Cause::Unattributed) * 4; };
  /// What every charge touches of a site.
  struct Site {
    Slot slot;
    SiteId id;
    std::uint32_t first_cell = 0;  ///< of its spans
    std::int64_t capacity = 0, idle = 0, overlap = 0;
    std::vector<Slot> more;  ///< instead of `slot` when the capacity is above 1: then that holds what was booked last
    std::array<std::int64_t, kSorts> spent{};

    std::uint32_t cell(Cause cause, SpanKind kind) const {
      return first_cell + static_cast<std::uint32_t>(index(cause) * 4 + static_cast<std::size_t>(kind));
    }
  };
  /// The site itself, for who charges it often; stays where it is.
  Site& site(SiteId s) { return *sites_[s.value]; }

  /// Charges [begin, end) to (site, cause). A traced op must be accounted for up to `begin`, exactly.
  void charge(Op& op, SiteId s, Cause cause, SpanKind kind, Time begin, Time end) {
    charge(op, site(s), cause, kind, begin, end);
  }
  void charge(Op& op, Site& site, Cause cause, SpanKind kind, Time begin, Time end) {
    if (!plain_) [[unlikely]] {
      if (enabled_) charge_watched(op, site, cause, kind, begin, end, end);
      op.last_ = end;
      return;
    }
    if (begin == end) [[unlikely]] {
      stay(op, site, cause, end);
      return;
    }
    if (kind <= SpanKind::blocked) book(site, cause, kind, begin, end, op.traced_);
    advance(op, site, cause, kind, begin, end);
  }
  /// The op is served over [begin, end) and goes on; its server is held on up to `free`, not before `end`.
  void charge_served(Op& op, Site& site, Cause cause, Time begin, Time end, Time free) {
    if (!plain_) [[unlikely]] {
      if (enabled_) charge_watched(op, site, cause, SpanKind::served, begin, end, free);
      op.last_ = end;
      return;
    }
    if (begin != free) [[likely]] book(site, cause, SpanKind::served, begin, free, op.traced_);
    if (begin != end) [[likely]] advance(op, site, cause, SpanKind::served, begin, end);
    else stay(op, site, cause, end);
  }
  /// The same, and then a pipelined delay at the same site up to `there`: what a wire or a pipeline does, in one step.
  void charge_sent(Op& op, Site& site, Cause cause, Time begin, Time end, Time free, Cause after, Time there) {
    if (!plain_ || begin == end || end == there) [[unlikely]] {
      charge_in_turn(op, site, cause, begin, end, free, after, there);
      return;
    }
    book(site, cause, SpanKind::served, begin, free, op.traced_);
    if (!op.traced_) {
      op.last_ = there;
      op.cause_ = after;
      return;
    }
    if (op.last_ != begin) [[unlikely]] gap(op, site.id, cause, begin);
    op.append_two(site.cell(cause, SpanKind::served), end, site.cell(after, SpanKind::delay), there);
  }
  /// A server of `site` was held over [begin, end) while the op spent its time elsewhere: law 2 only.
  void occupy(Site& site, Cause cause, SpanKind kind, Time begin, Time end, bool traced) {
    if (begin == end) return;
    if (plain_) [[likely]] book(site, cause, kind, begin, end, traced);
    else occupy_watched(site, cause, kind, begin, end, traced);
  }
  void occupy(SiteId s, Cause cause, SpanKind kind, Time begin, Time end, bool traced) {
    occupy(site(s), cause, kind, begin, end, traced);
  }

  /// Closes the operation that began at `begin` and ends where `op` is accounted for.
  void close(const Op& op, Time begin, Account& into);
  /// How often, with the ledger off too: what does not grow makes no progress.
  std::uint64_t closed() const { return closed_; }
  /// Workloads say up to when histories are still needed: spans that ended earlier are dropped at close.
  void keep_since(Time oldest) { keep_since_ = oldest; }

  void open_window(Time at);
  void close_window(Time at);
  bool in_window() const { return window_ == Window::open; }
  std::vector<SiteReport> sites() const;
  Duration window() const { return window_end_ - window_begin_; }

  /// The last cause that `site` was occupied with.
  Cause last_cause(SiteId site) const { return static_cast<Cause>(sites_[site.value]->slot.sort / 4); }
  /// Without the ledger nothing is recorded (benchmarks compare).
  void enable(bool on) {
    enabled_ = on;
    plain_ = enabled_ && sink_ == nullptr;
  }
  /// From now on `sink` sees every charge; null: nobody does.
  void watch(SpanSink* sink) {
    sink_ = sink;
    enable(enabled_);
  }

 private:
  enum class Window : std::uint8_t { before, open, closed };
  struct Tally {  ///< picoseconds since the start
    std::vector<std::int64_t> spent;  ///< by sort
    std::int64_t idle = 0, overlap = 0;
  };
  struct SiteInfo {
    std::string path;
    std::vector<Origin> basis;
    Tally at_open, at_close;
  };
  /// A charge while somebody watches. The server is held up to `held`.
  [[gnu::cold]] void charge_watched(Op& op, Site& site, Cause cause, SpanKind kind, Time begin, Time end, Time held);
  [[gnu::cold]] void charge_in_turn(Op& op, Site& site, Cause cause, Time begin, Time end, Time free, Cause after,
                                    Time there);
  [[gnu::cold]] void occupy_watched(Site& site, Cause cause, SpanKind kind, Time begin, Time end, bool traced);
  /// The operation's side of a charge.
  void advance(Op& op, const Site& site, Cause cause, SpanKind kind, Time begin, Time end) {
    if (op.traced_) [[likely]] {
      if (op.last_ != begin) [[unlikely]] gap(op, site.id, cause, begin);
      op.append(site.cell(cause, kind), end);
    } else {
      op.last_ = end;
      op.cause_ = cause;
    }
  }
  /// The same for no time at all.
  [[gnu::cold]] void stay(Op& op, const Site& site, Cause cause, Time at);
  /// The site's side.
  void book(Site& s, Cause cause, SpanKind kind, Time begin, Time end, bool traced) {
    const Sort sort = sort_of(cause, kind, traced);
    if (s.capacity == 1) [[likely]] book(s, s.slot, sort, begin, end);
    else book_wide(s, sort, begin, end);
  }
  /// The same for several servers, or none.
  [[gnu::cold]] void book_wide(Site& s, Sort sort, Time begin, Time end);
  void book(Site& s, Slot& slot, Sort sort, Time begin, Time end) {
    if (begin < edge_) [[unlikely]] booked_late(s.id, sort, begin, end);
    const std::int64_t idle = (begin - slot.end).raw();
    // A booking that continues the one before extends it, so that a window may cut a line of them exactly.
    if (idle != 0 || slot.sort != sort) [[likely]] {
      if (idle >= 0) [[likely]] s.idle += idle;
      else s.overlap -= idle;
      slot.begin = begin;
      slot.sort = sort;
    }
    slot.end = end;
    s.spent[sort] += (end - begin).raw();
  }
  static Slot& longest_free(Site& site);
  /// The served spans [first, end) of `block` that stand on a critical path for the first time.
  void count_critical(SpanBlock& block, std::uint32_t first, std::uint32_t end, Time since);
  void tell(SiteId site, Cause cause, SpanKind kind, Time begin, Time end, const Op* op);
  [[noreturn, gnu::cold]] void gap(const Op& op, SiteId site, Cause cause, Time begin) const;
  Tally tally_at(std::size_t site, Time at) const;
  /// A booking that began before an edge of the window and was made after it (a wait that is booked when it is
  /// over): the tally at that edge took its time for idle.
  [[gnu::cold]] void booked_late(SiteId site, Sort sort, Time begin, Time end);

  std::vector<std::unique_ptr<Site>> sites_;
  std::vector<SiteInfo> infos_;
  std::vector<std::int64_t> critical_;  ///< [site][cause], served on a closed account inside the window
  Window window_ = Window::before;
  Time window_begin_, window_end_, keep_since_;
  std::uint64_t closed_ = 0;
  Time edge_;  ///< the edge of the window that was passed last
  bool enabled_ = true;
  bool plain_ = true;  ///< enabled, and nobody watches
  SpanSink* sink_ = nullptr;
};

}  // namespace viosim
