#include <catch2/catch.hpp>

#include "iommu/dma_mapper.h"
#include "iommu/iommu.h"
#include "support/machine.h"

using namespace viosim;
using namespace viosim::test;

namespace {

LiteralParams mapper_literals() {
  return {{"policy", "strict"}, {"allocate", "3000 cycles"}, {"map_page", "500 cycles"}, {"map_other", "50 cycles"},
          {"find", "200 cycles"}, {"unmap_page", "400 cycles"}, {"unmap_other", "20 cycles"}, {"free", "100 cycles"},
          {"submit", "300 cycles"}, {"look", "10 cycles"}, {"batch", "4"}, {"batch_age", "1 ms"}};
}

LiteralParams queue_literals() {
  return {{"iotlb_entries", "64"}, {"iotlb_ways", "64"}, {"replacement", "lru"}, {"lookup", "0 ns"}, {"walkers", "2"},
          {"walk_overhead", "10 ns"}, {"levels", "4"}, {"structure_cache_entries", "8"},
          {"context_cache_entries", "4"}, {"largest_page", "1 GB"}, {"strict", "true"}, {"descriptor_time", "240 ns"},
          {"device_round_trip", "300 ns"}, {"device_timeout", "10 us"}, {"interrupt_cache_entries", "2"},
          {"posted_interrupts", "true"}, {"fault_records", "2"}, {"node", "0"}, {"core_clock", "500 MHz"}};
}

constexpr Bdf kNic{0x0300};

struct MapperRig : Machine {
  explicit MapperRig(LiteralParams values = mapper_literals())
      : iommu_params(iommu_values), iommu("iommu", iommu_params, memory), domain(iommu.add_domain()),
        mapper_params(values), queue(iommu, memory, 0, *mapper_params.submit, *mapper_params.look),
        mapper("mapper", mapper_params, iommu, domain, queue),
        buffer(memory.allocate(Bytes(1 << 20), Bytes(4096), 0)) {
    iommu.attach(kNic, domain);
    core0.op() = Op::open(now());
  }
  /// What a device gets at `address` now, whatever the time.
  IommuFault reach(Iova address, bool is_write = false) {
    Translation t;
    t.requester = kNic;
    t.address = address;
    t.length = Bytes(64);
    t.is_write = is_write;
    t.op = Op::open(now());
    iommu.translate(t);
    if (!t.finished) scheduler().run_until(now() + microseconds(10));
    REQUIRE(t.finished);
    iommu.retire(t.ticket);
    if (t.fault == IommuFault::none) reached = t.result;
    return t.fault;
  }
  Process map(Bytes offset, Bytes length, DmaAccess access = DmaAccess::both) {
    addresses.push_back(co_await mapper.map(core0, buffer + offset, length, access));
    took = now();
  }
  Process unmap(Iova address) {
    co_await mapper.unmap(core0, address);
    took = now();
  }
  void run(Process p) {
    start = now();
    core0.op() = Op::open(start);
    spawn(std::move(p), "driver");
    scheduler().run_until(start + microseconds(50));
  }
  Duration time() const { return took - start; }

  LiteralParams iommu_values = queue_literals();
  iommu::IommuParams iommu_params;
  iommu::Iommu iommu;
  std::uint16_t domain;
  iommu::DmaMapperParams mapper_params;
  iommu::QueueDriver queue;
  iommu::DmaMapper mapper;
  Hpa buffer, reached;
  std::vector<Iova> addresses;
  Time start, took;
};

}  // namespace

TEST_CASE("a mapped buffer is reached with its permissions and nothing beside it", "[iommu][timing]") {
  Simulation sim;
  MapperRig rig;
  rig.run(rig.map(Bytes(0x1100), Bytes(5000), DmaAccess::from_memory));  // two pages
  CHECK(rig.time() == nanoseconds(3000 + 50 + 2 * 500));
  const Iova at = rig.addresses[0];
  CHECK(rig.reach(at) == IommuFault::none);
  CHECK(rig.reached == rig.buffer + Bytes(0x1100));
  CHECK(rig.reach(at.align_down(Bytes(4096)) + Bytes(4096)) == IommuFault::none);
  CHECK(rig.reached == rig.buffer + Bytes(0x2000));
  CHECK(rig.reach(at, true) == IommuFault::write_permission);
  CHECK(rig.reach(at + Bytes(8192)) == IommuFault::read_permission);
  CHECK(rig.reach(Iova(0x1000)) == IommuFault::read_permission);
}

