// The IOTLB as RTL: its timing, and its corners one by one; the TLM's own answers the same.
#include <catch2/catch.hpp>

#include "support/iotlb_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

using K = Step::Kind;
constexpr std::int64_t kLate = 2'000'000;  // what was asked for at the start is answered

/// `script` behind a request that makes contexts known, on the TLM and on the RTL: the same answers, walks and misses.
IotlbRun both(std::vector<Step> script, IotlbSetup rtl = {}) {
  script.insert(script.begin(), {{1000, K::ask, 60}, {1000, K::ask, 60, kNeighbour}});
  IotlbSetup tlm = rtl;
  tlm.rtl = false;
  const IotlbRun a = iotlb_run(tlm, script), b = iotlb_run(rtl, script);
  CHECK(a.walks == b.walks);
  CHECK(a.misses == b.misses);
  for (std::size_t i = 0; i < a.asked.size(); ++i) {
    CHECK(a.asked[i].fault == b.asked[i].fault);
    CHECK(a.asked[i].result == b.asked[i].result);
  }
  return b;
}

}  // namespace

TEST_CASE("a hit takes two cycles from the edge that takes it in", "[rtl_bridge][iotlb][timing]") {
  const IotlbRun run = both({{kLate, K::ask, 5}, {2 * kLate + 300, K::ask, 5}, {3 * kLate, K::ask, 5}});
  const Asked &hit = run.asked[3], &at_edge = run.asked[4];
  CHECK(hit.look_up == 2 * kIotlbCycle);
  CHECK(hit.crossing == kIotlbCycle - 300);
  CHECK(hit.walk == 0);
  CHECK(hit.at == 2 * kLate + 3 * kIotlbCycle);
  CHECK(at_edge.crossing == kIotlbCycle);  // it sees the next edge
  const Asked& miss = run.asked[2];
  CHECK(miss.walk == 410'000);                  // four reads and 10 ns
  CHECK(miss.look_up == 3 * kIotlbCycle);       // looked up, and answered one cycle behind the walk
  CHECK(miss.crossing <= 2 * kIotlbCycle);
}

TEST_CASE("look-ups follow one another each cycle", "[rtl_bridge][iotlb][timing]") {
  std::vector<Step> script = {{kLate, K::ask, 5}};
  for (int i = 0; i < 10; ++i) script.push_back({2 * kLate, K::ask, 5});
  const IotlbRun run = both(script);
  for (std::size_t i = 0; i < 10; ++i)
    CHECK(run.asked[3 + i].at == 2 * kLate + (3 + static_cast<std::int64_t>(i)) * kIotlbCycle);
}

TEST_CASE("requests for a page in flight join its walk and are answered in order", "[rtl_bridge][iotlb]") {
  const IotlbRun run = both({{kLate, K::ask, 5}, {kLate + 100'000, K::ask_write, 5}, {kLate + 405'000, K::ask, 5},
                             {kLate + 405'000, K::ask, 5, kNeighbour}});
  CHECK(run.walks == 2 + 2);
  CHECK(run.asked[2].at < run.asked[3].at);
  CHECK(run.asked[3].at < run.asked[4].at);
  CHECK(run.asked[3].walk < run.asked[2].walk);
}

TEST_CASE("walks may end in any order", "[rtl_bridge][iotlb]") {
  IotlbSetup setup;
  setup.iommu.set("structure_cache_entries", "8");
  // The second page's tables are known, the first one's are not: it lies 2 MB on.
  const IotlbRun run = both({{kLate, K::ask, 520}, {kLate + 20'000, K::ask, 6}}, setup);
  CHECK(run.asked[3].at < run.asked[2].at);
}

TEST_CASE("a fault is answered to all who wait and is not kept", "[rtl_bridge][iotlb]") {
  const IotlbRun run = both({{kLate - 1000, K::unmap, 5}, {kLate, K::ask, 5}, {kLate + 50'000, K::ask_write, 5}, {2 * kLate, K::ask, 5}});
  CHECK(run.walks == 2 + 2);
  for (std::size_t i = 2; i < 5; ++i) CHECK(run.asked[i].fault != 0);
}

TEST_CASE("what an invalidation overtakes is answered but not kept, nor joined", "[rtl_bridge][iotlb]") {
  for (const K forget : {K::forget_page, K::forget_domain, K::forget_all}) {
    const IotlbRun run = both({{kLate, K::ask, 5}, {kLate + 390'000, K::remap, 5}, {kLate + 390'000, forget, 5},
                               {kLate + 400'000, K::ask, 5}, {2 * kLate, K::ask, 5}});
    CHECK(run.walks == 2 + 2);
    CHECK(run.asked[2].result >> 12 != 1000);  // it was read before
    CHECK(run.asked[3].result >> 12 == 1000);
    CHECK(run.asked[4].result >> 12 == 1000);
  }
}

TEST_CASE("an invalidation of one page makes the walk of a large one stale around it", "[rtl_bridge][iotlb]") {
  // Page 512 is the first of 2 MB; 517 is split off while the walk for 512 is under way.
  const IotlbRun run = both({{kLate - 1000, K::map_large, 512}, {kLate, K::ask, 512}, {kLate + 250'000, K::forget_page, 517},
                             {2 * kLate, K::ask, 517}, {3 * kLate, K::ask, 600}});
  CHECK(run.walks == 2 + 2);  // 512 is not kept, 517 is, as a large page: 600 hits
}

TEST_CASE("a look-up waits for an invalidation that came before it", "[rtl_bridge][iotlb]") {
  const IotlbRun run = both({{kLate, K::ask, 5}, {2 * kLate, K::remap, 5}, {2 * kLate, K::forget_page, 5},
                             {2 * kLate, K::ask, 5}, {2 * kLate, K::ask, 6}});
  CHECK(run.asked[3].result >> 12 == 1000);
  CHECK(run.asked[3].invalidation > 0);
  CHECK(run.asked[3].invalidation <= 5 * kIotlbCycle);  // four sets
}

TEST_CASE("invalidations in a row are all done before what came after them", "[rtl_bridge][iotlb]") {
  std::vector<Step> script;
  for (std::uint64_t page = 0; page < 8; ++page) script.push_back({kLate, K::ask, page});
  for (std::uint64_t page = 0; page < 8; ++page) {
    script.push_back({3 * kLate, K::remap, page});
    script.push_back({3 * kLate, K::forget_page, page});
  }
  for (std::uint64_t page = 8; page > 0; --page) script.push_back({3 * kLate, K::ask, page - 1});
  const IotlbRun run = both(script);
  for (std::size_t i = 0; i < 8; ++i) CHECK(run.asked[10 + i].result >> 12 == 1000 + 7 - i);
}

TEST_CASE("the least recently used entry goes, as in the TLM", "[rtl_bridge][iotlb]") {
  // Two ways of four sets: 4, 8, 12 share one. 8 goes when 12 comes, as 4 was used again.
  const IotlbRun run = both({{kLate, K::ask, 4}, {2 * kLate, K::ask, 8}, {3 * kLate, K::ask, 4}, {4 * kLate, K::ask, 12},
                             {5 * kLate, K::ask, 4}, {6 * kLate, K::ask, 8}});
  CHECK(run.asked[6].walk == 0);
  CHECK(run.asked[7].walk > 0);
}

TEST_CASE("more requests and more pages than the block holds wait before it", "[rtl_bridge][iotlb]") {
  std::vector<Step> script;
  for (std::uint64_t i = 0; i < 150; ++i) script.push_back({kLate, K::ask, i % 50});
  for (std::uint64_t i = 0; i < 100; ++i) script.push_back({kLate, K::ask, 55});
  script.insert(script.begin(), {{1000, K::ask, 60}});
  const IotlbRun run = iotlb_run({}, script);
  for (const Asked& a : run.asked) {
    const std::uint64_t page = script[static_cast<std::size_t>(a.step)].page;
    CHECK(a.result == kGuestBase.raw() + (static_cast<std::uint64_t>(kGuestSize.raw()) - ((page + 1) << 12)) + 0x40);
  }
  CHECK(run.walks == 1 + 150 + 1);  // eight entries do not hold fifty pages
}

TEST_CASE("an IOTLB that the block cannot be is refused by name", "[rtl_bridge][iotlb]") {
  const auto refused = [](LiteralParams values) { return iotlb_text({values}, {}); };
  CHECK_THAT(refused(iommu_literals().set("iotlb_entries", "120").set("iotlb_ways", "128")),
             Catch::Contains("iommu.iotlb") && Catch::Contains("at most 16"));
  CHECK_THAT(refused(iommu_literals().set("iotlb_entries", "24").set("iotlb_ways", "8")),
             Catch::Contains("iotlb_entries") && Catch::Contains("24 in 8 ways"));
  CHECK_THAT(refused(iommu_literals().set("iotlb_entries", "2048").set("iotlb_ways", "16")), Catch::Contains("up to 64"));
  CHECK_THAT(refused(iommu_literals().set("replacement", "random")), Catch::Contains("lru"));
  CHECK_THAT(refused(iommu_literals().set("iotlb_entries", "12").set("iotlb_ways", "3")), Catch::Contains("walks 0"));
}
