// One stimulus on the TLM's IOTLB and on the RTL: the same answers, the declared cycles, no stale translation.
#include <catch2/catch.hpp>

#include <algorithm>

#include "support/iotlb_rig.h"
#include "support/simulated.h"

using namespace viosim;
using namespace viosim::test;

namespace {

using K = Step::Kind;

/// What kAssigned's pages lead to at first, by number.
std::vector<std::uint64_t> first_frames() {
  std::vector<std::uint64_t> all;
  const auto pages = static_cast<std::uint64_t>(kGuestSize.raw()) >> 12;
  for (std::uint64_t page = 0; page < pages; ++page) all.push_back((kGuestBase.raw() >> 12) + pages - 1 - page);
  return all;
}

std::vector<Step> random_script(int count, std::uint64_t pages, std::uint64_t pause, std::uint64_t seed, bool changes) {
  Draw draw;
  draw.state = seed;
  std::vector<Step> script = {{1000, K::ask, 0}};
  std::int64_t at = 1'000'000;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t page = draw(pages), what = draw(20);
    if (changes && what == 0) {  // as a driver does: the tables first
      script.push_back({at, K::remap, page});
      script.push_back({at, draw(3) == 0 ? K::forget_domain : draw(5) == 0 ? K::forget_all : K::forget_page, page});
    } else {
      script.push_back({at, what % 2 == 0 ? K::ask : K::ask_write, page});
    }
    if (draw(4) != 0) at += static_cast<std::int64_t>(draw(pause));
  }
  return script;
}

}  // namespace

TEST_CASE("random requests get the TLM's answers within the declared cycles", "[rtl_bridge][iotlb][equivalence]") {
  IotlbSetup rtl, tlm;
  tlm.rtl = false;
  // One after the other: misses are the same, one by one.
  const std::vector<Step> slow = [] {
    std::vector<Step> script = random_script(600, 24, 1, 3, false);
    for (std::size_t i = 0; i < script.size(); ++i) script[i].at = static_cast<std::int64_t>(i + 1) * 1'000'000 + 137;
    return script;
  }();
  const IotlbRun a = iotlb_run(tlm, slow), b = iotlb_run(rtl, slow);
  CHECK(a.walks == b.walks);
  CHECK(a.misses == b.misses);
  for (std::size_t i = 1; i < a.asked.size(); ++i) {  // the first one fetches its context, and is then looked up
    CHECK(a.asked[i].result == b.asked[i].result);
    CHECK(a.asked[i].walk == b.asked[i].walk);
    // The look-up is the TLM's; besides, at most a crossing each way and the cycle of the answer to a walk.
    CHECK(b.asked[i].at - a.asked[i].at >= 0);
    CHECK(b.asked[i].at - a.asked[i].at <= (b.asked[i].walk > 0 ? 3 : 1) * kIotlbCycle);
  }
}

TEST_CASE("random requests in flight keep walks and waits near the TLM's", "[rtl_bridge][iotlb][equivalence]") {
  IotlbSetup rtl, tlm;
  tlm.rtl = false;
  for (const std::uint64_t pages : {6u, 12u, 40u}) {
    const std::vector<Step> script = random_script(1000, pages, 300'000, pages, false);
    const IotlbRun a = iotlb_run(tlm, script), b = iotlb_run(rtl, script);
    CHECK(iotlb_check(script, a, first_frames()) == "");
    CHECK(iotlb_check(script, b, first_frames()) == "");
    CHECK(static_cast<double>(b.walks) == Approx(static_cast<double>(a.walks)).epsilon(0.03));
    std::int64_t walk_a = 0, walk_b = 0;
    for (std::size_t i = 0; i < a.asked.size(); ++i) {
      walk_a += a.asked[i].walk;
      walk_b += b.asked[i].walk;
    }
    CHECK(static_cast<double>(walk_b) == Approx(static_cast<double>(walk_a)).epsilon(0.05));
  }
}

TEST_CASE("nobody is given what was invalidated before the asking", "[rtl_bridge][iotlb][equivalence]") {
  IotlbSetup rtl, tlm;
  tlm.rtl = false;
  for (const std::uint64_t seed : {1u, 2u, 3u, 4u, 5u}) {
    const std::vector<Step> script = random_script(800, 10, 80'000, seed, true);
    CHECK(iotlb_check(script, iotlb_run(tlm, script), first_frames()) == "");
    CHECK(iotlb_check(script, iotlb_run(rtl, script), first_frames()) == "");
  }
}

TEST_CASE("an IOTLB's clock that stops changes nothing", "[rtl_bridge][iotlb][equivalence]") {
  for (const std::uint64_t pause : {3'000u, 70'000u}) {
    const std::vector<Step> script = random_script(500, 30, pause, pause, true);
    IotlbSetup setup;
    const std::string stopped = iotlb_text(setup, script);
    setup.gated = false;
    const std::string running = iotlb_text(setup, script);
    CHECK((stopped == running));
    CHECK(std::count(stopped.begin(), stopped.end(), '\n') > 400);
  }
}

TEST_CASE("the first study with the IOTLBs as RTL stays within 3 percent", "[rtl_bridge][iotlb][system]") {
  for (const char* size : {"2 B", "4 KB"}) {
    const platform::Labels at = {{"path", "directpath"}, {"size", size}};
    const std::vector<std::string> rtl = {"workload.iterations=50", "fidelity.esx0.iommu0.iotlb=rtl",
                                          "fidelity.esx1.iommu0.iotlb=rtl"};
    const auto a = simulated("rdma-write-latency", at, {"workload.iterations=50"});
    const auto b = simulated("rdma-write-latency", at, rtl);
    CHECK(b.residual() == 0);
    CHECK(per_operation(a, "TlbLookup") == per_operation(b, "TlbLookup"));  // two cycles are its 5 ns
    const double more = static_cast<double>(b.elapsed - a.elapsed) / static_cast<double>(a.elapsed);
    CHECK(more > 0);
    CHECK(more < 0.03);
    rtl_bridge::RtlClock::gate(false);
    const auto c = simulated("rdma-write-latency", at, rtl);
    rtl_bridge::RtlClock::gate(true);
    CHECK(c.stack == b.stack);
    CHECK(c.metrics == b.metrics);
  }
}

TEST_CASE("an IOTLB that the run file asks for wrongly is refused by name", "[rtl_bridge][iotlb][system]") {
  const platform::Labels at = {{"path", "directpath"}, {"size", "2 B"}};
  CHECK_THROWS_WITH(simulated("rdma-write-latency", at, {"fidelity.esx0.iommu0.iotlb=rtl", "esx0.iommu0.iotlb_ways=32"}),
                    Catch::Contains("esx0.iommu0.iotlb") && Catch::Contains("at most 16"));
  CHECK_THROWS_WITH(simulated("rdma-write-latency", at, {"fidelity.esx0.iommu0.iotlb=rtl", "esx0.iommu0.iotlb_ways=3"}),
                    Catch::Contains("esx0") && Catch::Contains("divide"));
}
