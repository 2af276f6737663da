// The first study with blocks as RTL, beside the TLM: what moves, and by how much.
#include <catch2/catch.hpp>

#include "support/simulated.h"

using namespace viosim;
using namespace viosim::test;

namespace {

const std::vector<std::string> kEngines = {"fidelity.esx0.hca0.wqe_engine=rtl", "fidelity.esx1.hca0.wqe_engine=rtl"};
const std::vector<std::string> kTransmitters = {"fidelity.esx0.pcie0.tlp_tx=rtl", "fidelity.esx1.pcie0.tlp_tx=rtl"};
const std::vector<std::string> kIotlbs = {"fidelity.esx0.iommu0.iotlb=rtl", "fidelity.esx1.iommu0.iotlb=rtl"};

platform::PointResult point(const std::string& path, const std::string& size, std::vector<std::string> with = {}) {
  with.push_back("workload.iterations=60");
  return simulated("rdma-write-latency", {{"path", path}, {"size", size}}, with);
}

std::vector<std::string> all(const std::string& path) {
  std::vector<std::string> out = kEngines;
  out.insert(out.end(), kTransmitters.begin(), kTransmitters.end());
  if (path == "directpath" || path == "sriov") out.insert(out.end(), kIotlbs.begin(), kIotlbs.end());
  return out;
}

}  // namespace

TEST_CASE("all blocks as RTL: the first study within 3 percent, and no cause moves but those of the blocks", "[system][rtl_bridge]") {
  for (const std::string path : {"native", "directpath", "sriov", "vrdma"}) {
    for (const std::string size : {"2 B", "256 B", "4 KB"}) {
      const platform::PointResult tlm = point(path, size), rtl = point(path, size, all(path));
      CAPTURE(path, size);
      CHECK(rtl.residual() == 0);
      const auto before = static_cast<double>(tlm.headline_metric().value), after = static_cast<double>(rtl.headline_metric().value);
      CHECK(after > before);
      CHECK(after < 1.03 * before);
      // An operation is a round trip. Of other causes only what RTL hides behind or lets show: the wire, the poll.
      for (const char* cause : {"VmExit", "ExitHandling", "Execute", "DramAccess", "CacheAccess", "SwitchTransit", "LinkPropagation"})
        CHECK(per_operation(rtl, cause) == per_operation(tlm, cause));
    }
  }
}

TEST_CASE("the WQE engine as RTL moves a round trip by its declared cycles", "[system][rtl_bridge]") {
  constexpr std::int64_t kCycle = 4000;  // 250 MHz
  struct Case { const char *path, *size; std::int64_t cycles, crossings; };  // of a message
  // BlueFlame: 3 behind the edge that sees the post, 1 for a second beat. Doorbell: 4, and the answer's crossing.
  for (const Case& c : {Case{"native", "2 B", 3, 1}, Case{"native", "32 B", 4, 1}, Case{"sriov", "2 B", 4, 2}}) {
    const platform::PointResult tlm = point(c.path, c.size), rtl = point(c.path, c.size, kEngines);
    CAPTURE(c.path, c.size);
    CHECK(per_operation(rtl, "Pipeline") - per_operation(tlm, "Pipeline") == 2 * c.cycles * kCycle);
    CHECK(per_operation(rtl, "ClockCrossing") > 0);
    CHECK(per_operation(rtl, "ClockCrossing") <= 2 * c.crossings * kCycle);
  }
}

TEST_CASE("clocks that never stop leave a whole system's bytes as they are", "[system][rtl_bridge]") {
  platform::RunOptions options;
  const std::vector<std::string> overrides = [] {
    std::vector<std::string> o = all("sriov");
    o.push_back("workload.iterations=40");
    return o;
  }();
  const platform::Labels labels = {{"path", "sriov"}, {"size", "256 B"}};
  auto gated = simulated("rdma-write-latency", labels, overrides, options);
  options.gate_clocks = false;
  auto free = simulated("rdma-write-latency", labels, overrides, options);
  CHECK(free.events > gated.events);
  free.events = gated.events;
  free.wall_ns = gated.wall_ns;
  CHECK(gated == free);
}

TEST_CASE("a block that does not exist in a fidelity is refused by place and choices", "[system]") {
  CHECK_THROWS_WITH(point("native", "2 B", {"fidelity.esx0.hca0.wqe_engine=iss"}),
                    Catch::Contains("fidelity.esx0.hca0.wqe_engine") && Catch::Contains("tlm, rtl"));
}

TEST_CASE("pcie-bench's knee with the IOTLB as RTL", "[system][rtl_bridge]") {
  for (const std::string window : {"512 KB", "1 MB", "64 MB"}) {
    const platform::Labels at = {{"translation", "4 KB"}, {"size", "64 B"}, {"window", window}};
    const platform::PointResult tlm = simulated("iommu-bandwidth", at),
                                rtl = simulated("iommu-bandwidth", at, {"fidelity.host0.iommu0.iotlb=rtl"});
    CAPTURE(window);
    CHECK(std::abs(rtl.headline_metric().value - tlm.headline_metric().value) * 100 <= tlm.headline_metric().value);
    CHECK(rtl.bottleneck_site == tlm.bottleneck_site);
  }
}
