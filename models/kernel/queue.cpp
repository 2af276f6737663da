#include "kernel/queue.h"

#include <algorithm>

namespace viosim {

void LineHistory::add(Time begin, Time end, Cause cause) {
  if (begin >= end) return;
  if (log_.size() > head_ && log_.back().cause == cause && log_.back().end == begin) log_.back().end = end;
  else log_.push_back({begin, end, cause});
}

void LineHistory::append(const Op& op, SiteId site, Time at) {
  const Time since = end_;
  end_ = at;
  if (!op.traced()) {  // background work leaves no history of its own: the last thing it did stands for all
    const Cause cause = op.background_cause();
    add(since, at, cause != Cause::Unattributed ? cause : ledger().last_cause(site));
    return;
  }
  const std::size_t first = log_.size();
  for (const SpanView& s : op.history()) {
    if (s.end <= since) break;
    const Time begin = std::max(s.begin, since), end = std::min(s.end, at);
    if (begin < end) log_.push_back({begin, end, s.cause});
  }
  std::reverse(log_.begin() + static_cast<std::ptrdiff_t>(first), log_.end());
  // A long line before a server with one cause stays one entry.
  if (log_.size() == first + 1 && first > head_ && log_[first - 1].cause == log_[first].cause &&
      log_[first - 1].end == log_[first].begin) {
    log_[first - 1].end = log_[first].end;
    log_.pop_back();
  }
}

void LineHistory::charge(Op& op, SiteId site, Time since) {
  Time done = since;
  std::size_t i = log_.size();  // the log is in order of time: find the first that reaches past `since`
  while (i > head_ && log_[i - 1].end > since) --i;
  for (; i < log_.size(); ++i) {
    const Stretch& s = log_[i];
    if (s.begin > done) {
      ledger().charge(op, site, Cause::Queueing, SpanKind::queued, done, s.begin);
      done = s.begin;
    }
    if (s.end <= done) continue;
    ledger().charge(op, site, s.cause, SpanKind::queued, done, s.end);
    done = s.end;
  }
  ledger().charge(op, site, Cause::Queueing, SpanKind::queued, done, now());
}

void LineHistory::trim(Time oldest) {
  while (head_ < log_.size() && log_[head_].end <= oldest) ++head_;
  if (head_ == log_.size()) {
    log_.clear();
    head_ = 0;
    end_ = oldest;
  } else if (head_ >= 256 && head_ * 2 >= log_.size()) {
    log_.erase(log_.begin(), log_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

}  // namespace viosim
