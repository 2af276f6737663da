#include <catch2/catch.hpp>

#include "support/iommu_rig.h"
#include "support/pcie_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

/// When a read of 1000 bytes over a page border, behind a cold IOMMU, is done, and its account.
Time read_done(PcieRig& rig, DmaRequest& r) {
  PcieRig::prepare(r, true, 0x5E00, 1000);
  rig.endpoint.submit(r);
  scheduler().run_until(Time(1'000'000'000));
  REQUIRE(r.finished);
  return r.op.last();
}

/// Base values of the read above, without an IOMMU.
constexpr Time kPlain{715'000};  // 285 up to the first completion, 15 x 84 and one of 60 bytes, 100 of wire

}  // namespace

TEST_CASE("the read that is perturbed takes its known time", "[pcie][perturbation]") {
  Simulation sim;
  PcieRig rig;
  DmaRequest r;
  CHECK(read_done(rig, r) == kPlain);
}

TEST_CASE("propagation doubled shifts a read by its two crossings", "[pcie][perturbation]") {
  Simulation sim;
  PcieRig rig(link_literals().set("propagation", "200 ns"));
  DmaRequest r;
  CHECK(read_done(rig, r) == kPlain + nanoseconds(200));
  CHECK(spans(r.op, Cause::LinkPropagation) == 2);
}

TEST_CASE("transit doubled shifts a read by its two crossings", "[pcie][perturbation]") {
  Simulation sim;
  PcieRig rig(link_literals(), root_literals().set("transit", "100 ns"));
  DmaRequest r;
  CHECK(read_done(rig, r) == kPlain + nanoseconds(100));
  CHECK(spans(r.op, Cause::RootComplexTransit) == 2);
}

TEST_CASE("half the lanes double what is spent on serialisation", "[pcie][perturbation]") {
  Simulation sim;
  PcieRig rig(link_literals().set("lanes", "4"));
  DmaRequest r;
  const Time done = read_done(rig, r);
  CHECK((done - kPlain).raw() * 2 == spent(r.op, Cause::LinkSerialization));
}

TEST_CASE("a read alone does not know register reads, credits in plenty and more tags", "[pcie][perturbation]") {
  Simulation sim;
  PcieRig rig(link_literals(), root_literals().set("posted_headers", "100").set("non_posted_headers", "100"),
              endpoint_literals().set("register_read", "500 ns").set("tags", "8"));
  DmaRequest r;
  CHECK(read_done(rig, r) == kPlain);
}

TEST_CASE("the walk's overhead doubled shifts a cold read by the walks on its path", "[iommu][perturbation]") {
  Simulation sim;
  IommuRig iommu(iommu_literals().set("walk_overhead", "20 ns"));
  PcieRig rig(link_literals(), root_literals(), endpoint_literals(), &iommu.iommu, &iommu.memory);
  iommu.memory.read_time = nanoseconds(80);
  DmaRequest r;
  // Two pages are walked for at once, each by its own walker, the context first: 2 x 80 + 20 + 4 x 80.
  CHECK(read_done(rig, r) == kPlain + nanoseconds(500));
}

TEST_CASE("an IOTLB that hits adds its look-up only", "[iommu][perturbation]") {
  Simulation sim;
  IommuRig iommu(iommu_literals().set("lookup", "7 ns"));
  PcieRig rig(link_literals(), root_literals(), endpoint_literals(), &iommu.iommu, &iommu.memory);
  iommu.memory.read_time = nanoseconds(80);
  Translation warm;
  iommu.ask(warm, kDevice, 0x5000);
  iommu.ask(warm, kDevice, 0x6000);
  const Time start = now();
  DmaRequest r;
  CHECK(read_done(rig, r) - start == kPlain - Time{} + nanoseconds(7));
}
