// What a device reaches of a buffer that its driver has taken away: the whole way, from the endpoint to the bytes.
#include <catch2/catch.hpp>

#include "iommu/dma_mapper.h"
#include "support/iommu_rig.h"
#include "support/machine.h"
#include "support/pcie_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

LiteralParams mapper_literals(const std::string& policy) {
  return {{"policy", policy}, {"allocate", "3000 cycles"}, {"map_page", "500 cycles"}, {"map_other", "50 cycles"},
          {"find", "200 cycles"}, {"unmap_page", "400 cycles"}, {"unmap_other", "20 cycles"}, {"free", "100 cycles"},
          {"submit", "300 cycles"}, {"look", "10 cycles"}, {"batch", "3"}, {"batch_age", "1 ms"}};
}

/// A driver on core 0 and its device behind link and root complex.
struct DriverRig : Machine {
  explicit DriverRig(const std::string& policy)
      : mapper_values(mapper_literals(policy)), mapper_params(mapper_values),
        iommu("iommu", iommu_params, memory), domain(iommu.add_domain()),
        queue(iommu, memory, 0, *mapper_params.submit, *mapper_params.look),
        mapper("mapper", mapper_params, iommu, domain, queue),
        link("link", link_params, root_params.credits, endpoint_params.credits),
        root("root", root_params, 1, memory, interrupts, &iommu), endpoint("endpoint", endpoint_params) {
    root.attach(link);
    endpoint.attach(link);
    iommu.attach(kDevice, domain);
    buffer = memory.allocate(Bytes(1 << 20), Bytes(4096), 0);
  }
  Iova map(Bytes offset) {
    Iova address;
    run([](DriverRig& rig, Hpa at, Iova& into) -> Process {
      into = co_await rig.mapper.map(rig.core0, at, Bytes(4096), DmaAccess::both);
    }(*this, buffer + offset, address));
    return address;
  }
  void unmap(Iova address) {
    run([](DriverRig& rig, Iova at) -> Process { co_await rig.mapper.unmap(rig.core0, at); }(*this, address));
  }
  /// The first byte that the device reads; none if it is refused.
  std::optional<int> read(Iova address) {
    DmaRequest r;
    PcieRig::prepare(r, true, address.raw(), 64);
    endpoint.submit(r);
    settle();
    REQUIRE(r.finished);
    if (r.status != CplStatus::successful) return {};
    return std::to_integer<int>(r.data.bytes()[0]);
  }
  void write(Iova address, unsigned fill) {
    DmaRequest r;
    PcieRig::prepare(r, false, address.raw(), 64, fill);
    endpoint.submit(r);
    settle();
  }
  void put(Bytes offset, int value) {
    const std::byte byte{static_cast<unsigned char>(value)};
    memory.write(buffer + offset, {&byte, 1}, nullptr);
  }
  int get(Bytes offset) const {
    std::byte byte{};
    memory.read(buffer + offset, {&byte, 1});
    return std::to_integer<int>(byte);
  }
  std::size_t faults() const { return counted("iommu", "iommu_faults"); }

  LiteralParams iommu_values = iommu_literals(), link_values = link_literals(), root_values = root_literals(),
                endpoint_values = endpoint_literals(), mapper_values;
  iommu::IommuParams iommu_params{iommu_values};
  iommu::DmaMapperParams mapper_params;
  iommu::Iommu iommu;
  std::uint16_t domain;
  iommu::QueueDriver queue;
  iommu::DmaMapper mapper;
  Interrupts interrupts;
  pcie::LinkParams link_params{link_values};
  pcie::RootComplexParams root_params{root_values};
  pcie::EndpointParams endpoint_params{endpoint_values};
  pcie::Link link;
  pcie::RootComplex root;
  pcie::Endpoint endpoint;
  Hpa buffer;

 private:
  static void settle() { scheduler().run_until(now() + microseconds(60)); }
  void run(Process p) {
    core0.op() = Op::open(now());
    spawn(std::move(p), "driver");
    settle();
  }
};

}  // namespace

TEST_CASE("after a strict unmap a device's read is refused and its write leaves no byte", "[iommu][pcie][unit]") {
  Simulation sim;
  DriverRig rig("strict");
  rig.put(Bytes{}, 7);
  const Iova at = rig.map(Bytes{});
  REQUIRE(rig.read(at) == 7);
  rig.write(at, 9);
  REQUIRE(rig.get(Bytes{}) == 9);
  rig.unmap(at);
  CHECK_FALSE(rig.read(at));
  rig.write(at, 11);
  CHECK(rig.get(Bytes{}) == 9);
  CHECK(rig.faults() == 2);
}

TEST_CASE("after a deferred unmap the device reaches what it has used, until the batch is full",
          "[iommu][pcie][unit]") {
  Simulation sim;
  DriverRig rig("deferred");
  const Iova at = rig.map(Bytes{}), unused = rig.map(Bytes(4096)), third = rig.map(Bytes(8192));
  rig.write(at, 9);
  rig.unmap(at);
  rig.put(Bytes{}, 42);  // the host has given the memory to somebody else
  CHECK(rig.read(at) == 42);
  rig.write(at, 11);
  CHECK(rig.get(Bytes{}) == 11);
  rig.unmap(unused);
  CHECK_FALSE(rig.read(unused));  // in no cache: its entry is gone from the tables
  rig.unmap(third);
  CHECK_FALSE(rig.read(at));
  rig.write(at, 13);
  CHECK(rig.get(Bytes{}) == 11);
  CHECK(rig.faults() == 3);
}
