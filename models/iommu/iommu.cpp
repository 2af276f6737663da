#include "iommu/iommu.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "iommu/translation_key.h"

namespace viosim::iommu {
namespace {

std::size_t size_of(const Param<Count>& p) { return static_cast<std::size_t>(p->raw()); }
/// No set has more places than there are entries.
std::size_t ways_of(const IommuParams& p) { return std::min(size_of(p.iotlb_ways), size_of(p.iotlb_entries)); }
unsigned level_of(Bytes page) { return page == kHugePage ? 2 : page == kLargePage ? 1 : 0; }

/// Random replacement draws from a stream of the cache's own.
std::optional<Stream> dice(const IommuParams& params, std::uint64_t seed, const std::string& path) {
  return *params.replacement == "random" ? std::optional(Stream(seed, path)) : std::nullopt;
}

}  // namespace

Iommu::Iommu(sc_core::sc_module_name name, const IommuParams& params, MemoryIf& memory, std::uint64_t seed)
    : sc_module(name), station_(this->name(), 0),
      walkers_(std::string(this->name()) + ".walker", params.walkers->raw()), memory_(memory),
      lookup_(*params.lookup), walk_overhead_(*params.walk_overhead),
      levels_(static_cast<unsigned>(params.levels->raw())), node_(static_cast<unsigned>(params.node->raw())),
      largest_(level_of(*params.largest_page)), strict_(*params.strict), free_walkers_(params.walkers->raw()),
      table_(memory, node_),
      contexts_(size_of(params.context_cache_entries), size_of(params.context_cache_entries),
                dice(params, seed, std::string(this->name()) + ".contexts")),
      iotlb_(size_of(params.iotlb_entries), ways_of(params),
             dice(params, seed, std::string(this->name()) + ".iotlb")),
      faults_(size_of(params.fault_records)),
      interrupts_(std::string(this->name()) + ".interrupts", params, memory, faults_,
                  dice(params, seed, std::string(this->name()) + ".interrupts")),
      queue_(std::string(this->name()) + ".queue", params, *this, memory),
      counts_{counters().add(this->name(), "iotlb_lookups", "requests looked up in the IOTLB"),
              counters().add(this->name(), "iotlb_misses", "requests that the IOTLB did not hold"),
              counters().add(this->name(), "page_walks", "page walks done"),
              counters().add(this->name(), "page_walk_reads", "page-table entries read from memory"),
              counters().add(this->name(), "iommu_context_misses", "contexts read from memory"),
              counters().add(this->name(), "iommu_faults", "requests refused")} {
  for (unsigned level = 1; level < levels_; ++level)
    upper_.emplace_back(size_of(params.structure_cache_entries), size_of(params.structure_cache_entries),
                        dice(params, seed, std::string(this->name()) + ".level" + std::to_string(level)));
  station_.based_on(Cause::TlbLookup, params.lookup);
  walkers_.based_on(Cause::ContextMiss, params.context_cache_entries);
  walkers_.based_on(Cause::PageWalk, params.walk_overhead);
  walkers_.based_on(Cause::PageWalk, params.walkers);
  walkers_.based_on(Cause::PageWalk, params.iotlb_entries);
  walkers_.based_on(Cause::PageWalk, params.structure_cache_entries);
}

Bytes Iommu::page_for(const GuestMemoryIf& memory, Bytes at, Bytes end) const {
  const auto host = [&](Bytes offset) { return memory.host_address(Gpa{} + offset); };
  for (unsigned level = largest_; level > 0; --level) {
    const Bytes page = page_of(level);
    bool whole = at % page == Bytes{} && end - at >= page && host(at).offset_in(page) == Bytes{};
    for (Bytes i = kPage; whole && i < page; i += kPage) whole = host(at + i) == host(at) + i;
    if (whole) return page;
  }
  return kPage;
}

void Iommu::fill(PageTable& tables, const GuestMemoryIf& memory, Bytes size) const {
  for (Bytes done; done < size;) {
    const Bytes page = page_for(memory, done, size);
    tables.map(Iova{} + done, memory.host_address(Gpa{} + done).align_down(page), page);
    done += page;
  }
}

std::uint16_t Iommu::add_domain() {
  if (domains_.size() + kFirstDomain > 0xFFFF)
    throw std::invalid_argument(std::string(name()) + ": too many domains");
  domains_.push_back({nullptr, Bytes{}, PageTable(memory_, levels_, node_)});
  return static_cast<std::uint16_t>(domains_.size() - 1 + kFirstDomain);
}

AtsFunctionIf* Iommu::ats_function(Bdf device) const {
  for (const auto& [owner, tlb] : device_tlbs_)
    if (owner == device) return tlb;
  return nullptr;
}

void Iommu::attach(Bdf device, std::uint16_t domain, AtsFunctionIf* tlb) {
  std::erase_if(device_tlbs_, [&](const auto& entry) { return entry.first == device; });
  if (tlb != nullptr) device_tlbs_.emplace_back(device, tlb);
  table_.set(device, {tables(domain).root(), domain, static_cast<std::uint8_t>(levels_),
                      tlb != nullptr ? ContextType::device_tlb : ContextType::translated, false, Gpa{}});
  forget_context(device);
}

void Iommu::nest(Bdf device, std::uint16_t domain, Gpa root) {
  table_.set(device, {tables(domain).root(), domain, static_cast<std::uint8_t>(levels_), ContextType::translated,
                      true, root});
  forget_context(device);
}

void Iommu::assign(Bdf device, const GuestMemoryIf& memory, Bytes guest_size) {
  std::size_t i = 0;
  while (i < domains_.size() && (domains_[i].memory != &memory || domains_[i].size != guest_size)) ++i;
  if (i == domains_.size()) {
    const std::uint16_t domain = add_domain();
    try {
      fill(tables(domain), memory, guest_size);
    } catch (...) {
      domains_.pop_back();
      throw;
    }
    domains_[i].memory = &memory;
    domains_[i].size = guest_size;
  }
  attach(device, static_cast<std::uint16_t>(i + kFirstDomain));
}

void Iommu::pass_through(Bdf device) {
  table_.set(device, {Hpa{}, 1, static_cast<std::uint8_t>(levels_), ContextType::pass_through, false, Gpa{}});
  forget_context(device);
}

void Iommu::detach(Bdf device) {
  table_.clear(device);
  forget_context(device);
}

std::optional<std::uint16_t> Iommu::domain_of(Bdf device) const {
  Context context;
  const IommuFault fault = table_.look(device, levels_, context);
  if (fault != IommuFault::none || context.type == ContextType::pass_through) return {};
  return context.domain;
}

void Iommu::forget_all() {
  if (plugged_ != nullptr) plugged_->forget_all();
  iotlb_.clear();
  for (auto& level : upper_) level.clear();
  walks_.for_each([](PageWalk& w) { w.stale = true; });
}

void Iommu::invalidate(std::uint16_t domain) {
  if (plugged_ != nullptr) plugged_->forget(domain, 0, (std::uint64_t{1} << 45) - 1);
  const auto theirs = [&](std::uint64_t key, std::uint64_t) { return domain_of_key(key) == domain; };
  iotlb_.erase_if(theirs);
  for (auto& level : upper_) level.erase_if(theirs);
  walks_.for_each([&](PageWalk& w) { w.stale = w.stale || w.space == domain || w.space >= PageWalk::kUnknown; });
}

void Iommu::invalidate(std::uint16_t domain, Iova address, Bytes size) {
  const std::uint64_t first = address.raw(), last = first + static_cast<std::uint64_t>(size.raw()) - 1;
  if (plugged_ != nullptr) plugged_->forget(domain, first >> 12, last >> 12);
  const auto touches = [&](std::uint64_t key, std::uint64_t) {
    return domain_of_key(key) == domain && address_of_key(key) <= last &&
           first <= (address_of_key(key) | ((std::uint64_t{1} << shift_of(level_of_key(key))) - 1));
  };
  if (size == kPage) {  // the common case: a key a level
    for (unsigned level = 0; level < levels_; ++level) {
      const std::uint64_t key = translation_key(domain, first, level);
      if ((mapped_levels_ >> level & 1) != 0) iotlb_.erase(key);
      if (level > 0) upper_[level - 1].erase(key);
    }
  } else {
    iotlb_.erase_if(touches);
    for (auto& level : upper_) level.erase_if(touches);
  }
  // A walk may find a page as large as any: it is stale if that would be touched.
  const std::uint64_t around = static_cast<std::uint64_t>(page_of(largest_).raw()) - 1;
  walks_.for_each([&](PageWalk& w) {
    w.stale = w.stale || w.space >= PageWalk::kUnknown ||
              (w.space == domain &&
               (w.context.nested || (first <= (w.page.raw() | around) && (w.page.raw() & ~around) <= last)));
  });
}

void Iommu::forget_contexts(std::optional<std::uint16_t> domain) {
  contexts_.erase_if([&](std::uint64_t, const Context& c) { return !domain || c.domain == *domain; });
  walks_.for_each([](PageWalk& w) { w.stale = true; });
}

void Iommu::forget_context(Bdf device) {
  contexts_.erase(device.value);
  walks_.for_each([&](PageWalk& w) { w.stale = w.stale || w.requester == device; });
}

const std::uint64_t* Iommu::cached(std::uint16_t domain, Iova address, unsigned& level) {
  for (level = 0; mapped_levels_ >> level != 0; ++level)
    if ((mapped_levels_ >> level & 1) != 0)
      if (const std::uint64_t* entry = iotlb_.find(translation_key(domain, address.raw(), level))) return entry;
  return nullptr;
}

void Iommu::translate(Translation& t) {
  t.fault = IommuFault::none;
  t.ticket = Epochs::kNoTicket;
  const Context* const context = contexts_.find(t.requester.value);
  if (context == nullptr && !strict_) {
    Context there;
    const IommuFault f = table_.look(t.requester, levels_, there);
    if (f == IommuFault::root_not_present || f == IommuFault::context_not_present) {
      t.result = Hpa(t.address.raw());
      t.finished = true;
      return;
    }
  }
  ++counts_.lookups;
  t.ticket = epochs_.enter();
  if (plugged_ != nullptr && context != nullptr && context->type != ContextType::pass_through &&
      t.at != AddressType::translated) [[unlikely]] {
    if (!context_decides(t, *context)) plugged_->look_up(t, context->domain);
    return;
  }
  station_.delay(t.op, Cause::TlbLookup, now(), lookup_);
  if (context == nullptr) {
    miss(t, nullptr);
    return;
  }
  if (context_decides(t, *context)) return;
  unsigned level = 0;
  const std::uint64_t* entry = cached(context->domain, t.address, level);
  if (entry != nullptr) answer(t, *entry, level);
  else miss(t, context);
}

bool Iommu::context_decides(Translation& t, const Context& c) {
  if (t.at != AddressType::untranslated && c.type != ContextType::device_tlb) {
    fault(t, IommuFault::request_blocked);  // it has no business with addresses of the host
  } else if (c.type == ContextType::pass_through || t.at == AddressType::translated) {
    t.result = Hpa(t.address.raw());
    t.finished = true;
  } else if (t.address.raw() >> shift_of(c.levels) != 0) {
    fault(t, IommuFault::address_beyond_width);
  } else {
    return false;
  }
  return true;
}

void Iommu::answer(Translation& t, std::uint64_t entry, unsigned level) {
  const bool may_write = (entry & kEntryWrite) != 0, may_read = (entry & kEntryRead) != 0;
  if (t.at == AddressType::translation_request) {  // the answer says what is allowed
    t.may_read = may_read;
    t.may_write = may_write;
  } else if (t.is_write ? !may_write : !may_read) {
    fault(t, t.is_write ? IommuFault::write_permission : IommuFault::read_permission);
    return;
  }
  t.page = page_of(level);
  t.result = Hpa(entry & kEntryAddress).align_down(t.page) + t.address.offset_in(t.page);
  t.finished = true;
}

void Iommu::fault(Translation& t, IommuFault reason) {
  ++counts_.faults;
  faults_.record({t.requester, t.address.align_down(kPage), reason, t.is_write});
  t.fault = reason;
  t.finished = true;
}

void Iommu::answered(Translation& t, const IotlbAnswer& found) {
  if (found.fault != IommuFault::none) fault(t, found.fault);
  else answer(t, found.entry, found.level);
  t.done.notify();
}

void Iommu::missed(Translation& t, std::uint16_t domain, unsigned number, bool asks) {
  ++counts_.misses;
  if (!asks) return;
  auto* walk = new PageWalk;
  walk->iommu = this;
  t.Parcel::next = nullptr;
  walk->waiting = walk->waiting_tail = &t;
  walk->page = t.address.align_down(kPage);
  walk->requester = t.requester;
  walk->space = domain;
  walk->clock = now();
  walk->iotlb_walk = static_cast<int>(number);
  if (const Context* const known = contexts_.find(t.requester.value)) walk->context = *known;
  else walk->fault = table_.look(t.requester, levels_, walk->context);  // evicted meanwhile: as it was
  start(*walk);
}

}  // namespace viosim::iommu
