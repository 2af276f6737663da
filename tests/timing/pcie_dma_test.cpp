#include <algorithm>
#include <array>
#include <catch2/catch.hpp>

#include "support/pcie_rig.h"

using namespace viosim;
using namespace viosim::test;

TEST_CASE("a 64 byte DMA write is in memory after wire, root complex and memory", "[pcie][timing]") {
  Simulation sim;
  PcieRig rig;
  DmaRequest r;
  PcieRig::prepare(r, false, 0x1'0000, 64, 0xA5);
  rig.endpoint.submit(r);
  CHECK(r.finished);  // nothing was in line: the link has it
  const std::uint64_t before = scheduler().events();
  scheduler().run_until(Time(211'000 - 1));
  CHECK(rig.memory.writes.empty());
  scheduler().run_until(Time(212'000));
  // 84 bytes (short address) at 4 B/ns = 21 ns, + 100 + 50 + 40.
  REQUIRE(rig.memory.writes.size() == 1);
  CHECK(rig.memory.writes[0].at == Time(211'000));
  CHECK(rig.memory.last_write.last() == Time(211'000));
  CHECK(spent(rig.memory.last_write, Cause::LinkSerialization) == 21'000);
  CHECK(spent(rig.memory.last_write, Cause::LinkPropagation) == 100'000);
  CHECK(spent(rig.memory.last_write, Cause::RootComplexTransit) == 50'000);
  CHECK(spent(rig.memory.last_write, Cause::DramAccess) == 40'000);
  CHECK(scheduler().events() - before == 2);  // memory access, data in memory
}

TEST_CASE("a write that nothing holds up needs no request", "[pcie][timing]") {
  Simulation sim;
  PcieRig rig(link_literals(), root_literals().set("posted_headers", "2"));
  const auto write = [&](std::uint64_t address, std::int64_t length) {
    Buffer data = Buffer::make(Bytes(length));
    for (std::byte& b : data.bytes()) b = std::byte{0xA5};
    const Op op = Op::open(now());
    const bool taken = rig.endpoint.write_at_once(kDevice, Iova(address), data, op);
    CHECK(op.last() == now());  // the write has an account of its own
    CHECK(data.size() == Bytes(taken ? 0 : length));
    return taken;
  };
  CHECK_FALSE(write(0x1'0000, 0));
  CHECK_FALSE(write(0x1'0FF0, 64));   // two TLPs: across a page
  CHECK_FALSE(write(0x1'0000, 512));  // beyond max_payload
  CHECK(write(0x1'0000, 64));
  CHECK_FALSE(write(0x2'0000, 64));   // behind it
  scheduler().run_until(Time(21'000 - 1));
  CHECK_FALSE(write(0x2'0000, 64));
  scheduler().run_until(Time(21'000));
  CHECK(write(0x2'0000, 64));
  scheduler().run_until(Time(42'000));
  CHECK_FALSE(write(0x3'0000, 64));   // both credits are out
  scheduler().run_until(Time(400'000));
  REQUIRE(rig.memory.writes.size() == 2);
  CHECK(rig.memory.writes[0].at == Time(211'000));  // as one that was submitted
  CHECK(rig.memory.writes[1].at == Time(232'000));
  CHECK(rig.memory.last_write.last() == Time(232'000));
  CHECK(spent(rig.memory.last_write, Cause::LinkSerialization) == 21'000);
}

TEST_CASE("a read's bytes stand in the buffer that it brought, or in the one of its lone completion", "[pcie][unit]") {
  Simulation sim;
  PcieRig rig;
  std::array<std::byte, 128> marks;
  for (std::size_t i = 0; i < marks.size(); ++i) marks[i] = static_cast<std::byte>(i + 1);
  rig.memory.write(Hpa(0x1'0000), marks, nullptr);
  DmaRequest own, lone, pieces;
  PcieRig::prepare(own, true, 0x1'0000, 64);
  own.data = Buffer::make(Bytes(64));
  const std::byte* const place = own.data.bytes().data();
  PcieRig::prepare(lone, true, 0x1'0000, 64);
  PcieRig::prepare(pieces, true, 0x1'0000, 128);
  for (DmaRequest* r : {&own, &lone, &pieces}) rig.endpoint.submit(*r);
  scheduler().run_until(Time(2'000'000));
  CHECK(own.data.bytes().data() == place);
  for (DmaRequest* r : {&own, &lone, &pieces}) {
    REQUIRE(r->finished);
    REQUIRE(r->data.size() == r->length);
    const auto bytes = r->data.bytes();
    CHECK(std::equal(bytes.begin(), bytes.end(), marks.begin()));
  }
}

TEST_CASE("a 64 byte DMA read takes request, memory and completion", "[pcie][timing]") {
  Simulation sim;
  PcieRig rig;
  const std::byte mark[4] = {std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
  rig.memory.write(Hpa(0x1'0000), mark, nullptr);
  DmaRequest r;
  PcieRig::prepare(r, true, 0x1'0000, 64);
  rig.endpoint.submit(r);
  CHECK_FALSE(r.finished);
  // MRd 20 bytes 5 ns, 100, 50, memory 80, 50, CplD 84 bytes 21 ns, 100.
  scheduler().run_until(Time(406'000 - 1));
  CHECK_FALSE(r.finished);
  scheduler().run_until(Time(406'000 + 1));
  REQUIRE(r.finished);
  CHECK(r.op.last() == Time(406'000));
  CHECK(spent(r.op, Cause::LinkSerialization) == 26'000);
  CHECK(spent(r.op, Cause::RootComplexTransit) == 100'000);
  CHECK(spent(r.op, Cause::LinkPropagation) == 200'000);
  CHECK(spent(r.op, Cause::DramAccess) == 80'000);
  CHECK(r.status == CplStatus::successful);
  CHECK(r.data.bytes()[3] == std::byte{4});
}

TEST_CASE("a read does not pass the writes before it and sees them", "[pcie][timing]") {
  Simulation sim;
  PcieRig rig;
  rig.memory.slow_page = Hpa(0x2'0000);  // 400 ns
  DmaRequest w, r;
  PcieRig::prepare(w, false, 0x2'0000, 64, 0x77);
  PcieRig::prepare(r, true, 0x2'0000, 64);
  rig.endpoint.submit(w);
  rig.endpoint.submit(r);
  scheduler().run_until(Time(2'000'000));
  REQUIRE(r.finished);
  // The write is done at 21 + 100 + 50 + 400 = 571; the read reached memory at 21 + 5 + 100 + 50 = 176.
  CHECK(spent(r.op, Cause::OrderingStall) == 571'000 - 176'000);
  CHECK(r.op.last() == Time(571'000 + 80'000 + 50'000 + 21'000 + 100'000));
  CHECK(r.data.bytes()[63] == std::byte{0x77});
}

TEST_CASE("writes are done in order and an interrupt comes behind them", "[pcie][timing]") {
  Simulation sim;
  PcieRig rig;
  rig.memory.slow_page = Hpa(0x2'0000);
  DmaRequest slow, quick;
  PcieRig::prepare(slow, false, 0x2'0000, 64, 1);
  PcieRig::prepare(quick, false, 0x3'0000, 64, 2);
  rig.endpoint.submit(slow);
  rig.endpoint.submit(quick);
  rig.endpoint.raise_msix(kDevice, kMsiWindow | 5 << 12, 0x0041, Op::open(now()));
  scheduler().run_until(Time(2'000'000));
  REQUIRE(rig.memory.writes.size() == 2);
  CHECK(rig.memory.writes[0].address == Hpa(0x2'0000));
  CHECK(rig.memory.writes[1].at == rig.memory.writes[0].at);
  CHECK(spent(rig.memory.last_write, Cause::OrderingStall) > 0);
  REQUIRE(rig.interrupts.taken.size() == 1);
  CHECK(rig.interrupts.taken[0].at == Time(571'000));
  CHECK(rig.interrupts.taken[0].writes_before == 2);
  CHECK(rig.interrupts.taken[0].core == 5);
  CHECK(rig.interrupts.taken[0].vector == 0x41);
  CHECK(rig.interrupts.taken[0].op.last() == Time(571'000));
}

TEST_CASE("tags that are used up hold a read back and are charged", "[pcie][timing]") {
  Simulation sim;
  PcieRig rig(link_literals(), root_literals(), endpoint_literals().set("tags", "1"));
  DmaRequest a, b;
  PcieRig::prepare(a, true, 0x1'0000, 64);
  PcieRig::prepare(b, true, 0x1'0040, 64);
  rig.endpoint.submit(a);
  rig.endpoint.submit(b);
  scheduler().run_until(Time(2'000'000));
  REQUIRE(b.finished);
  CHECK(spent(a.op, Cause::TagExhausted) == 0);
  CHECK(spent(b.op, Cause::TagExhausted) == 406'000);
  CHECK(b.op.last() == Time(2 * 406'000));
  CHECK(counter("endpoint", "tag_stalls") == 1);
}

TEST_CASE("a completion buffer that is full holds a read back", "[pcie][timing]") {
  Simulation sim;
  PcieRig rig(link_literals(), root_literals(), endpoint_literals().set("completion_buffer", "512 B"));
  DmaRequest a, b;
  PcieRig::prepare(a, true, 0x1'0000, 512);
  PcieRig::prepare(b, true, 0x1'0200, 64);
  rig.endpoint.submit(a);
  rig.endpoint.submit(b);
  scheduler().run_until(Time(3'000'000));
  REQUIRE(b.finished);
  CHECK(spent(b.op, Cause::CreditStall) == a.op.last().ps());
  CHECK(counter("endpoint", "completion_buffer_stalls") == 1);
}

TEST_CASE("a register store and load cross the root complex and the link", "[pcie][timing]") {
  Simulation sim;
  PcieRig rig;
  const std::byte value[4] = {std::byte{0x11}, std::byte{0x22}, std::byte{0}, std::byte{0}};
  rig.root.store(kBar + Bytes(0x14), value, false, Op::open(now()));
  MmioLoad load;
  load.address = kBar + Bytes(0x20);
  load.size = Bytes(4);
  load.op = Op::open(now());
  rig.root.load(load);
  scheduler().run_until(Time(2'000'000));
  REQUIRE(rig.registers.writes.size() == 1);
  CHECK(rig.registers.writes[0].offset == 0x14);
  CHECK(rig.registers.writes[0].value == 0x2211);
  CHECK(rig.registers.writes[0].at == Time(50'000 + 7'000 + 100'000));  // 28 bytes
  REQUIRE(load.finished);
  CHECK(load.value == 0x1020);
  // Behind the store: 50 + 7 + 6 + 100, device 20, CplD 24 bytes 6, 100, 50.
  CHECK(load.op.last() == Time(339'000));
  CHECK(spent(load.op, Cause::Pipeline) == 20'000);
}

TEST_CASE("a store is handed over before it leaves the core", "[pcie][timing]") {
  Simulation sim;
  PcieRig rig;
  Station core("core", 1);
  Op op = Op::open(Time(0));
  core.delay(op, Cause::Execute, Time(0), nanoseconds(70));
  rig.root.store(kBar, std::array<std::byte, 8>{}, false, std::move(op));
  scheduler().run_until(Time(1'000'000));
  REQUIRE(rig.registers.writes.size() == 1);
  // 70 ns in the core, 50 ns of root complex, 32 bytes of wire at 4 a ns, 100 ns of cable.
  CHECK(rig.registers.writes[0].at == Time(228'000));
  CHECK(spent(rig.registers.writes[0].op, Cause::RootComplexTransit) == 50'000);
}

TEST_CASE("a third load waits while two are under way", "[pcie][timing]") {
  Simulation sim;
  PcieRig rig;
  MmioLoad loads[3];
  for (MmioLoad& load : loads) {
    load.address = kBar;
    load.size = Bytes(8);
    load.op = Op::open(now());
    rig.root.load(load);
  }
  scheduler().run_until(Time(5'000'000));
  REQUIRE(loads[2].finished);
  CHECK(spent(loads[2].op, Cause::TagExhausted) == loads[0].op.last().ps());
}
