#include "iommu/interrupt_remapper.h"

#include <bit>
#include <stdexcept>
#include <utility>

#include "iommu/memory_words.h"

namespace viosim::iommu {
namespace {

constexpr Bytes kEntry{16}, kWord{8};

}  // namespace

struct InterruptRemapper::Message : Wakeable, Pooled<Message> {
  InterruptRemapper* owner;
  Bdf source;
  std::uint32_t index = 0;
  InterruptEntry entry;
  std::uint64_t invalidations = 0;
  Op op;
};

InterruptRemapper::InterruptRemapper(const std::string& path, const IommuParams& params, MemoryIf& memory,
                                     FaultLog& faults, std::optional<Stream> dice)
    : station_(path, 0), path_(path), lookup_(*params.lookup), can_post_(*params.posted_interrupts), memory_(memory),
      faults_(faults), cache_(static_cast<std::size_t>(params.interrupt_cache_entries->raw()),
                              static_cast<std::size_t>(params.interrupt_cache_entries->raw()), std::move(dice)),
      remapped_(counters().add(path, "interrupts_remapped", "interrupt messages delivered by an entry")),
      posted_(counters().add(path, "interrupts_posted", "interrupt messages set in a posted descriptor")),
      notifications_(counters().add(path, "posted_notifications", "notifications sent for posted interrupts")),
      refused_(counters().add(path, "interrupts_refused", "interrupt messages blocked with a fault")) {
  station_.based_on(Cause::TlbLookup, params.lookup);
  station_.based_on(Cause::ContextMiss, params.interrupt_cache_entries);
}

template <void (InterruptRemapper::*Step)(InterruptRemapper::Message*)>
void InterruptRemapper::at(Time when, Message* m) {
  m->fire = [](Wakeable* w) {
    auto* self = static_cast<Message*>(w);
    (self->owner->*Step)(self);
  };
  m->drop = [](Wakeable* w) { delete static_cast<Message*>(w); };
  scheduler().wake_at(when, m);
}

void InterruptRemapper::enable(Hpa table, std::uint32_t entries, bool compatible, IrqRouterIf& cores) {
  if (!std::has_single_bit(entries) || entries < 2 || entries > 65536 || table.offset_in(Bytes(4096)) != Bytes{})
    throw std::invalid_argument(path_ + ": a table of 2 to 65536 entries, a power of two, from a page's start on");
  table_ = table;
  entries_ = entries;
  compatible_ = compatible;
  cores_ = &cores;
  forget(0, ~std::uint64_t{0});
}

void InterruptRemapper::set(std::uint16_t index, const InterruptEntry& entry) {
  if (index >= entries_) throw std::out_of_range(path_ + ": no interrupt entry " + std::to_string(index));
  if (entry.posted() && !can_post_) throw std::invalid_argument(path_ + ": no posted interrupts (posted_interrupts)");
  write_word(memory_, table_ + Bytes(16 * index) + kWord, entry.high);
  write_word(memory_, table_ + Bytes(16 * index), entry.low);
}

void InterruptRemapper::forget(std::uint64_t first, std::uint64_t many) {
  ++invalidations_;
  cache_.erase_if([&](std::uint64_t index, const InterruptEntry&) { return index >= first && index - first < many; });
}

void InterruptRemapper::message(Bdf source, std::uint64_t address, std::uint32_t data, Op op) {
  auto* m = new Message;
  m->owner = this;
  m->source = source;
  m->op = std::move(op);
  if ((address >> 4 & 1) == 0) {
    if (!compatible_) {
      refuse(m, IommuFault::compatibility_blocked);
      return;
    }
    cores_->deliver(static_cast<unsigned>(address >> 12) & 0xFF, data & 0xFFFF, std::move(m->op));
    delete m;
    return;
  }
  m->index = static_cast<std::uint32_t>((address >> 5 & 0x7FFF) | (address >> 2 & 1) << 15);
  if ((address >> 3 & 1) != 0) m->index += data & 0xFFFF;  // SHV: the data is a subhandle
  const Time looked = station_.delay(m->op, Cause::TlbLookup, now(), lookup_);
  const Hpa at_entry = table_ + Bytes(16 * std::int64_t{m->index});
  if ((address >> 3 & 1) != 0 && data >> 16 != 0) {
    refuse(m, IommuFault::interrupt_reserved);
  } else if (m->index >= entries_) {
    refuse(m, IommuFault::interrupt_index);
  } else if (const InterruptEntry* const known = cache_.find(m->index)) {
    m->entry = *known;
    if (looked > now()) at<&InterruptRemapper::decide>(looked, m);
    else decide(m);
  } else if (!memory_.contains(at_entry, kEntry)) {
    refuse(m, IommuFault::interrupt_table_access);
  } else {
    Op background;
    const Time read = memory_.walker_read(background, at_entry, kEntry, looked);
    m->entry = {read_word(memory_, at_entry), read_word(memory_, at_entry + kWord)};
    m->invalidations = invalidations_;
    station_.delay(m->op, Cause::ContextMiss, looked, read - looked);
    at<&InterruptRemapper::fetched>(read, m);
  }
}

void InterruptRemapper::fetched(Message* m) {
  if (m->entry.present() && m->invalidations == invalidations_) cache_.insert(m->index, m->entry);
  decide(m);
}

void InterruptRemapper::decide(Message* m) {
  const InterruptEntry& e = m->entry;
  if (!e.present()) {
    refuse(m, IommuFault::interrupt_not_present, e.silent());
  } else if (e.reserved() || (e.posted() && !can_post_)) {
    refuse(m, IommuFault::interrupt_entry_reserved, e.silent());
  } else if (!e.admits(m->source)) {
    refuse(m, IommuFault::interrupt_source, e.silent());
  } else if (e.posted()) {
    post(m);
  } else {
    ++remapped_;
    cores_->deliver(e.destination(), e.vector(), std::move(m->op));
    delete m;
  }
}

void InterruptRemapper::post(Message* m) {
  const Hpa at_descriptor = m->entry.descriptor();
  if (!memory_.contains(at_descriptor, kPostedSize)) {
    refuse(m, IommuFault::interrupt_table_access, m->entry.silent());
    return;
  }
  const Time read = memory_.device_read(m->op, at_descriptor, kPostedSize, now());
  at<&InterruptRemapper::posted>(memory_.device_write(m->op, at_descriptor, kPostedSize, read), m);
}

void InterruptRemapper::posted(Message* m) {
  ++posted_;
  const Hpa request = m->entry.descriptor() + Bytes(8 * (m->entry.vector() / 64));
  const Hpa control = m->entry.descriptor() + kPostedControl;
  write_word(memory_, request, read_word(memory_, request) | std::uint64_t{1} << m->entry.vector() % 64, &m->op);
  const std::uint64_t state = read_word(memory_, control);
  if ((state & kOutstanding) == 0 && ((state & kSuppressed) == 0 || m->entry.urgent())) {
    write_word(memory_, control, state | kOutstanding, &m->op);
    ++notifications_;
    cores_->deliver(static_cast<unsigned>(state >> 32), static_cast<unsigned>(state >> 16 & 0xFF), std::move(m->op));
  }
  delete m;
}

void InterruptRemapper::refuse(Message* m, IommuFault reason, bool silent) {
  ++refused_;
  if (!silent) faults_.record({m->source, Iova(m->index), reason, true});
  delete m;
}

}  // namespace viosim::iommu