TEST_CASE("strict unmapping waits for the queue, and the device is out", "[iommu][timing]") {
  Simulation sim;
  MapperRig rig;
  rig.run(rig.map(Bytes{}, Bytes(1500)));
  const Iova at = rig.addresses[0];
  REQUIRE(rig.reach(at) == IommuFault::none);
  rig.run(rig.unmap(at));
  CHECK(spent(rig.core0.op(), Cause::Execute) >= nanoseconds(200 + 20 + 400 + 300 + 100));
  // Two descriptors: fetches from the cache (one line, in DRAM at first), 240 ns each.
  CHECK(spent(rig.core0.op(), Cause::InvalidationWait) == nanoseconds(80 + 20 + 2 * 240));
  CHECK(spent(rig.core0.op()) == rig.core0.op().last() - rig.start);
  CHECK(rig.reach(at) == IommuFault::read_permission);
  CHECK(counted("mapper", "dma_flushes") == 1);
  rig.run(rig.map(Bytes(8192), Bytes(100)));
  CHECK(rig.addresses[1] == at);  // used again
}

TEST_CASE("deferred unmapping leaves the device in until the batch is full", "[iommu][timing]") {
  Simulation sim;
  MapperRig rig(mapper_literals().set("policy", "deferred"));
  for (int i = 0; i < 4; ++i) rig.run(rig.map(Bytes(4096 * i), Bytes(4096)));
  for (const Iova a : rig.addresses) REQUIRE(rig.reach(a) == IommuFault::none);
  for (int i = 0; i < 3; ++i) {
    rig.run(rig.unmap(rig.addresses[static_cast<std::size_t>(i)]));
    CHECK(rig.time() == nanoseconds(200 + 20 + 400));
  }
  CHECK(rig.reach(rig.addresses[0]) == IommuFault::none);  // the window of deferred invalidation
  CHECK(rig.mapper.pending() == 3);
  rig.run(rig.unmap(rig.addresses[3]));
  CHECK(spent(rig.core0.op(), Cause::InvalidationWait) == nanoseconds(80 + 20 + 2 * 240));
  CHECK(rig.mapper.pending() == 0);
  for (const Iova a : rig.addresses) CHECK(rig.reach(a) == IommuFault::read_permission);
}

TEST_CASE("a deferred batch that stays small ends by age, its cycles fall on the next one", "[iommu][timing]") {
  Simulation sim;
  MapperRig rig(mapper_literals().set("policy", "deferred"));
  rig.run(rig.map(Bytes{}, Bytes(4096)));
  const Iova at = rig.addresses[0];
  REQUIRE(rig.reach(at) == IommuFault::none);
  rig.run(rig.unmap(at));
  scheduler().run_until(rig.took + microseconds(990));
  CHECK(rig.reach(at) == IommuFault::none);
  scheduler().run_until(rig.took + microseconds(1010));
  CHECK(rig.reach(at) == IommuFault::read_permission);
  rig.run(rig.map(Bytes{}, Bytes(4096)));
  CHECK(rig.time() == nanoseconds(3000 + 50 + 500 + 100));
  CHECK(rig.addresses[1] == at);
  CHECK(rig.mapper.pending() == 0);
}

TEST_CASE("mapping nothing and unmapping what is not mapped are errors", "[iommu][timing]") {
  Simulation sim;
  MapperRig rig;
  rig.run(rig.map(Bytes{}, Bytes(4096)));
  const auto refused = [&](Process p) {
    spawn(std::move(p), "driver");
    CHECK_THROWS_WITH(scheduler().run_until(now() + microseconds(50)), Catch::Contains("mapper: unmaps"));
  };
  refused(rig.unmap(Iova(0x1000)));
}
