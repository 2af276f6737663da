#include <catch2/catch.hpp>

#include <algorithm>

#include "support/laws.h"
#include "support/pcie_load.h"
#include "support/pcie_switch_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

/// As many writes of 256 bytes as credits let through.
Process flood(SwitchRig& rig, unsigned endpoint, Station& idle) {
  for (;;) {
    DmaRequest& r = rig.submit(endpoint, false, endpoint == 0 ? 0x10'0000 : 0x20'0000, 256, 1);
    if (!r.finished) co_await sleep(r.done);
    Op nobody;
    co_await idle.hold(nobody, Cause::Execute, nanoseconds(1));
  }
}

struct Share { std::int64_t first = 0, second = 0; };

/// Writes that reached memory in the last 400 of 500 us.
Share flooded(SwitchRig& rig) {
  Station idle0("driver0", 1), idle1("driver1", 1);
  spawn(flood(rig, 0, idle0), "flood0");
  spawn(flood(rig, 1, idle1), "flood1");
  scheduler().run_until(Time(500'000'000));
  Share share;
  for (const auto& w : rig.memory.writes)
    if (w.at > Time(100'000'000)) ++(w.address < Hpa(0x20'0000) ? share.first : share.second);
  return share;
}

LiteralParams finite(LiteralParams values) { return values.set("posted_headers", "16").set("posted_data", "256"); }

Process offer_both(SwitchRig& rig, std::vector<Time>& begins, Station& idle) {
  Draw draw;
  for (int i = 0; i < 800; ++i) {
    const unsigned endpoint = static_cast<unsigned>(draw(2));
    const bool is_read = draw(2) == 0;
    std::uint64_t address = draw(100) * 4096 + draw(4000);
    std::int64_t length = static_cast<std::int64_t>(1 + draw(3000));
    if (draw(8) == 0) {  // to the neighbour
      address = (endpoint == 0 ? kNeighbourBar : kBar).raw() + draw(4000);
      length = 8;
    }
    begins.push_back(now());
    rig.submit(endpoint, is_read, address, length, 1);
    if (i % 16 == 0) rig.endpoint1.raise_msix(kNeighbour, kMsiWindow, 0x40, Op::open(now()));
    if (i % 10 == 0) rig.root.store(i % 20 == 0 ? kBar : kNeighbourBar, std::array<std::byte, 8>{}, false,
                                    Op::open(now()));
    Op nobody;
    co_await idle.hold(nobody, Cause::Execute, nanoseconds(static_cast<std::int64_t>(1 + draw(600))));
  }
}

void add_up(SwitchRig& rig) {
  Station idle("driver", 1);
  std::vector<Time> begins;
  spawn(offer_both(rig, begins, idle), "offer");
  ledger().open_window(now());
  scheduler().run_until(Time(400'000'000));
  ledger().close_window(now());
  scheduler().run_until(Time(20'000'000'000));
  Account account;
  REQUIRE(rig.requests.size() == 800);
  for (std::size_t i = 0; i < rig.requests.size(); ++i) {
    REQUIRE(rig.requests[i]->finished);
    CHECK(rig.requests[i]->status == CplStatus::successful);
    if (rig.requests[i]->is_read) ledger().close(rig.requests[i]->op, begins[i], account);
  }
  check_laws(account);
  CHECK(rig.interrupts.taken.size() == 50);
  CHECK(rig.registers0.writes.size() + rig.registers1.writes.size() >= 80);
  CHECK(counter("switch", "peer_to_peer") > 50);
  for (pcie::Link* link : {&rig.uplink, &rig.link0, &rig.link1})
    for (pcie::LinkDirection* direction : {&link->up, &link->down})
      for (TlpClass cls : {TlpClass::posted, TlpClass::non_posted, TlpClass::completion})
        CHECK(direction->credits(cls).headers_used() >= 0);
}

LiteralParams starved(LiteralParams values) {
  return values.set("posted_headers", "1").set("posted_data", "16").set("non_posted_headers", "1")
      .set("completion_headers", "1").set("completion_data", "16");
}

}  // namespace

TEST_CASE("two devices share an uplink half and half", "[pcie][switch][conservation]") {
  Simulation sim;
  SwitchRig rig(finite(switch_literals()), finite(root_literals()));
  const Share share = flooded(rig);
  CHECK(std::abs(share.first - share.second) <= 2);
  // 276 bytes at 4 bytes a nanosecond, and the UpdateFC of stores: none. 400 us hold 5797.
  CHECK(share.first + share.second >= 5795);
  CHECK(share.first + share.second <= 5798);
}

TEST_CASE("an arbiter by lanes serves a wide port more often", "[pcie][switch][conservation]") {
  Simulation sim;
  SwitchRig rig(finite(switch_literals()).set("arbitration", "by-lanes"), finite(root_literals()),
                endpoint_literals(), link_literals().set("lanes", "4"), link_literals().set("lanes", "8"),
                link_literals().set("lanes", "4"));
  const Share share = flooded(rig);
  CHECK(std::abs(share.first - 2 * share.second) <= 16);
  CHECK(share.first + share.second >= 2895);
}

TEST_CASE("mixed traffic through a switch adds up", "[pcie][switch][conservation]") {
  Simulation sim;
  SwitchRig rig(finite(switch_literals()).set("cut_through", "true"), finite(root_literals()),
                endpoint_literals().set("completion_timeout", "50 ms"));
  add_up(rig);
}

TEST_CASE("mixed traffic with a single credit everywhere ends", "[pcie][switch][conservation]") {
  Simulation sim;
  SwitchRig rig(starved(switch_literals()), starved(root_literals()),
                starved(endpoint_literals()).set("completion_timeout", "50 ms"));
  add_up(rig);
}

TEST_CASE("mixed traffic with few credits and errors on all links ends", "[pcie][switch][replay][conservation]") {
  Simulation sim;
  SwitchRig rig(starved(switch_literals()).set("cut_through", "true"), starved(root_literals()),
                starved(endpoint_literals()).set("completion_timeout", "500 ms"));
  LiteralParams faults = fault_literals().set("fault_corrupt", "0.05").set("fault_lose", "0.02")
                             .set("fault_lose_dllp", "0.05").set("retrain_limit", "50");
  const pcie::FaultParams params(faults);
  std::uint64_t seed = 1;
  for (pcie::Link* link : {&rig.uplink, &rig.link0, &rig.link1}) link->inject(params, seed++);
  add_up(rig);
}
