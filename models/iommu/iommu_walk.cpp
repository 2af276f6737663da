// The walkers of the IOMMU. A read's bytes are taken when it begins: what an invalidation overtakes is marked stale
// and not kept. The walk's own overhead comes behind its last read, so a walk with one read is one event.
#include <algorithm>
#include <utility>

#include "iommu/iommu.h"
#include "iommu/translation_key.h"

namespace viosim::iommu {
namespace {

constexpr Bytes kContextSize{16}, kWord{8};
constexpr std::uint64_t kFirstPresent = 1, kFirstWrite = 2;

}  // namespace

void Iommu::miss(Translation& t, const Context* context) {
  if (context != nullptr) ++counts_.misses;
  const Iova page = t.address.align_down(kPage);
  const std::uint32_t space = context != nullptr ? context->domain : PageWalk::kUnknown + t.requester.value;
  t.Parcel::next = nullptr;
  if (PageWalk* const w = walks_.find(space, page)) {
    w->waiting_tail = w->waiting_tail->next = &t;
    return;
  }
  auto* walk = new PageWalk;
  walk->iommu = this;
  walk->waiting = walk->waiting_tail = &t;
  walk->page = page;
  walk->requester = t.requester;
  walk->space = space;
  walk->clock = now() + lookup_;
  if (context != nullptr) walk->context = *context;
  start(*walk);
}

void Iommu::start(PageWalk& walk) {
  walks_.add(walk);
  if (free_walkers_ > 0) {
    --free_walkers_;
    begin(walk);
    return;
  }
  (line_ == nullptr ? line_ : line_tail_->next_line) = &walk;
  line_tail_ = &walk;
}

void Iommu::then(PageWalk& walk, PageWalk::Step step) {
  walk.step = step;
  walk.fire = [](Wakeable* w) {
    auto& self = *static_cast<PageWalk*>(w);
    (self.iommu->*self.step)(self);
  };
  walk.drop = [](Wakeable* w) {
    auto* self = static_cast<PageWalk*>(w);
    if (self->iommu != nullptr) self->iommu->walks_.remove(*self);
    delete self;
  };
  scheduler().wake_at(walk.clock, &walk);
}

void Iommu::spend_read(PageWalk& walk, Hpa address, Bytes size, Cause cause, Duration behind) {
  Op nobody;
  const Time end = memory_.walker_read(nobody, address, size, walk.clock) + behind;
  ledger().charge(walk.first().op, walkers_.site(), cause, SpanKind::served, walk.clock, end);
  walk.clock = end;
}

void Iommu::begin(PageWalk& walk) {
  walk.clock = latest({walk.clock}, {now()}).at;
  Op& op = walk.first().op;
  ledger().charge(op, walkers_.site(), Cause::PageWalk, SpanKind::queued, op.traced() ? op.last() : walk.clock,
                  walk.clock);
  if (walk.fault != IommuFault::none) {
    then(walk, &Iommu::finish);
    return;
  }
  if (walk.space < PageWalk::kUnknown) {
    begin_tables(walk);
    return;
  }
  if (const Context* const known = contexts_.find(walk.requester.value)) {
    walk.context = *known;
    begin_tables(walk);
    return;
  }
  if (!table_.exists()) {
    fail(walk, IommuFault::root_not_present);
    return;
  }
  ++counts_.context_misses;
  const Hpa at = table_.root_entry(walk.requester);
  spend_read(walk, at, kContextSize, Cause::ContextMiss);
  walk.entry = read_word(memory_, at);
  const IommuFault fault = ContextTable::check_root(walk.entry, read_word(memory_, at + kWord));
  if (fault != IommuFault::none) fail(walk, fault);
  else then(walk, &Iommu::read_context);
}

void Iommu::read_context(PageWalk& walk) {
  const Hpa at = ContextTable::context_entry(walk.entry, walk.requester);
  if (!memory_.contains(at, kContextSize)) {
    fail(walk, IommuFault::context_table_access);
    return;
  }
  spend_read(walk, at, kContextSize, Cause::ContextMiss);
  const IommuFault fault =
      ContextTable::decode(read_word(memory_, at), read_word(memory_, at + kWord), levels_, walk.context);
  if (fault != IommuFault::none) fail(walk, fault);
  else then(walk, &Iommu::begin_tables);
}

void Iommu::begin_tables(PageWalk& walk) {
  const Context& context = walk.context;
  if (walk.space >= PageWalk::kUnknown) {
    if (!walk.stale) contexts_.insert(walk.requester.value, context);
    if (context.type == ContextType::pass_through || walk.page.raw() >> shift_of(context.levels) != 0 ||
        plugged_ != nullptr) {
      then(walk, &Iommu::finish);  // the context alone decides, or the IOTLB is asked next
      return;
    }
    if (const std::uint64_t* const entry = cached(context.domain, walk.page, walk.level)) {
      walk.entry = *entry;
      then(walk, &Iommu::finish);
      return;
    }
    ++counts_.misses;
  }
  walk.target = walk.page.raw();
  if (context.nested) {
    walk.inside_first = true;
    walk.first_level = context.levels - 1u;
    walk.first_permissions = kEntryAll;
    walk.target = PageTable::entry_address(Hpa(context.first_level.raw()), walk.page.raw(), walk.first_level).raw();
  }
  begin_second_level(walk);
}

void Iommu::begin_second_level(PageWalk& walk) {
  const unsigned levels = walk.context.levels;
  if (walk.target >> shift_of(levels) != 0) {
    fail(walk, IommuFault::address_beyond_width);
    return;
  }
  walk.permissions = kEntryAll;
  walk.table = walk.context.root;
  walk.level = levels - 1;
  for (unsigned level = 1; level < levels; ++level) {  // the lowest one that is known saves most
    const std::uint64_t* entry = upper_[level - 1].find(translation_key(walk.context.domain, walk.target, level));
    if (entry == nullptr) continue;
    walk.permissions = *entry & kEntryAll;
    walk.table = Hpa(*entry & kEntryAddress);
    walk.level = level - 1;
    break;
  }
  read_entry(walk);
}

void Iommu::read_entry(PageWalk& walk) {
  const Hpa at = PageTable::entry_address(walk.table, walk.target, walk.level);
  if (!memory_.contains(at, kEntrySize)) {
    fail(walk, IommuFault::table_access);
    return;
  }
  ++counts_.walk_reads;
  walk.entry = read_word(memory_, at);
  walk.permissions &= walk.entry;
  const bool reserved = is_reserved(walk.entry, walk.level, largest_);
  const bool last = walk.permissions == 0 || is_leaf(walk.entry, walk.level);
  spend_read(walk, at, kEntrySize, Cause::PageWalk,
             last && !reserved && !walk.inside_first ? walk_overhead_ : kZeroTime);
  if (reserved) fail(walk, IommuFault::entry_reserved);
  else if (last) second_level_done(walk);
  else then(walk, &Iommu::next_entry);
}

void Iommu::next_entry(PageWalk& walk) {
  if (!walk.stale)
    upper_[walk.level - 1].insert(translation_key(walk.context.domain, walk.target, walk.level),
                                  (walk.entry & kEntryAddress) | walk.permissions);
  walk.table = Hpa(walk.entry & kEntryAddress);
  --walk.level;
  read_entry(walk);
}

void Iommu::second_level_done(PageWalk& walk) {
  const std::uint64_t entry = (walk.entry & ~kEntryAll) | walk.permissions;
  if (!walk.context.nested) {
    conclude(walk, entry, walk.level);
    return;
  }
  const Bytes page = page_of(walk.level);
  const Hpa found = Hpa(entry & kEntryAddress).align_down(page) + Iova(walk.target).offset_in(page);
  if (!walk.inside_first) {  // the smaller of the two pages is what may be kept
    const unsigned level = std::min(walk.level, walk.first_level);
    conclude(walk, found.align_down(page_of(level)).raw() | (walk.permissions & walk.first_permissions), level);
  } else if ((walk.permissions & kEntryRead) == 0) {
    fail(walk, IommuFault::first_level_access);
  } else {
    walk.table = found;
    then(walk, &Iommu::read_first_level);
  }
}

void Iommu::read_first_level(PageWalk& walk) {
  if (!memory_.contains(walk.table, kEntrySize)) {
    fail(walk, IommuFault::first_level_access);
    return;
  }
  ++counts_.walk_reads;
  spend_read(walk, walk.table, kEntrySize, Cause::PageWalk);
  const std::uint64_t entry = read_word(memory_, walk.table), address = entry & kEntryAddress;
  const bool leaf = is_leaf(entry, walk.first_level);
  if ((entry & kFirstPresent) == 0) {
    fail(walk, IommuFault::first_level_not_present);
    return;
  }
  if (leaf && (walk.first_level > 2 || Gpa(address).offset_in(page_of(walk.first_level)) != Bytes{})) {
    fail(walk, IommuFault::first_level_reserved);
    return;
  }
  if ((entry & kFirstWrite) == 0) walk.first_permissions &= ~kEntryWrite;
  if (leaf) {
    walk.inside_first = false;
    walk.target = (Gpa(address) + walk.page.offset_in(page_of(walk.first_level))).raw();
  } else {
    --walk.first_level;
    walk.target = PageTable::entry_address(Hpa(address), walk.page.raw(), walk.first_level).raw();
  }
  then(walk, &Iommu::begin_second_level);
}

void Iommu::conclude(PageWalk& walk, std::uint64_t entry, unsigned level) {
  ++counts_.walks;
  walk.walked = true;
  walk.entry = entry;
  walk.level = level;
  then(walk, &Iommu::finish);
}

void Iommu::fail(PageWalk& walk, IommuFault reason) {
  walk.fault = reason;
  then(walk, &Iommu::finish);
}

void Iommu::finish(PageWalk& walk) {
  const bool keep = walk.walked && !walk.stale && (walk.entry & kEntryAll) != 0;  // what faults is not kept
  if (keep && plugged_ == nullptr) {
    iotlb_.insert(translation_key(walk.context.domain, walk.page.raw(), walk.level), walk.entry);
    mapped_levels_ |= 1u << walk.level;
  }
  walks_.remove(walk);
  for (Parcel* p = walk.waiting; p != nullptr;) {
    auto& t = static_cast<Translation&>(*p);
    p = p->next;  // its owner may free it once it is finished
    if (t.op.last() < now()) walkers_.charge_past(t.op, Cause::PageWalk, SpanKind::queued, t.op.last());
    if (walk.iotlb_walk >= 0) {
      plugged_->walked(static_cast<unsigned>(walk.iotlb_walk), {walk.fault, walk.entry, walk.level}, keep);
      continue;
    }
    if (walk.fault != IommuFault::none) {
      fault(t, walk.fault);
    } else if (!context_decides(t, walk.context)) {
      if (plugged_ != nullptr) {
        plugged_->look_up(t, walk.context.domain);
        continue;
      }
      answer(t, walk.entry, walk.level);
    }
    t.done.notify();
  }
  delete &walk;
  ++free_walkers_;
  if (line_ != nullptr) {
    PageWalk& next = *std::exchange(line_, line_->next_line);
    --free_walkers_;
    begin(next);
  }
}

}  // namespace viosim::iommu
