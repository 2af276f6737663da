// An IOMMU with its invalidation queue on, and software that fills it.
#pragma once
#include "iommu/queue_abi.h"
#include "support/iommu_rig.h"

namespace viosim::test {
inline namespace iommu_rig {

struct QueueRig : IommuRig {
  explicit QueueRig(LiteralParams values = iommu_literals())
      : IommuRig(values), ring(memory.allocate(Bytes(4096), Bytes(4096), 0)),
        status(memory.allocate(Bytes(64), Bytes(64), 0)), domain(*iommu.domain_of(kAssigned)) {
    iommu.queue().enable(ring, 0);
  }
  QueueRig& add(const iommu::Descriptor& d) {
    iommu::write_word(memory, ring + Bytes(tail), d.low);
    iommu::write_word(memory, ring + Bytes(tail) + Bytes(8), d.high);
    tail = (tail + 16) % iommu.queue().size();
    return *this;
  }
  void submit() { iommu.queue().write_tail(tail, Op::open(now())); }
  /// Adds a wait descriptor and submits.
  void submit_and_wait(std::uint32_t value) {
    add(iommu::wait_descriptor(status, value));
    submit();
  }
  std::uint64_t status_now() const { return iommu::read_word(memory, status); }
  /// When `status` was written last.
  Time status_at() const {
    for (auto w = memory.writes.rbegin(); w != memory.writes.rend(); ++w)
      if (w->address == status) return w->at;
    return Time::never();
  }
  void run(Duration d) { scheduler().run_until(now() + d); }

  Hpa ring, status;
  std::uint16_t domain;
  std::uint32_t tail = 0;
};

}  // namespace iommu_rig
}  // namespace viosim::test
