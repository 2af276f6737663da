#include <catch2/catch.hpp>

#include "support/iommu_queue_rig.h"
#include "support/pcie_rig.h"

using namespace viosim;
using namespace viosim::test;
using iommu::Descriptor;
using iommu::Granularity;
using iommu::QueueError;

TEST_CASE("a descriptor that is malformed stops the queue until it is mended", "[iommu][unit]") {
  const struct { Descriptor bad; QueueError error; } cases[] = {
      {{0, 0}, QueueError::bad_type},
      {{0xF, 0}, QueueError::bad_type},
      {{1u << 9 | 2, 0}, QueueError::bad_type},  // the type's upper bits
      {{iommu::head_of(iommu::DescriptorType::iotlb, Granularity{}), 0}, QueueError::reserved_field},
      {{iommu::invalidate_iotlb(Granularity::global).low | std::uint64_t{1} << 40, 0}, QueueError::reserved_field},
      {iommu::invalidate_iotlb(Granularity::selective, 2, Iova{}, 19), QueueError::reserved_field},
      {{iommu::invalidate_contexts(Granularity::global).low, 1}, QueueError::reserved_field},
      {{iommu::invalidate_device_tlb(kAssigned, Iova{}).low, 0x800}, QueueError::reserved_field},
      {{iommu::invalidate_interrupt_entries().low | 1u << 5, 0}, QueueError::reserved_field},
      {{iommu::wait_descriptor(Hpa(0x1000), 1).low, 0x1001}, QueueError::reserved_field},
  };
  Simulation sim;
  QueueRig rig;
  for (const auto& c : cases) {
    const std::uint32_t head = rig.iommu.queue().head();
    iommu::write_word(rig.memory, rig.status, 0);
    rig.add(c.bad).submit_and_wait(1);
    rig.run(microseconds(2));
    CHECK(rig.iommu.queue().error() == c.error);
    CHECK(rig.iommu.queue().head() == head);  // it points at what is to blame
    CHECK(rig.status_now() == 0);
    const Descriptor good = iommu::invalidate_iotlb(Granularity::global);
    iommu::write_word(rig.memory, rig.ring + Bytes(head), good.low);
    iommu::write_word(rig.memory, rig.ring + Bytes(head) + Bytes(8), good.high);
    rig.iommu.queue().clear_error();
    rig.run(microseconds(2));
    CHECK(rig.iommu.queue().error() == QueueError::none);
    CHECK(rig.status_now() == 1);
  }
}

TEST_CASE("a tail beyond the queue or between descriptors is refused and nothing is run", "[iommu][unit]") {
  Simulation sim;
  QueueRig rig;
  for (const std::uint32_t tail : {4096u, 8u, ~0u}) {
    rig.iommu.queue().write_tail(tail, Op{});
    rig.run(microseconds(1));
    CHECK(rig.iommu.queue().error() == QueueError::bad_tail);
    CHECK(rig.iommu.queue().head() == 0);
    rig.iommu.queue().clear_error();
  }
  rig.submit_and_wait(3);
  rig.run(microseconds(1));
  CHECK(rig.status_now() == 3);
}

TEST_CASE("a queue outside memory, and a status outside memory", "[iommu][unit]") {
  Simulation sim;
  QueueRig rig;
  rig.add(iommu::wait_descriptor(Hpa(std::uint64_t{1} << 45), 1)).submit();
  rig.run(microseconds(1));
  CHECK(rig.iommu.queue().error() == QueueError::none);
  CHECK(rig.iommu.queue().head() == 16);
  rig.iommu.queue().enable(Hpa(std::uint64_t{1} << 45), 0);
  rig.iommu.queue().write_tail(16, Op{});
  rig.run(microseconds(1));
  CHECK(rig.iommu.queue().error() == QueueError::no_memory);
  CHECK_THROWS_AS(rig.iommu.queue().enable(rig.ring, 8), std::invalid_argument);
  CHECK_THROWS_AS(rig.iommu.queue().enable(rig.ring + Bytes(16), 0), std::invalid_argument);
}

TEST_CASE("the queue wraps, and is set up anew while it works", "[iommu][unit]") {
  Simulation sim;
  QueueRig rig;
  for (std::uint32_t i = 1; i <= 600; ++i) {
    rig.submit_and_wait(i);
    rig.run(microseconds(1));
    REQUIRE(rig.status_now() == i);
  }
  rig.submit_and_wait(1000);
  rig.run(nanoseconds(50));  // its fetch is under way
  rig.iommu.queue().enable(rig.ring, 0);
  rig.tail = 0;
  rig.run(microseconds(1));
  CHECK(rig.status_now() == 600);
  rig.submit_and_wait(1001);
  rig.run(microseconds(1));
  CHECK(rig.status_now() == 1001);
}

TEST_CASE("a device that never answers an invalidation stops the queue", "[iommu][unit]") {
  Simulation sim;
  QueueRig rig;
  rig.add(iommu::invalidate_device_tlb(kAssigned, Iova(0x5000))).submit_and_wait(1);  // it has no TLB
  rig.run(microseconds(9));
  CHECK(rig.iommu.queue().error() == QueueError::none);
  CHECK(rig.status_now() == 0);
  rig.run(microseconds(2));
  CHECK(rig.iommu.queue().error() == QueueError::device_timeout);
  CHECK(rig.status_now() == 0);
  rig.iommu.queue().clear_error();
  rig.run(microseconds(1));
  CHECK(rig.status_now() == 1);  // the wait descriptor is done again, without the device
}
