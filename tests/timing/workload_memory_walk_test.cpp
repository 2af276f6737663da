#include <catch2/catch.hpp>

#include "support/mmu_rig.h"
#include "workload/memory_walk.h"

using namespace viosim;
using namespace viosim::test;

namespace {

LiteralParams walk_literals() {
  return {{"working_set", "16 KB"}, {"page", "4 KB"}, {"pattern", "random"}, {"iterations", "100"},
          {"warm_up", "3000"}, {"update_interval", "0"}, {"loop", "4 cycles"}};
}

workload::Measured walked(MmuRig& m, LiteralParams values = walk_literals()) {
  const workload::MemoryWalkParams params(values);
  values.check();
  workload::Driver driver(1);
  workload::MemoryWalk walk(params, *m.mmu, 1, driver);
  walk.start();
  scheduler().run_until(Time::never());
  REQUIRE(walk.result().complete);
  CHECK(walk.result().account.residual() == kZeroTime);
  CHECK(walk.result().account.operations() == params.iterations->raw());
  CHECK(walk.result().account.total().raw() == walk.result().samples.sum());
  for (const SiteReport& r : ledger().sites()) {
    CAPTURE(ledger().path(r.site));
    CHECK(r.overlap == kZeroTime);
    CHECK(r.served + r.blocked + r.idle == Duration(r.window.raw() * r.capacity));
  }
  for (const StackRow& row : walk.result().account.rows()) {
    CHECK(row.cause != Cause::Queueing);
    CHECK(row.cause != Cause::Unattributed);
  }
  return walk.result();
}
std::int64_t in_window(const char* site, const char* name) {
  for (const auto& e : counters().entries())
    if (e.site == site && e.name == name) return static_cast<std::int64_t>(e.at_close - e.at_open);
  return -1;
}

}  // namespace

TEST_CASE("a working set that TLB and caches hold costs the load alone", "[workload][mmu][timing]") {
  Simulation sim;
  MmuRig m("native");
  const workload::Measured r = walked(m);
  CHECK(r.samples.min() == 4'000);
  CHECK(r.samples.max() == 4'000);
  CHECK(r.elapsed() == nanoseconds(400));
}

TEST_CASE("beyond the TLB's reach the mean is the hits' and the misses'", "[workload][mmu][timing]") {
  Simulation sim;
  LiteralParams host = host_literals();
  MmuRig m("native", bare_mmu(), false, k4K, paging_literals("native"), exit_literals(),
           host.set("private_cache_size", "256 KB"));
  LiteralParams values = walk_literals();
  values.set("working_set", "128 KB").set("iterations", "4000").set("warm_up", "40000");
  const workload::Measured r = walked(m, values);
  // All in the core's caches: a miss is the second level's look-up (there is none, it still takes time) and 4 hits.
  CHECK(r.samples.min() == 4'000);
  CHECK(r.samples.max() == 4'000 + 7'000 + 5'000 + 4 * 10'000);
  const std::int64_t misses = in_window("mmu0", "tlb_misses");
  CHECK(r.samples.sum() == 4000 * 4'000 + misses * 52'000);
  CHECK(misses > 4000 * 27 / 32);  // 4 of 32 pages are held
  CHECK(misses < 4000 * 29 / 32);
}

TEST_CASE("one line after the other misses once a page", "[workload][mmu][timing]") {
  Simulation sim;
  MmuRig m("ept");
  LiteralParams values = walk_literals();
  walked(m, values.set("working_set", "64 KB").set("pattern", "sequential").set("iterations", "2048"));
  CHECK(in_window("mmu0", "tlb_misses") == 2048 / 64);
  CHECK(in_window("mmu0", "walk_references") == 24 * 2048 / 64);
}

TEST_CASE("updates of tables exit under a shadow alone", "[workload][mmu][timing]") {
  Simulation sim;
  MmuRig m("shadow");
  LiteralParams values = walk_literals();
  const workload::Measured r = walked(m, values.set("update_interval", "10"));
  CHECK(in_window("vcpu0", "vm_exits") == 10 * 3);
  CHECK(r.samples.percentile(50) == 4'000);
  CHECK(r.samples.max() >= 600'000 + 3 * 1'000'000 + 2 * 4'000'000 + 1'200'000);
}

TEST_CASE("the same updates under EPT cost instructions", "[workload][mmu][timing]") {
  Simulation sim;
  MmuRig m("ept");
  LiteralParams values = walk_literals();
  const workload::Measured r = walked(m, values.set("update_interval", "10"));
  CHECK(in_window("vcpu0", "vm_exits") == 0);
  CHECK(r.samples.max() < 2'000'000);
}

TEST_CASE("a working set of no whole lines or without memory is refused", "[workload][mmu][timing]") {
  Simulation sim;
  MmuRig m("ept");
  workload::Driver driver(1);
  LiteralParams odd = walk_literals(), large = walk_literals();
  const workload::MemoryWalkParams lines(odd.set("working_set", "100 B"));
  CHECK_THROWS_WITH(workload::MemoryWalk(lines, *m.mmu, 1, driver), Catch::Contains("working_set"));
  const workload::MemoryWalkParams much(large.set("working_set", "1 GB"));
  workload::MemoryWalk walk(much, *m.mmu, 1, driver);
  CHECK_THROWS_AS(walk.start(), std::length_error);
}
