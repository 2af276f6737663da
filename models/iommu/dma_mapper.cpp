#include "iommu/dma_mapper.h"

#include <bit>
#include <stdexcept>
#include <utility>

#include "iommu/iommu.h"

namespace viosim::iommu {

DmaMapper::DmaMapper(const std::string& path, const DmaMapperParams& p, Iommu& iommu, std::uint16_t domain,
                     QueueDriver& queue)
    : path_(path), strict_(*p.policy == "strict"), allocate_(*p.allocate), map_page_(*p.map_page),
      map_other_(*p.map_other), find_(*p.find), unmap_page_(*p.unmap_page), unmap_other_(*p.unmap_other),
      free_(*p.free), batch_(static_cast<std::size_t>(p.batch->raw())), batch_age_(*p.batch_age), iommu_(iommu),
      domain_(domain), queue_(queue), age_([](void* self) { static_cast<DmaMapper*>(self)->expire(); }, this),
      maps_(counters().add(path, "dma_maps", "buffers mapped for a device")),
      unmaps_(counters().add(path, "dma_unmaps", "buffers unmapped")),
      flushes_(counters().add(path, "dma_flushes", "invalidations submitted")) {}

std::uint32_t& DmaMapper::pages_at(Iova address) {
  const auto place = static_cast<std::size_t>((std::uint64_t{1} << 20) - (address.raw() >> 12));
  if (place >= blocks_.size()) blocks_.resize(std::bit_ceil(place + 1), 0);
  return blocks_[place];
}

Task<Iova> DmaMapper::map(Exec& on, Hpa buffer, Bytes length, DmaAccess access) {
  if (length <= Bytes{}) throw std::invalid_argument(path_ + ": maps an empty buffer");
  const Bytes offset = buffer.offset_in(kPage);
  const std::int64_t pages = (offset.raw() + length.raw() + kPage.raw() - 1) / kPage.raw();
  co_await reap(on);
  co_await on.execute(allocate_ + map_other_ + map_page_ * pages);
  ++maps_;
  const auto count = static_cast<std::uint32_t>(pages);
  const Iova block = space_.allocate(count);
  pages_at(block) = count;
  const std::uint64_t permissions = access == DmaAccess::from_memory ? kEntryRead
                                    : access == DmaAccess::to_memory ? kEntryWrite : kEntryAll;
  for (Bytes done; done < kPage * pages; done += kPage)
    iommu_.tables(domain_).map(block + done, buffer.align_down(kPage) + done, kPage, permissions);
  co_return block + offset;
}

Task<> DmaMapper::unmap(Exec& on, Iova address) {
  const Iova start = address.align_down(kPage);
  const std::uint32_t pages = start.raw() >> 32 == 0 ? std::exchange(pages_at(start), 0) : 0;
  if (pages == 0) throw std::invalid_argument(path_ + ": unmaps what is not mapped");
  ++unmaps_;
  co_await reap(on);
  co_await on.execute(find_ + unmap_other_ + unmap_page_ * pages);
  for (Bytes done; done < kPage * pages; done += kPage) iommu_.tables(domain_).unmap(start + done);
  if (strict_) {
    ++flushes_;
    const auto order = static_cast<unsigned>(std::bit_width(pages - 1));  // blocks are aligned to their size
    co_await queue_.invalidate(on, order <= kMostMask
                                       ? invalidate_iotlb(Granularity::selective, domain_, start, order)
                                       : invalidate_iotlb(Granularity::domain, domain_));
    co_await on.execute(free_);
    space_.free(start, pages);
    co_return;
  }
  pending_.push_back({start, pages});
  if (pending_.size() == 1) age_.arm(now() + batch_age_);
  if (pending_.size() >= batch_) co_await flush(on);
}

Task<> DmaMapper::flush(Exec& on) {
  ++flushes_;
  std::vector<Block> batch;
  batch.swap(pending_);
  age_.cancel();
  co_await queue_.invalidate(on, invalidate_iotlb(Granularity::domain, domain_));
  co_await on.execute(free_ * static_cast<std::int64_t>(batch.size()));
  for (const Block& b : batch) space_.free(b.address, b.pages);
  if (pending_.empty()) {  // its memory is used again
    batch.clear();
    pending_.swap(batch);
  }
}

void DmaMapper::expire() {
  if (!expired_.empty() && !queue_.done(expired_ticket_)) {  // the one before is not through: later
    age_.arm(now() + batch_age_);
    return;
  }
  const std::uint32_t ticket = queue_.invalidate_later(invalidate_iotlb(Granularity::domain, domain_));
  if (ticket == 0) {  // the ring is full
    age_.arm(now() + batch_age_);
    return;
  }
  ++flushes_;
  expired_ticket_ = ticket;
  expired_.insert(expired_.end(), pending_.begin(), pending_.end());
  pending_.clear();
}

Task<> DmaMapper::reap(Exec& on) {
  if (expired_.empty() || !queue_.done(expired_ticket_)) co_return;
  const auto count = static_cast<std::int64_t>(expired_.size());
  for (const Block& b : expired_) space_.free(b.address, b.pages);
  expired_.clear();
  co_await on.execute(free_ * count);
}

}  // namespace viosim::iommu
