#include "iommu/iommu.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace viosim::iommu {
namespace {

std::size_t size_of(const Param<Count>& p) { return static_cast<std::size_t>(p->raw()); }

}  // namespace

Iommu::Iommu(sc_core::sc_module_name name, const IommuParams& params, MemoryIf& memory)
    : sc_module(name), station_(this->name(), 0),
      walkers_(std::string(this->name()) + ".walker", params.walkers->raw()), memory_(memory),
      lookup_(*params.lookup), walk_overhead_(*params.walk_overhead),
      levels_(static_cast<unsigned>(params.levels->raw())), node_(static_cast<unsigned>(params.node->raw())),
      superpages_(*params.superpages), strict_(*params.strict), free_walkers_(params.walkers->raw()),
      iotlb_(size_of(params.iotlb_entries), size_of(params.iotlb_ways)),
      upper_(size_of(params.structure_cache_entries), size_of(params.structure_cache_entries)),
      faults_(size_of(params.fault_records)),
      counts_{counters().add(this->name(), "iotlb_lookups", "requests looked up in the IOTLB"),
              counters().add(this->name(), "iotlb_misses", "requests that the IOTLB did not hold"),
              counters().add(this->name(), "page_walks", "page walks done"),
              counters().add(this->name(), "page_walk_reads", "page-table entries read from memory"),
              counters().add(this->name(), "iommu_faults", "requests refused")},
      contexts_(std::size_t{1} << 16, kNoContext) {
  station_.based_on(Cause::TlbLookup, params.lookup);
  walkers_.based_on(Cause::PageWalk, params.walk_overhead);
  walkers_.based_on(Cause::PageWalk, params.walkers);
  walkers_.based_on(Cause::PageWalk, params.iotlb_entries);
  walkers_.based_on(Cause::PageWalk, params.structure_cache_entries);
}

Iommu::~Iommu() {
  while (walks_ != nullptr) delete std::exchange(walks_, walks_->next);
}

void Iommu::fill(PageTable& tables, const GuestMemoryIf& memory, Bytes size) const {
  const auto host = [&](Bytes offset) { return memory.host_address(Gpa{} + offset); };
  for (Bytes done; done < size;) {
    bool large = superpages_ && done % kLargePage == Bytes{} && size - done >= kLargePage &&
                 host(done).offset_in(kLargePage) == Bytes{};
    for (Bytes i = kPage; large && i < kLargePage; i += kPage) large = host(done + i) == host(done) + i;
    const Bytes page = large ? kLargePage : kPage;
    tables.map(Iova{} + done, host(done).align_down(page), page);
    done += page;
  }
}

void Iommu::assign(Bdf device, const GuestMemoryIf& memory, Bytes guest_size) {
  for (std::size_t i = 0; i < domains_.size(); ++i) {
    if (domains_[i].memory != &memory || domains_[i].size != guest_size) continue;
    contexts_[device.value] = static_cast<std::uint16_t>(i + kFirstDomain);
    return;
  }
  if (domains_.size() + kFirstDomain > 0xFFFF)
    throw std::invalid_argument(std::string(name()) + ": too many domains");
  PageTable tables(memory_, levels_, node_);
  fill(tables, memory, guest_size);
  domains_.push_back({&memory, guest_size, tables});
  contexts_[device.value] = static_cast<std::uint16_t>(domains_.size() - 1 + kFirstDomain);
}

void Iommu::pass_through(Bdf device) { contexts_[device.value] = kPassThrough; }

std::optional<std::uint16_t> Iommu::domain_of(Bdf device) const {
  const std::uint16_t domain = contexts_[device.value];
  if (domain < kFirstDomain) return {};
  return domain;
}

void Iommu::invalidate(std::uint16_t domain) {
  iotlb_.invalidate(domain);
  upper_.invalidate(domain);
  for (PageWalk* w = walks_; w != nullptr; w = w->next)
    if (w->domain == domain) w->stale = true;
}

void Iommu::invalidate_page(std::uint16_t domain, Iova address) {
  for (unsigned level = 0; level < levels_; ++level) {
    const CacheKey key{address.raw() >> shift_of(level), domain, static_cast<std::uint8_t>(level)};
    if (level <= 1) iotlb_.invalidate(key);
    upper_.invalidate(key);
  }
  for (PageWalk* w = walks_; w != nullptr; w = w->next)
    if (w->domain == domain && w->page == address.align_down(kPage)) w->stale = true;
}

const std::uint64_t* Iommu::cached(std::uint16_t domain, Iova address, unsigned& level) {
  for (level = 0; level <= (superpages_ ? 1u : 0u); ++level)
    if (const std::uint64_t* entry =
            iotlb_.find({address.raw() >> shift_of(level), domain, static_cast<std::uint8_t>(level)}))
      return entry;
  return nullptr;
}

void Iommu::translate(Translation& t) {
  const std::uint16_t domain = contexts_[t.requester.value];
  t.fault = IommuFault::none;
  if (domain == kNoContext && !strict_) {
    t.result = Hpa(t.address.raw());
    t.finished = true;
    return;
  }
  ++counts_.lookups;
  station_.delay(t.op, Cause::TlbLookup, now(), lookup_);
  if (domain == kNoContext) {
    fault(t, IommuFault::context_not_present);
  } else if (domain == kPassThrough) {
    t.result = Hpa(t.address.raw());
    t.finished = true;
  } else if (!tables(domain).covers(t.address)) {
    fault(t, IommuFault::address_beyond_width);
  } else {
    unsigned level = 0;
    const std::uint64_t* entry = cached(domain, t.address, level);
    if (entry != nullptr) answer(t, *entry, level);
    else miss(t, domain);
  }
}

void Iommu::answer(Translation& t, std::uint64_t entry, unsigned level) {
  if (t.is_write && (entry & kEntryWrite) == 0) {
    fault(t, IommuFault::write_permission);
  } else if (!t.is_write && (entry & kEntryRead) == 0) {
    fault(t, IommuFault::read_permission);
  } else {
    const Bytes page(std::int64_t{1} << shift_of(level));
    t.result = Hpa(entry & kEntryAddress).align_down(page) + t.address.offset_in(page);
    t.finished = true;
  }
}

void Iommu::fault(Translation& t, IommuFault reason) {
  ++counts_.faults;
  faults_.record({t.requester, t.address.align_down(kPage), reason, t.is_write});
  t.fault = reason;
  t.finished = true;
}

}  // namespace viosim::iommu
