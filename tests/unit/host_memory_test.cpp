#include <array>
#include <catch2/catch.hpp>
#include <vector>

#include "support/machine.h"

using namespace viosim;
using namespace viosim::test;

TEST_CASE("the least recently used entry goes first", "[host][unit]") {
  SetAssoc<int> a(1, 2);
  a.insert(1, 10);
  a.insert(2, 20);
  CHECK(*a.find(1) == 10);
  CHECK(a.insert(3, 30).key == 2);
  CHECK(a.find(2) == nullptr);
  CHECK(a.erase(1).value == 10);
  CHECK(a.insert(4, 40).key == SetAssoc<int>::kNone);
  CHECK_THROWS_AS(SetAssoc<int>(0, 1), std::invalid_argument);
}

TEST_CASE("limited ways turn over among themselves", "[host][unit]") {
  SetAssoc<int> a(1, 4);
  const auto odd = [](int v) { return v % 2 == 1; };
  a.insert(100, 0);
  a.insert(101, 0);
  a.insert_limited(1, 1, 2, odd);
  a.insert_limited(2, 1, 2, odd);
  CHECK(a.insert_limited(3, 1, 2, odd).key == 1);
  CHECK(a.find(100) != nullptr);
  CHECK(a.find(101) != nullptr);
}

TEST_CASE("memory outside the populated range reads as ones and drops writes", "[host][unit]") {
  Simulation sim;
  Machine m;
  std::array<std::byte, 4> data{};
  m.memory.write(Hpa(64), data, nullptr);
  m.memory.read(Hpa(64), data);
  CHECK(data[0] == std::byte{0xff});
  const std::uint64_t end = host::BackingStore::kBase + (std::uint64_t{512} << 20);
  CHECK(m.memory.contains(Hpa(end - 4), Bytes(4)));
  CHECK_FALSE(m.memory.contains(Hpa(end - 3), Bytes(4)));
  CHECK_FALSE(m.memory.contains(Hpa(~std::uint64_t{0}), Bytes(4)));
  CHECK_FALSE(m.memory.contains(Hpa(end - 4), Bytes(INT64_MAX)));
  Op op = Op::open(Time(0));
  CHECK(m.memory.device_read(op, Hpa(64), Bytes(64), Time(7)) == Time(7));
}

TEST_CASE("fresh memory is zero and lies on its node", "[host][unit]") {
  Simulation sim;
  Machine m;
  const Hpa a = m.memory.allocate(Bytes(100), Bytes(4096), 1);
  CHECK(a.offset_in(Bytes(4096)) == Bytes(0));
  CHECK(a.raw() >= host::BackingStore::kBase + (std::uint64_t{256} << 20));
  std::array<std::byte, 100> data;
  data.fill(std::byte{9});
  m.memory.read(a, data);
  CHECK(data[99] == std::byte{0});
  CHECK_THROWS_AS(m.memory.allocate(Bytes(1 << 30), Bytes(64), 0), std::length_error);
  CHECK_THROWS_AS(m.memory.allocate(Bytes(64), Bytes(48), 0), std::invalid_argument);
  CHECK_THROWS_AS(m.memory.allocate(Bytes(64), Bytes(64), 2), std::invalid_argument);
}

