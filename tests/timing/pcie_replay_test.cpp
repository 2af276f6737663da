#include <catch2/catch.hpp>

#include <array>
#include <memory>
#include <vector>

#include "support/pcie_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

/// A device that writes and reads over a link with faults.
struct FaultyRig : PcieRig {
  explicit FaultyRig(LiteralParams faults = fault_literals(),
                     LiteralParams link_values = link_literals().set("ack_interval", "1"))
      : PcieRig(link_values) {
    link.inject(pcie::FaultParams(faults), 7);
  }
  /// A line of writes of 64 bytes from address 0x1'0000 on, filled with 1, 2, 3 ...
  void write(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      requests.push_back(std::make_unique<DmaRequest>());
      prepare(*requests.back(), false, 0x1'0000 + 64 * i, 64, static_cast<unsigned>(i + 1));
      endpoint.submit(*requests.back());
    }
  }
  std::vector<std::unique_ptr<DmaRequest>> requests;
};

Account closed(const Op& op) {
  Account account;
  ledger().close(op, Time{}, account);
  return account;
}

}  // namespace

TEST_CASE("without an error a link with replay takes the time of one without", "[pcie][replay][timing]") {
  Simulation sim;
  FaultyRig rig;
  rig.write(1);
  scheduler().run_until(Time(1'000'000));
  REQUIRE(rig.memory.writes.size() == 1);
  CHECK(rig.memory.writes[0].at == Time(211'000));  // 84 bytes 21 ns, wire 100 ns, transit 50 ns, memory 40 ns
  CHECK(rig.link.up.replay()->unacknowledged() == 0);
  CHECK(counter("link.down", "dllps") == 1);
}

TEST_CASE("a corrupted TLP is sent again after its Nak, and so are those behind it", "[pcie][replay][timing]") {
  Simulation sim;
  FaultyRig rig;
  rig.link.up.replay()->faults().plan(pcie::Fault::corrupt, {1});
  rig.write(3);
  scheduler().run_until(Time(5'000'000));
  REQUIRE(rig.memory.writes.size() == 3);
  for (unsigned i = 0; i < 3; ++i) CHECK(rig.memory.writes[i].address == Hpa(0x1'0000 + 64 * i));
  // Found at 121 ns; its Nak takes 2 ns and 100 ns of wire; 21 ns again.
  CHECK(rig.memory.writes[0].at == Time(223'000 + 211'000));
  CHECK(rig.memory.writes[2].at == Time(223'000 + 211'000 + 42'000));
  CHECK(counter("link.up", "naks") == 1);
  CHECK(counter("link.up", "tlps_discarded") == 2);
  CHECK(counter("link.up", "tlps_replayed") == 3);
  CHECK(counter("link.up", "replay_timeouts") == 0);
  const Op& last = rig.memory.last_write;
  CHECK(spent(last, Cause::AckWait) == 223'000 - 63'000);           // its own last bit was out at 63 ns
  CHECK(spent(last, Cause::LinkSerialization) == 63'000 + 63'000);  // behind two, twice
  CHECK(spent(last, Cause::LinkPropagation) == 100'000);
  CHECK(closed(last).residual() == kZeroTime);
}

TEST_CASE("a lost TLP that nothing follows is sent again by the replay timer", "[pcie][replay][timing]") {
  Simulation sim;
  FaultyRig rig;
  rig.link.up.replay()->faults().plan(pcie::Fault::lose, {1});
  rig.write(1);
  scheduler().run_until(Time(5'000'000));
  REQUIRE(rig.memory.writes.size() == 1);
  CHECK(rig.memory.writes[0].at == Time(21'000 + 500'000 + 211'000));
  CHECK(spent(rig.memory.last_write, Cause::RetransmitTimeout) == 500'000);
  CHECK(counter("link.up", "replay_timeouts") == 1);
  CHECK(counter("link.up", "naks") == 0);
}

TEST_CASE("a lost Ack costs the wire a duplicate and nobody time", "[pcie][replay][timing]") {
  Simulation sim;
  FaultyRig rig;
  rig.link.up.replay()->faults().plan_lost_dllps({1});
  rig.write(1);
  scheduler().run_until(Time(5'000'000));
  REQUIRE(rig.memory.writes.size() == 1);
  CHECK(rig.memory.writes[0].at == Time(211'000));
  CHECK(counter("link.up", "tlps_duplicate") == 1);
  CHECK(counter("link.up", "dllps_lost") == 1);
  CHECK(rig.link.up.replay()->unacknowledged() == 0);
}

TEST_CASE("a lost Nak is healed by the replay timer", "[pcie][replay][timing]") {
  Simulation sim;
  FaultyRig rig;
  rig.link.up.replay()->faults().plan(pcie::Fault::corrupt, {1});
  rig.link.up.replay()->faults().plan_lost_dllps({1});
  rig.write(2);
  scheduler().run_until(Time(5'000'000));
  REQUIRE(rig.memory.writes.size() == 2);
  CHECK(rig.memory.writes[0].at == Time(21'000 + 500'000 + 211'000));
  CHECK(counter("link.up", "naks") == 1);  // one until the missing one is here
  CHECK(closed(rig.memory.last_write).residual() == kZeroTime);
}

TEST_CASE("an Ack waits for others no longer than its latency", "[pcie][replay][timing]") {
  Simulation sim;
  FaultyRig rig(fault_literals(), link_literals().set("ack_interval", "4"));
  rig.write(1);
  scheduler().run_until(Time(121'000 + 20'000 + 2'000 + 99'999));
  CHECK(rig.link.up.replay()->unacknowledged() == 1);
  scheduler().run_until(Time(121'000 + 20'000 + 2'000 + 100'000));
  CHECK(rig.link.up.replay()->unacknowledged() == 0);
}

TEST_CASE("a full replay buffer holds new TLPs until an Ack", "[pcie][replay][timing]") {
  Simulation sim;
  FaultyRig rig(fault_literals().set("replay_buffer", "1"));
  rig.write(2);
  scheduler().run_until(Time(5'000'000));
  REQUIRE(rig.memory.writes.size() == 2);
  // Arrived at 121 ns, Ack 2 ns and 100 ns of wire.
  CHECK(rig.memory.writes[1].at == Time(223'000 + 211'000));
  CHECK(spent(rig.memory.last_write, Cause::AckWait) == 223'000 - 21'000);
  CHECK(spent(rig.memory.last_write, Cause::LinkSerialization) == 21'000 + 21'000);
}

TEST_CASE("the fourth replay in a row trains the link anew", "[pcie][replay][timing]") {
  Simulation sim;
  FaultyRig rig;
  rig.link.up.replay()->faults().plan(pcie::Fault::lose, {1, 2, 3, 4});
  rig.write(1);
  scheduler().run_until(Time(50'000'000));
  REQUIRE(rig.memory.writes.size() == 1);
  // Four times 21 ns and the timer, then 10 us of training.
  CHECK(rig.memory.writes[0].at == Time(4 * 521'000 + 10'000'000 + 211'000));
  CHECK(spent(rig.memory.last_write, Cause::RetransmitTimeout) == 4 * 500'000 + 10'000'000);
  CHECK(counter("link.up", "retrains") == 1);
  CHECK(closed(rig.memory.last_write).residual() == kZeroTime);
}

TEST_CASE("the replay timer stands still while the link trains", "[pcie][replay][timing]") {
  Simulation sim;
  FaultyRig rig;
  rig.link.up.replay()->faults().plan(pcie::Fault::lose, {1, 2, 3, 4});
  rig.write(1);
  scheduler().run_until(Time(2'000'000));
  // On the wire at 2050 ns; training begins at 2084 ns, and its Ack has to wait for the end of it.
  rig.root.store(kBar, std::array<std::byte, 8>{}, false, Op::open(now()));
  scheduler().run_until(Time(50'000'000));
  CHECK(rig.registers.writes.size() == 1);
  CHECK(counter("link.down", "replay_timeouts") == 0);
  CHECK(counter("link.down", "tlps_duplicate") == 0);
}

TEST_CASE("each corrupted TLP has its Nak", "[pcie][replay][timing]") {
  Simulation sim;
  FaultyRig rig;
  rig.link.up.replay()->faults().plan(pcie::Fault::corrupt, {1, 2, 4});  // the second time too, and later another
  rig.write(1);
  scheduler().run_until(Time(5'000'000));
  CHECK(rig.memory.writes.size() == 1);
  CHECK(counter("link.up", "naks") == 1);  // of the same TLP: one until it is here
  CHECK(counter("link.up", "replay_timeouts") == 1);
  rig.write(1);
  scheduler().run_until(Time(10'000'000));
  CHECK(rig.memory.writes.size() == 2);
  CHECK(counter("link.up", "naks") == 2);
  CHECK(counter("link.up", "replay_timeouts") == 1);
}

TEST_CASE("trainings with progress between them do not add up", "[pcie][replay][timing]") {
  Simulation sim;
  FaultyRig rig(fault_literals().set("retrain_limit", "1"));
  rig.link.up.replay()->faults().plan(pcie::Fault::lose, {1, 2, 3, 4, 6, 7, 8, 9});
  rig.write(1);
  scheduler().run_until(Time(50'000'000));
  CHECK(rig.memory.writes.size() == 1);
  rig.write(1);
  scheduler().run_until(Time(100'000'000));
  CHECK(rig.memory.writes.size() == 2);
  CHECK(counter("link.up", "retrains") == 2);
}

TEST_CASE("a load that meets a training of the other direction is charged for it", "[pcie][replay][timing]") {
  Simulation sim;
  FaultyRig rig;
  rig.link.up.replay()->faults().plan(pcie::Fault::lose, {1, 2, 3, 4});
  rig.write(1);
  scheduler().run_until(Time(3'000'000));
  MmioLoad load;
  load.address = kBar + Bytes(8);
  load.size = Bytes(4);
  load.op = Op::open(now());
  rig.root.load(load);
  scheduler().run_until(Time(50'000'000));
  REQUIRE(load.finished);
  CHECK(load.value == 0x1008);
  const Time up_again(4 * 521'000 + 10'000'000);
  CHECK(spent(load.op, Cause::RetransmitTimeout) == (up_again - Time(3'050'000)).raw());
}

namespace {
std::string given_up(const char* fault) {
  Simulation sim;
  FaultyRig rig(fault_literals().set(fault, "1"));
  rig.write(1);
  try {
    scheduler().run_until(Time::never());
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}
}  // namespace

TEST_CASE("a link on which every TLP is corrupted is given up by name", "[pcie][replay]") {
  CHECK_THAT(given_up("fault_corrupt"), Catch::Contains("link.up: TLP 1 did not get through after 2 trainings"));
}
TEST_CASE("a link that loses every TLP is given up by name", "[pcie][replay]") {
  CHECK_THAT(given_up("fault_lose"), Catch::Contains("link.up: TLP 1 did not get through after 2 trainings"));
}
TEST_CASE("a link that loses every Ack is given up by name", "[pcie][replay]") {
  CHECK_THAT(given_up("fault_lose_dllp"), Catch::Contains("link.up: TLP 1 did not get through after 2 trainings"));
}

TEST_CASE("chances of link errors that are none are refused", "[pcie][replay]") {
  Simulation sim;
  PcieRig rig;
  for (const char* fault : {"fault_corrupt", "fault_lose", "fault_lose_dllp", "fault_poison"}) {
    LiteralParams in = fault_literals().set(fault, "1.5");
    CHECK_THROWS_WITH(rig.link.inject(pcie::FaultParams(in), 1), Catch::Contains("link.up: probabilities"));
  }
  LiteralParams sum = fault_literals().set("fault_corrupt", "0.6").set("fault_lose", "0.6");
  CHECK_THROWS_AS(rig.link.inject(pcie::FaultParams(sum), 1), std::invalid_argument);
}
