#include "kernel/ledger.h"

#include <algorithm>
#include <stdexcept>

namespace viosim {
namespace {

std::size_t cell_of(const Span& s) {
  return ((static_cast<std::size_t>(s.site.value) * kCauseCount + index(s.cause)) << 2) |
         static_cast<std::size_t>(s.kind);
}

}  // namespace

Op Op::fork() const {
  Op o;
  o.tail_ = tail_;
  o.last_ = last_;
  o.traced_ = traced_;
  o.cause_ = cause_;
  if (tail_ != nullptr) ++tail_->refs;
  return o;
}

void SpanPool::grow() {
  constexpr std::size_t kChunk = 1024;
  auto* const chunk = new Span[kChunk];
  for (std::size_t i = 0; i < kChunk; ++i) give(&chunk[i]);
}

std::vector<StackRow> Account::rows() const {
  std::vector<StackRow> out;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (cells_[i].occurrences == 0) continue;
    const std::size_t site_cause = i >> 2;
    out.push_back({SiteId{static_cast<std::uint16_t>(site_cause / kCauseCount)},
                   static_cast<Cause>(site_cause % kCauseCount), static_cast<SpanKind>(i & 3), cells_[i].total,
                   cells_[i].occurrences});
  }
  return out;
}

void Account::clear() { *this = Account{}; }

SiteId Ledger::add_site(std::string path, std::int64_t capacity) {
  Site site;
  site.capacity = capacity;
  if (capacity > 1) site.more.resize(static_cast<std::size_t>(capacity));
  sites_.push_back(std::move(site));
  SiteInfo about;
  about.path = std::move(path);
  about.critical.assign(kCauseCount, 0);
  about.basis.assign(kCauseCount, Origin::spec);
  infos_.push_back(std::move(about));
  spent_.resize(sites_.size() * kCauseCount * 2);
  return SiteId{static_cast<std::uint16_t>(sites_.size() - 1)};
}

void Ledger::based_on(SiteId s, Cause c, const Source& source) {
  Origin& worst = infos_[s.value].basis[index(c)];
  worst = std::max(worst, source.origin);  // the origins are listed from best to worst
}

Ledger::Slot& Ledger::longest_free(Site& site) {
  return *std::min_element(site.more.begin(), site.more.end(),
                           [](const Slot& a, const Slot& b) { return a.end < b.end; });
}

void Ledger::gap(const Op& op, SiteId site, Cause cause, Time begin) const {
  throw std::logic_error("ledger: " + path(site) + " charges " + std::string(info(cause).name) + " from " +
                         std::to_string(begin.ps()) + " ps to an operation that is accounted for up to " +
                         std::to_string(op.last_.ps()) + " ps" +
                         (op.tail_ ? " (last by " + path(op.tail_->site) + ")" : ""));
}

void Ledger::close(const Op& op, Time begin, Account& into) {
  if (!enabled_) return;
  if (into.cells_.size() < sites_.size() * kCauseCount * 4) into.cells_.resize(sites_.size() * kCauseCount * 4);
  const Duration length = op.last_ - begin;
  Duration covered;
  for (Span* s = op.tail_; s != nullptr && s->end > begin; s = s->prev) {
    const Duration d = s->end - std::max(s->begin, begin);
    Account::Cell& cell = into.cells_[cell_of(*s)];
    cell.total += d;
    ++cell.occurrences;
    covered += d;
    if (s->kind == SpanKind::served && !s->counted) {
      s->counted = 1;
      if (window_ == Window::open && s->end > window_begin_)
        infos_[s->site.value].critical[index(s->cause)] += (s->end - std::max(s->begin, window_begin_)).raw();
    }
    if (s->begin <= std::min(keep_since_, begin) && s->prev != nullptr) {  // nobody asks for what lies before
      Op::release(s->prev);
      s->prev = nullptr;
    }
  }
  into.total_ += length;
  into.residual_ += length - covered;
  ++into.operations_;
}

