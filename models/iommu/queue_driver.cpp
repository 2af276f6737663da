#include "iommu/queue_driver.h"

#include <utility>

#include "iommu/iommu.h"

namespace viosim::iommu {
namespace {

constexpr Bytes kPageSize{4096}, kWord{8}, kStatus{4};
constexpr std::uint32_t kPair = 2 * 16;

}  // namespace

QueueDriver::QueueDriver(Iommu& iommu, MemoryIf& memory, unsigned node, Cycles submit, Cycles look)
    : iommu_(iommu), memory_(memory), submit_(submit), look_(look),
      ring_(memory.allocate(kPageSize, kPageSize, node)),
      status_(memory.allocate(Bytes(64 * kSlots), Bytes(64), node)) {
  for (unsigned slot = 0; slot + 1 < kSlots; ++slot) free_slots_.push_back(slot);
  iommu_.queue().enable(ring_, 0);
}

bool QueueDriver::full() const {
  const std::uint32_t size = iommu_.queue().size();
  return (iommu_.queue().head() + size - tail_ - 16) % size < kPair;
}

void QueueDriver::put(Descriptor d, unsigned slot, std::uint32_t value, Op op) {
  for (const Descriptor& each : {d, wait_descriptor(status(slot), value)}) {
    write_word(memory_, ring_ + Bytes(tail_), each.low);
    write_word(memory_, ring_ + Bytes(tail_) + kWord, each.high);
    tail_ = (tail_ + 16) % iommu_.queue().size();
  }
  iommu_.queue().write_tail(tail_, std::move(op));
}

Task<> QueueDriver::invalidate(Exec& on, Descriptor d) {
  co_await on.execute(submit_);
  while (free_slots_.empty() || full()) co_await on.execute(look_, Cause::InvalidationWait);
  const unsigned slot = free_slots_.back();
  free_slots_.pop_back();
  Watch watch;
  watch.address = status(slot);
  watch.length = kStatus;
  on.add_watch(watch);
  put(d, slot, ++sequence_, on.op().fork());
  co_await on.poll(watch, look_);
  on.remove_watch(watch);
  free_slots_.push_back(slot);
}

std::uint32_t QueueDriver::invalidate_later(Descriptor d) {
  if (full()) return 0;
  put(d, kSlots - 1, ++sequence_, Op{});
  return sequence_;
}

bool QueueDriver::done(std::uint32_t ticket) const {
  const auto written = static_cast<std::uint32_t>(read_word(memory_, status(kSlots - 1)));
  return ticket != 0 && static_cast<std::int32_t>(written - ticket) >= 0;
}

}  // namespace viosim::iommu
