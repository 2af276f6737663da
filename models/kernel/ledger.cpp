#include "kernel/ledger.h"

#include <algorithm>
#include <bit>
#include <stdexcept>

#include "kernel/span_sink.h"

namespace viosim {

void Op::extend(std::uint32_t n) {
  if (count_ + n <= SpanBlock::kSpans && block_->refs == 1) return;  // who had gone on before us is gone: ours alone
  auto* const block = new SpanBlock;
  block->prev = block_;  // our reference becomes the new block's
  block->prev_count = block_ == nullptr ? 0 : count_;
  block->begin = last_;
  block->counted = 0;
  block->refs = 1;
  block_ = block;
  count_ = 0;
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
  const SiteId id{static_cast<std::uint16_t>(sites_.size())};
  auto site = std::make_unique<Site>();
  site->id = id;
  site->first_cell = Span::cell_of(id, Cause{}, SpanKind{});
  site->capacity = capacity;
  if (capacity > 1) site->more.resize(static_cast<std::size_t>(capacity));
  sites_.push_back(std::move(site));
  SiteInfo about;
  about.path = std::move(path);
  about.basis.assign(kCauseCount, Origin::spec);
  infos_.push_back(std::move(about));
  critical_.resize(sites_.size() * kCauseCount);
  return id;
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
                         (op.history().empty() ? "" : " (last by " + path((*op.history().begin()).site) + ")"));
}

void Ledger::charge_watched(Op& op, Site& site, Cause cause, SpanKind kind, Time begin, Time end, Time held) {
  if (begin != held && kind <= SpanKind::blocked) book(site, cause, kind, begin, held, op.traced_);
  if (begin == end) {
    stay(op, site, cause, end);
    return;
  }
  tell(site.id, cause, kind, begin, end, &op);
  advance(op, site, cause, kind, begin, end);
}

void Ledger::charge_in_turn(Op& op, Site& site, Cause cause, Time begin, Time end, Time free, Cause after,
                            Time there) {
  charge_served(op, site, cause, begin, end, free);
  charge(op, site, after, SpanKind::delay, end, there);
}

void Ledger::book_wide(Site& s, Sort sort, Time begin, Time end) {
  if (s.capacity == 0) return;
  book(s, longest_free(s), sort, begin, end);
  s.slot.sort = sort;
}

void Ledger::occupy_watched(Site& site, Cause cause, SpanKind kind, Time begin, Time end, bool traced) {
  if (!enabled_) return;
  tell(site.id, cause, kind, begin, end, nullptr);
  book(site, cause, kind, begin, end, traced);
}

void Ledger::stay(Op& op, const Site& site, Cause cause, Time at) {
  if (!op.traced_) op.last_ = at;
  else if (op.last_ != at) gap(op, site.id, cause, at);
}

void Ledger::count_critical(SpanBlock& block, std::uint32_t first, std::uint32_t end, Time since) {
  std::uint32_t fresh = ((1u << end) - (1u << first)) & ~block.counted;
  block.counted |= fresh;
  for (; fresh != 0; fresh &= fresh - 1) {
    const auto i = static_cast<std::uint32_t>(std::countr_zero(fresh));
    const Span& s = block.spans[i];
    if (s.kind() != SpanKind::served || s.end_ps <= since.ps()) continue;
    critical_[s.cell / 4] += s.end_ps - std::max(block.begin_of(i), since).ps();
  }
}