Ledger::Tally Ledger::tally_at(std::size_t site, Time at) const {
  const Site& s = sites_[site];
  Tally t;
  const auto first = spent_.begin() + static_cast<std::ptrdiff_t>(site * kCauseCount * 2);
  t.spent.assign(first, first + static_cast<std::ptrdiff_t>(kCauseCount * 2));
  t.traced = s.traced;
  t.idle = s.idle;
  t.overlap = s.overlap;
  const auto clip = [&](const Slot& slot) {  // charges are made in advance: take back what lies beyond
    if (slot.end <= at) {
      t.idle += (at - slot.end).raw();
      return;
    }
    const std::int64_t beyond = (slot.end - std::max(slot.begin, at)).raw();
    t.spent[index(slot.cause) * 2 + static_cast<std::size_t>(slot.kind)] -= beyond;
    if (slot.kind == SpanKind::served && slot.traced) t.traced -= beyond;
    if (slot.begin > at) t.idle -= (slot.begin - at).raw();
  };
  if (s.capacity == 1) clip(s.slot);
  for (const Slot& slot : s.more) clip(slot);
  return t;
}

void Ledger::booked_late(SiteId site, Cause cause, SpanKind kind, Time begin, Time end, bool traced) {
  const auto correct = [&](Tally& tally, Time edge) {
    const std::int64_t before = (std::min(end, edge) - begin).raw();
    if (before <= 0) return;
    tally.idle -= before;
    tally.spent[index(cause) * 2 + static_cast<std::size_t>(kind)] += before;
    if (kind == SpanKind::served && traced) tally.traced += before;
  };
  correct(infos_[site.value].at_open, window_begin_);
  if (window_ == Window::closed) correct(infos_[site.value].at_close, window_end_);
}

void Ledger::open_window(Time at) {
  edge_ = at;
  window_ = Window::open;
  window_begin_ = at;
  for (std::size_t i = 0; i < sites_.size(); ++i) {
    infos_[i].at_open = tally_at(i, at);
    std::fill(infos_[i].critical.begin(), infos_[i].critical.end(), 0);
  }
}

void Ledger::close_window(Time at) {
  edge_ = at;
  window_ = Window::closed;
  window_end_ = at;
  for (std::size_t i = 0; i < sites_.size(); ++i) infos_[i].at_close = tally_at(i, at);
}

std::vector<SiteReport> Ledger::sites() const {
  std::vector<SiteReport> out;
  for (std::size_t i = 0; i < sites_.size(); ++i) {
    if (sites_[i].capacity == 0 || window_ != Window::closed) continue;
    const SiteInfo& about = infos_[i];
    SiteReport r{SiteId{static_cast<std::uint16_t>(i)}, sites_[i].capacity, window(), {}, {}, {}, {}, {}, {}, {}, {}, {}};
    std::int64_t critical = 0;
    for (std::size_t c = 0; c < kCauseCount; ++c) {
      const Duration served(about.at_close.spent[c * 2] - about.at_open.spent[c * 2]);
      const Duration blocked(about.at_close.spent[c * 2 + 1] - about.at_open.spent[c * 2 + 1]);
      r.served += served;
      r.blocked += blocked;
      critical += about.critical[c];
      if (served != kZeroTime) r.served_by_cause.emplace_back(static_cast<Cause>(c), served);
      if (blocked != kZeroTime) r.blocked_by_cause.emplace_back(static_cast<Cause>(c), blocked);
    }
    const Duration traced(about.at_close.traced - about.at_open.traced);
    r.idle = Duration(about.at_close.idle - about.at_open.idle);
    r.overlap = Duration(about.at_close.overlap - about.at_open.overlap);
    r.critical = Duration(critical);
    r.slack = traced - r.critical;
    r.background = r.served - traced;
    out.push_back(std::move(r));
  }
  return out;
}

}  // namespace viosim
