#include <catch2/catch.hpp>

#include <map>

#include "support/literal_params.h"
#include "support/stub_exec.h"
#include "workload/dma_mapping.h"

using namespace viosim;
using namespace viosim::test;

namespace {

constexpr std::size_t kMemory = 1 << 20;
constexpr Bytes kPage{4096};

LiteralParams mapping_literals() {
  return {{"mapping", "each"}, {"direction", "write"}, {"size", "64 B"}, {"buffers", "3"}, {"iterations", "10"},
          {"warm_up", "2"}, {"look", "10 cycles"}};
}
LiteralParams with(std::initializer_list<std::pair<std::string, std::string>> changes) {
  LiteralParams values = mapping_literals();
  for (const auto& [key, value] : changes) values.set(key, value);
  return values;
}

/// Bus address = host address; 100 ns to map, 30 to unmap.
struct Mapper : DmaMapIf {
  struct Block { Bytes length; DmaAccess access; };
  Task<Iova> map(Exec& on, Hpa buffer, Bytes length, DmaAccess access) override {
    co_await on.execute(Cycles(100));
    ++maps;
    CHECK(blocks.emplace(buffer.raw(), Block{length, access}).second);
    co_return Iova(buffer.raw());
  }
  Task<> unmap(Exec& on, Iova address) override {
    co_await on.execute(Cycles(30));
    ++unmaps;
    CHECK(blocks.erase(address.raw()) == 1);
  }
  std::map<std::uint64_t, Block> blocks;
  int maps = 0, unmaps = 0;
};

/// 200 ns a transfer. What is not mapped for it is refused.
struct Device : DmaIf {
  Device(FlatMemory& m, Mapper& map) : memory(m), mapper(map) {}
  void submit(DmaRequest& r) override {
    r.finished = false;
    spawn(work(r), "device");
  }
  Process work(DmaRequest& r) {
    seen.push_back(r.address);
    const auto block = mapper.blocks.find(r.address.raw());
    const bool allowed = !refuses && block != mapper.blocks.end() && r.length <= block->second.length &&
                         block->second.access == (r.is_read ? DmaAccess::from_memory : DmaAccess::to_memory);
    r.status = allowed ? CplStatus::successful : CplStatus::unsupported_request;
    co_await station.hold(r.op, r.is_read ? Cause::DmaRead : Cause::DmaWrite, nanoseconds(200));
    if (allowed && !r.is_read) memory.write(r.address.raw(), r.data.bytes(), &r.op);
    r.finished = true;
    r.done.notify();
  }
  FlatMemory& memory;
  Mapper& mapper;
  Station station{"device", 0};
  std::vector<Iova> seen;
  bool refuses = false;
};

struct Bench {
  explicit Bench(LiteralParams values)
      : params(values), driver(1), device(memory, mapper), core("cpu0", memory, 0, kMemory, 0),
        mapping(params, {core, mapper, device, device, Bdf{0x0300}}, driver) {
    values.check();
  }
  const workload::Measured& run() {
    mapping.start();
    REQUIRE(scheduler().run_until(Time::never()) == Scheduler::End::stopped);
    scheduler().drop_pending();
    const workload::Measured& r = mapping.result();
    REQUIRE(r.complete);
    CHECK(r.account.residual() == kZeroTime);
    CHECK(r.account.operations() == params.iterations->raw());
    CHECK(r.account.total().raw() == r.samples.sum());
    return r;
  }
  FlatMemory memory{kMemory};
  workload::DmaMappingParams params;
  workload::Driver driver;
  Mapper mapper;
  Device device;
  FixedExec core;
  workload::DmaMapping mapping;
};

}  // namespace

TEST_CASE("an operation is to map, to transfer, to be told, to unmap", "[workload][timing]") {
  Simulation sim;
  Bench b(mapping_literals());
  const workload::Measured& r = b.run();
  CHECK(r.samples.min() == 100'000 + 200'000 + 200'000 + 10'000 + 30'000);
  CHECK(r.samples.max() == r.samples.min());
  CHECK(r.elapsed() == nanoseconds(10 * 540));
  CHECK(r.payload == Bytes(640));
  CHECK(b.mapping.mapping() == nanoseconds(10 * 100));
  CHECK(b.mapping.unmapping() == nanoseconds(10 * 30));
  CHECK(b.mapper.maps == 12 + 1);
  CHECK(b.mapper.unmaps == 12);
  CHECK(b.mapper.blocks.size() == 1);  // the word
}

TEST_CASE("a buffer that the device reads is mapped for reading alone", "[workload][timing]") {
  Simulation sim;
  Bench b(with({{"direction", "read"}}));
  const workload::Measured& r = b.run();  // what is mapped otherwise is refused
  CHECK(r.samples.max() == 540'000);
}

TEST_CASE("persistent buffers are mapped before the first operation and stay", "[workload][timing]") {
  Simulation sim;
  Bench b(with({{"mapping", "persistent"}}));
  const workload::Measured& r = b.run();
  CHECK(r.samples.min() == 200'000 + 200'000 + 10'000);
  CHECK(r.samples.max() == r.samples.min());
  CHECK(b.mapping.mapping() + b.mapping.unmapping() == kZeroTime);
  CHECK(b.mapper.maps == 3 + 1);
  CHECK(b.mapper.unmaps == 0);
}

TEST_CASE("buffers take turns, each from the beginning of its own pages", "[workload][timing]") {
  Simulation sim;
  Bench b(with({{"size", "5000 B"}}));
  b.run();
  const std::vector<Iova>& seen = b.device.seen;
  REQUIRE(seen.size() == 2 * 12);  // and the word each time
  for (std::size_t i = 0; i < 12; ++i) {
    CHECK(seen[2 * i] == seen[0] + kPage * 2 * static_cast<std::int64_t>(i % 3));
    CHECK(seen[2 * i].offset_in(kPage) == Bytes{});
    CHECK(seen[2 * i + 1] == seen[1]);
  }
  CHECK((seen[1] < seen[0] || seen[1] >= seen[0] + kPage * 6));
}

TEST_CASE("a mapped transfer that is refused ends the run by name", "[workload][timing]") {
  Simulation sim;
  Bench b(with({{"direction", "read"}}));
  b.device.refuses = true;
  b.mapping.start();
  CHECK_THROWS_WITH(scheduler().run_until(Time::never()), Catch::Contains("was refused [in dma-mapping device"));
  scheduler().drop_pending();
}

TEST_CASE("buffers that memory does not hold are refused", "[workload][timing]") {
  Simulation sim;
  Bench b(with({{"size", "64 KB"}, {"buffers", "100"}}));
  CHECK_THROWS_AS(b.mapping.start(), std::out_of_range);
}
