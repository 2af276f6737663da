#include <catch2/catch.hpp>

#include <set>

#include "support/dma_engine_rig.h"
#include "workload/pcie_bench.h"

using namespace viosim;
using namespace viosim::test;
using workload::Driver;
using workload::Measured;
using workload::PcieBench;
using workload::PcieBenchEnd;
using workload::PcieBenchParams;

namespace {

LiteralParams bench_literals() {
  return {{"test", "lat_rd"}, {"interface", "dma"}, {"access", "sequential"}, {"cache", "cold"}, {"mapping", "direct"},
          {"size", "64 B"}, {"offset", "0 B"}, {"window", "4 KB"}, {"node", "0"}, {"workers", "4"},
          {"iterations", "10"}, {"warm_up", "2"}, {"loop", "100 ns"}};
}

struct Bench {
  explicit Bench(LiteralParams values)
      : params(values), driver(1),
        bench(params, PcieBenchEnd{rig.engine, rig.pcie.memory, kDevice, Iova(0x10'0000), Hpa(0x10'0000), 0}, 1, driver) {}
  const Measured& run() {
    bench.start();
    REQUIRE(scheduler().run_until(Time::never()) == Scheduler::End::stopped);
    scheduler().drop_pending();
    REQUIRE(bench.result().complete);
    return bench.result();
  }
  DmaEngineRig rig;
  PcieBenchParams params;
  Driver driver;
  PcieBench bench;
};

LiteralParams with(std::initializer_list<std::pair<std::string, std::string>> changes) {
  LiteralParams values = bench_literals();
  for (const auto& [key, value] : changes) values.set(key, value);
  return values;
}

}  // namespace

TEST_CASE("pcie-bench's read latency is from submission to signal, its loop lies between", "[workload][timing]") {
  Simulation sim;
  Bench b(bench_literals());
  const Measured& m = b.run();
  CHECK(m.samples.count() == 10);
  CHECK(m.samples.min() == 473'000);  // as the engine's own test has it
  CHECK(m.samples.max() == 473'000);
  CHECK(m.account.operations() == 10);
  CHECK(m.account.residual() == kZeroTime);
  CHECK(m.elapsed() == nanoseconds(10 * (473 + 100)));
}

TEST_CASE("a write and a read of the same place are one operation", "[workload][timing]") {
  Simulation sim;
  Bench b(with({{"test", "lat_wrrd"}}));
  const Measured& m = b.run();
  CHECK(m.account.operations() == 10);
  CHECK(m.account.residual() == kZeroTime);
  // The write's signal comes at 76 ns, the write is in memory at 267 (see the engine's test). The read would be there at
  // 76 + 178: it waits 13 ns for the write.
  CHECK(m.samples.min() == 76'000 + 473'000 + 13'000);
  CHECK(b.rig.pcie.memory.writes.size() >= 12);
}

TEST_CASE("places are whole cache lines inside the window, all of them in order", "[workload][timing]") {
  Simulation sim;
  Bench b(with({{"size", "65 B"}, {"offset", "1 B"}, {"window", "1 KB"}, {"iterations", "20"}, {"warm_up", "0"}}));
  b.run();
  std::set<std::uint64_t> seen;
  for (const auto& read : b.rig.pcie.memory.reads) seen.insert(read.address.raw());
  CHECK(seen.size() == 16);  // 8 units of 128 B, each two completions: cut at 64 B
  CHECK(*seen.begin() == 0x10'0001);
  CHECK(*seen.rbegin() == 0x10'0000 + 7 * 128 + 64);
}

TEST_CASE("bandwidth counts what ends inside the window and names the reads in flight", "[workload][timing]") {
  Simulation sim;
  Bench b(with({{"test", "bw_rd"}, {"iterations", "200"}, {"warm_up", "20"}, {"access", "random"}}));
  const Measured& m = b.run();
  CHECK(m.operations == 200);
  CHECK(m.payload == Bytes(200 * 64));
  CHECK(m.account.operations() == 200);
  CHECK(m.account.residual() == kZeroTime);
  // Two in flight, each for all but the enqueue: 463 ns.
  CHECK(m.elapsed() == nanoseconds(463 * 100));
  // What is under way when the window closes is not booked yet: two pieces at most.
  for (const SiteReport& site : ledger().sites()) {
    if (ledger().path(site.site) != "dma.reads") continue;
    CHECK(site.served <= m.elapsed() * 2);
    CHECK(site.served >= m.elapsed() * 2 - nanoseconds(2 * 463));
  }
}

TEST_CASE("mixed bandwidth takes turns and counts pairs", "[workload][timing]") {
  Simulation sim;
  Bench b(with({{"test", "bw_rdwr"}, {"iterations", "200"}, {"warm_up", "20"}}));
  const Measured& m = b.run();
  CHECK(m.operations == 100);
  CHECK(m.payload == Bytes(100 * 64));
  CHECK(counter("link.up", "tlps_read") >= 110);
  CHECK(counter("link.up", "tlps_write") >= 110);
}

TEST_CASE("what pcie-bench cannot ask for is refused", "[workload][unit]") {
  Simulation sim;
  CHECK_THROWS_WITH(Bench(with({{"size", "4096 B"}, {"offset", "1 B"}, {"window", "64 KB"}})),
                    Catch::Contains("offset"));
}

TEST_CASE("a window smaller than one transfer is refused", "[workload][unit]") {
  Simulation sim;
  CHECK_THROWS_WITH(Bench(with({{"window", "64 B"}, {"size", "65 B"}})), Catch::Contains("window"));
}

TEST_CASE("a transfer that is refused ends the run by name", "[workload][unit]") {
  Simulation sim;
  Bench b(with({{"window", "16 MB"}, {"access", "random"}, {"iterations", "100"}}));  // the memory has 8
  b.bench.start();
  CHECK_THROWS_WITH(scheduler().run_until(Time::never()), Catch::Contains("was refused [in pcie-bench"));
  scheduler().drop_pending();
}
