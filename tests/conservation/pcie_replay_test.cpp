#include <catch2/catch.hpp>

#include <algorithm>

#include "support/laws.h"
#include "support/pcie_load.h"

using namespace viosim;
using namespace viosim::test;

namespace {

LiteralParams frequent_faults() {
  return fault_literals().set("fault_corrupt", "0.1").set("fault_lose", "0.05").set("fault_lose_dllp", "0.1")
      .set("replay_buffer", "12").set("retrain_limit", "50");
}
LiteralParams few_credits() {
  return root_literals().set("posted_headers", "6").set("posted_data", "48").set("non_posted_headers", "3");
}

}  // namespace

TEST_CASE("under errors of all sorts every site and every operation adds up", "[pcie][replay][conservation]") {
  Simulation sim;
  PcieRig rig(link_literals().set("ack_interval", "2"), few_credits(),
              endpoint_literals().set("posted_headers", "2").set("completion_timeout", "500 ms"));
  LiteralParams faults = frequent_faults();
  rig.link.inject(pcie::FaultParams(faults), 11);
  Station idle("driver", 1);
  Load load;
  spawn(offer(rig, load, idle), "offer");
  ledger().open_window(now());
  scheduler().run_until(Time(600'000'000));
  ledger().close_window(now());
  scheduler().run_until(Time(20'000'000'000));

  Account account;
  for (std::size_t i = 0; i < load.requests.size(); ++i) {
    REQUIRE(load.requests[i]->finished);
    CHECK(load.requests[i]->status == CplStatus::successful);
    if (load.requests[i]->is_read) ledger().close(load.requests[i]->op, load.begins[i], account);
  }
  CHECK(load.requests.size() == 1000);
  check_laws(account);
  CHECK(rig.interrupts.taken.size() == 63);
  CHECK(rig.registers.writes.size() == 50);
  for (const char* name : {"tlps_corrupted", "tlps_lost", "tlps_duplicate", "tlps_discarded", "naks",
                           "replay_timeouts", "dllps_lost", "credit_stalls"})
    for (const char* direction : {"link.up", "link.down"}) {
      if (std::string(name) == "credit_stalls" && std::string(direction) == "link.down") continue;
      INFO(name << " of " << direction);
      CHECK(counter(direction, name) > 0);
    }
  CHECK(counter("link.up", "retrains") > 0);
}

TEST_CASE("bytes arrive intact and in order over a link with errors", "[pcie][replay][conservation]") {
  Simulation sim;
  PcieRig rig(link_literals().set("ack_interval", "2"), few_credits(),
              endpoint_literals().set("completion_timeout", "50 ms"));
  LiteralParams faults = frequent_faults();
  rig.link.inject(pcie::FaultParams(faults), 3);
  constexpr std::int64_t kLength = 100'001;
  DmaRequest w, r;
  PcieRig::prepare(w, false, 0x1'0FF3, kLength);
  for (std::size_t i = 0; i < kLength; ++i) w.data.bytes()[i] = static_cast<std::byte>(i * 7 + i / 251);
  rig.endpoint.submit(w);
  PcieRig::prepare(r, true, 0x1'0FF3, kLength);
  rig.endpoint.submit(r);
  scheduler().run_until(Time(20'000'000'000));
  REQUIRE(w.finished);
  REQUIRE(r.finished);
  CHECK(r.status == CplStatus::successful);
  CHECK(std::equal(r.data.bytes().begin(), r.data.bytes().end(), w.data.bytes().begin()));
  for (std::size_t i = 1; i < rig.memory.writes.size(); ++i)
    CHECK(rig.memory.writes[i - 1].address < rig.memory.writes[i].address);
  CHECK(counter("link.up", "tlps_replayed") > 10);
}