TEST_CASE("bytes survive the border of a backing chunk", "[host][unit]") {
  Simulation sim;
  Machine m;
  const Hpa a(host::BackingStore::kBase + (std::uint64_t{2} << 20) - 2);
  const std::array<std::byte, 4> data{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
  m.memory.write(a, data, nullptr);
  std::array<std::byte, 4> back{};
  m.memory.read(a, back);
  CHECK(back == data);
}

TEST_CASE("bytes of a memory that ends inside a backing chunk", "[host][unit]") {
  host::BackingStore store(1, Bytes((2 << 20) + 4096));
  const Hpa last(host::BackingStore::kBase + (2 << 20) + 4094);
  const std::array<std::byte, 2> data{std::byte{7}, std::byte{9}};
  CHECK(store.write(last, data));
  std::array<std::byte, 2> back{};
  CHECK(store.read(last, back));
  CHECK(back == data);
  CHECK_FALSE(store.write(last + Bytes(1), data));  // one byte too far: dropped whole
  CHECK_FALSE(store.read(last + Bytes(1), back));
  CHECK(back[0] == std::byte{0xff});
  CHECK(store.read(last, back));
  CHECK(back == data);
}

TEST_CASE("a write over three backing chunks is read in the middle one", "[host][unit]") {
  host::BackingStore store(1, Bytes(8 << 20));
  const std::vector<std::byte> data((2 << 20) + 4096, std::byte{5});
  CHECK(store.write(Hpa(host::BackingStore::kBase + (2 << 20) - 64), data));
  std::array<std::byte, 2> back{};
  CHECK(store.read(Hpa(host::BackingStore::kBase + (3 << 20)), back));
  CHECK(back[0] == std::byte{5});
  CHECK(store.read(Hpa(host::BackingStore::kBase + (7 << 20)), back));  // nobody wrote there
  CHECK(back[0] == std::byte{0});
}

TEST_CASE("a core's clock answers what the division answers", "[host][unit]") {
  for (const std::int64_t hertz : {2'400'000'000, 2'666'666'667, 3'000'000'000, 999'999'999'989}) {
    const host::Clock clock{Frequency(hertz)};
    for (const std::int64_t n : {0, 1, 2, 3, 399, 4096, (1 << 20) - 1, 1 << 20, 1 << 30})
      CHECK(clock.of(Cycles(n)) == Cycles(n) / Frequency(hertz));
    CHECK(clock.of(Cycles(-5)) == Cycles(-5) / Frequency(hertz));
  }
}

TEST_CASE("lines that no core brought in are found on every socket", "[host][unit]") {
  host::CacheState caches({2, 1, Bytes(128), Bytes(256), 2, 4, 1});
  caches.walker_read(7, 1);
  CHECK(caches.holder(7, 0) == 1);
  caches.device_write(7, -1);
  CHECK(caches.holder(7, 0) == -1);
  host::CacheState fresh({2, 1, Bytes(128), Bytes(256), 2, 4, 1});
  fresh.device_write(9, 1);  // into socket 1, which held nothing yet
  CHECK(fresh.load(9, 0) == host::Place::other_socket);
}

TEST_CASE("a watch is hit by the first write to its bytes and no other", "[host][unit]") {
  Simulation sim;
  Machine m;
  const Hpa page = m.memory.allocate(Bytes(8192), Bytes(4096), 0);
  Watch w, wide;
  w.address = page + Bytes(128);
  w.length = Bytes(4);
  wide.address = page + Bytes(4000);
  wide.length = Bytes(200);
  m.memory.add_watch(w);
  m.memory.add_watch(wide);
  const std::array<std::byte, 8> data{};
  m.memory.write(page + Bytes(132), data, nullptr);
  m.memory.write(page + Bytes(120), data, nullptr);
  CHECK_FALSE(w.hit);
  m.memory.write(page + Bytes(124), data, nullptr);
  CHECK(w.hit);
  m.memory.write(page + Bytes(4192), data, nullptr);
  CHECK(wide.hit);
  w.rearm();
  m.memory.remove_watch(w);
  m.memory.write(page + Bytes(128), data, nullptr);
  CHECK_FALSE(w.hit);
}

TEST_CASE("a watch on the last byte of a page ends there", "[host][unit]") {
  Simulation sim;
  Machine m;
  const Hpa page = m.memory.allocate(Bytes(8192), Bytes(4096), 0);
  Watch w;
  w.address = page + Bytes(4095);
  w.length = Bytes(1);
  m.memory.add_watch(w);
  const std::array<std::byte, 8> data{};
  m.memory.write(page + Bytes(4096), data, nullptr);
  m.memory.write(page + Bytes(4087), data, nullptr);
  CHECK_FALSE(w.hit);
  m.memory.write(page + Bytes(4088), data, nullptr);
  CHECK(w.hit);
  w.rearm();
  m.memory.remove_watch(w);
  m.memory.write(page + Bytes(4088), data, nullptr);
  CHECK_FALSE(w.hit);
}

TEST_CASE("a context refuses what is no memory and no device", "[host][unit]") {
  Simulation sim;
  Machine m;
  std::array<std::byte, 64> data{};
  CHECK_THROWS_AS(m.core0.load(Gpa(0), data), std::out_of_range);
  CHECK_THROWS_AS(m.core0.mmio_store(Gpa(0), 0, Bytes(4)), std::out_of_range);
  CHECK_THROWS_AS(m.core0.mmio_store(Gpa(Registers::kBase), 0, Bytes(2)), std::invalid_argument);
  CHECK_THROWS_AS(m.core0.mmio_store_lines(Gpa(Registers::kBase + 4), data), std::invalid_argument);
  CHECK_THROWS_AS(m.core1.mmio_store(Gpa(Registers::kBase), 0, Bytes(4)), std::logic_error);
  CHECK_THROWS_AS(m.core0.on_interrupt(256, {}), std::out_of_range);
  CHECK_THROWS_AS(host::Context("cpu9", m.params.core, m.memory, 4), std::invalid_argument);
}