void Ledger::close(const Op& op, Time begin, Account& into) {
  ++closed_;
  if (!enabled_) return;
  if (sink_ != nullptr) [[unlikely]] sink_->closed(op, begin);
  if (into.cells_.size() < sites_.size() * kCauseCount * 4) into.cells_.resize(sites_.size() * kCauseCount * 4);
  const Duration length = op.last_ - begin;
  const Time dropped = std::min(keep_since_, begin);  // nobody asks for what lies before
  const Time counted_from = window_ == Window::open ? window_begin_ : Time::never();
  Account::Cell* const cells = into.cells_.data();
  std::int64_t* const critical = critical_.data();
  Duration covered;
  std::uint32_t count = op.count_;
  for (SpanBlock* block = op.block_; block != nullptr;) {
    std::uint32_t first = 0;
    while (first < count && block->spans[first].end_ps <= begin.ps()) ++first;  // in the oldest block alone
    std::int64_t at = std::max(block->begin_of(first), begin).ps();
    if (first < count) covered += Duration(block->spans[count - 1].end_ps - at);
    const bool whole = first == 0 && block->counted == 0 && block->begin >= counted_from;  // what count_critical asks
    const Span* const end = block->spans.data() + count;
    for (const Span* s = block->spans.data() + first; s < end; ++s) {
      const std::int64_t d = s->end_ps - std::exchange(at, s->end_ps);
      Account::Cell& cell = cells[s->cell];
      cell.total += Duration(d);
      ++cell.occurrences;
      if (whole && s->kind() == SpanKind::served) critical[s->cell / 4] += d;
    }
    if (whole) block->counted = (1u << count) - 1;
    else count_critical(*block, first, count, counted_from);
    if (block->begin <= dropped) {
      Op::release(std::exchange(block->prev, nullptr));
      block->prev_count = 0;
    }
    if (block->begin <= begin) break;
    count = block->prev_count;
    block = block->prev;
  }
  into.total_ += length;
  into.residual_ += length - covered;
  ++into.operations_;
}

Ledger::Tally Ledger::tally_at(std::size_t site, Time at) const {
  const Site& s = *sites_[site];
  Tally t;
  t.spent.assign(s.spent.begin(), s.spent.end());
  t.idle = s.idle;
  t.overlap = s.overlap;
  const auto clip = [&](const Slot& slot) {  // charges are made in advance: take back what lies beyond
    if (slot.end <= at) {
      t.idle += (at - slot.end).raw();
      return;
    }
    const std::int64_t beyond = (slot.end - std::max(slot.begin, at)).raw();
    t.spent[slot.sort] -= beyond;
    if (slot.begin > at) t.idle -= (slot.begin - at).raw();
  };
  if (s.capacity == 1) clip(s.slot);
  for (const Slot& slot : s.more) clip(slot);
  return t;
}

void Ledger::booked_late(SiteId site, Sort sort, Time begin, Time end) {
  const auto correct = [&](Tally& tally, Time edge) {
    const std::int64_t before = (std::min(end, edge) - begin).raw();
    if (before <= 0) return;
    tally.idle -= before;
    tally.spent[sort] += before;
  };
  correct(infos_[site.value].at_open, window_begin_);
  if (window_ == Window::closed) correct(infos_[site.value].at_close, window_end_);
}

void Ledger::tell(SiteId site, Cause cause, SpanKind kind, Time begin, Time end, const Op* op) {
  sink_->span(site, cause, kind, begin, end, op);
}

void Ledger::open_window(Time at) {
  if (sink_ != nullptr) sink_->window_opened(at);
  edge_ = at;
  window_ = Window::open;
  window_begin_ = at;
  std::fill(critical_.begin(), critical_.end(), 0);
  for (std::size_t i = 0; i < sites_.size(); ++i) infos_[i].at_open = tally_at(i, at);
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
    if (sites_[i]->capacity == 0 || window_ != Window::closed) continue;
    const SiteInfo& about = infos_[i];
    SiteReport r{SiteId{static_cast<std::uint16_t>(i)}, sites_[i]->capacity, window(), {}, {}, {}, {}, {}, {}, {}, {}, {}};
    std::int64_t critical = 0;
    Duration traced;
    for (std::size_t c = 0; c < kCauseCount; ++c) {
      const auto spent = [&](SpanKind kind, bool for_traced) {
        const Sort sort = sort_of(static_cast<Cause>(c), kind, for_traced);
        return Duration(about.at_close.spent[sort] - about.at_open.spent[sort]);
      };
      const Duration served = spent(SpanKind::served, true) + spent(SpanKind::served, false);
      const Duration blocked = spent(SpanKind::blocked, true) + spent(SpanKind::blocked, false);
      traced += spent(SpanKind::served, true);
      r.served += served;
      r.blocked += blocked;
      critical += critical_[i * kCauseCount + c];
      if (served != kZeroTime) r.served_by_cause.emplace_back(static_cast<Cause>(c), served);
      if (blocked != kZeroTime) r.blocked_by_cause.emplace_back(static_cast<Cause>(c), blocked);
    }
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
