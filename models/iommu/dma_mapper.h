// How an operating system maps buffers for a device: bus addresses, page tables, invalidation.
// Models: allocation of bus addresses, entries of the tables page by page, strict invalidation (at each unmapping,
// which waits for it) and deferred (a batch at a time, by number or by age; until then the device still reaches the
// pages).
// Not modelled: what other cores map meanwhile (locks, cache misses of the allocator), merging of pages into large
// ones.
// Causes, on the account of the caller:
//   Execute = allocate + map_other + map_page x pages; find + unmap_page x pages + unmap_other + free (deferred: at
//             the flush, for each); submit for each invalidation
//   InvalidationWait = see InvalidationQueue
// A batch that only age ends is flushed without the caller; its cycles fall on the next one who maps or unmaps.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "iommu/iova_space.h"
#include "iommu/queue_driver.h"
#include "kernel/param.h"
#include "protocols/translation.h"

namespace viosim::iommu {

struct DmaMapperParams {
  Param<std::string> policy;
  Param<Cycles> allocate, map_page, map_other, find, unmap_page, unmap_other, free, submit, look;
  Param<Count> batch;
  Param<Duration> batch_age;

  explicit DmaMapperParams(ParamReader& in)
      : policy(in.choice("policy", "when an unmapped page leaves the IOTLB", {"strict", "deferred"})),
        allocate(in.get<Cycles>("allocate", "finding bus addresses for a buffer")),
        map_page(in.get<Cycles>("map_page", "writing the entry of one page")),
        map_other(in.get<Cycles>("map_other", "the rest of mapping a buffer")),
        find(in.get<Cycles>("find", "finding what a bus address belongs to")),
        unmap_page(in.get<Cycles>("unmap_page", "clearing the entry of one page")),
        unmap_other(in.get<Cycles>("unmap_other", "the rest of unmapping a buffer")),
        free(in.get<Cycles>("free", "giving bus addresses back")),
        submit(in.get<Cycles>("submit", "filling in an invalidation and its wait, and the store to the tail")),
        look(in.get<Cycles>("look", "one look at the status of an invalidation", 1)),
        batch(in.get<Count>("batch", "unmapped buffers that a deferred invalidation waits for", 1, 1 << 16)),
        batch_age(in.get<Duration>("batch_age", "longest time that one of them waits")) {}
};

class DmaMapper : public DmaMapIf {
 public:
  /// Maps into `domain`, which nobody else does.
  DmaMapper(const std::string& path, const DmaMapperParams& params, Iommu& iommu, std::uint16_t domain,
            QueueDriver& queue);
  DmaMapper(const DmaMapper&) = delete;
  DmaMapper& operator=(const DmaMapper&) = delete;

  Task<Iova> map(Exec& on, Hpa buffer, Bytes length, DmaAccess access) override;
  Task<> unmap(Exec& on, Iova address) override;
  /// Unmapped, but perhaps still in the IOTLB.
  std::size_t pending() const { return pending_.size() + expired_.size(); }

 private:
  struct Block { Iova address; std::uint32_t pages; };
  std::uint32_t& pages_at(Iova address);
  Task<> flush(Exec& on);
  Task<> reap(Exec& on);
  void expire();

  const std::string path_;
  const bool strict_;
  const Cycles allocate_, map_page_, map_other_, find_, unmap_page_, unmap_other_, free_;
  const std::size_t batch_;
  const Duration batch_age_;
  Iommu& iommu_;
  const std::uint16_t domain_;
  QueueDriver& queue_;
  IovaSpace space_;
  std::vector<std::uint32_t> blocks_;  ///< pages of the block that begins at each page, counted from the top
  std::vector<Block> pending_, expired_;
  std::uint32_t expired_ticket_ = 0;
  Timer age_;
  std::uint64_t &maps_, &unmaps_, &flushes_;
};

}  // namespace viosim::iommu
