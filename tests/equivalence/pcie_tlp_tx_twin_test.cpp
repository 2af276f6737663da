// One stimulus on the link's own order and on the RTL: nothing lost, rules held, the same order, the declared cycles.
#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>

#include "support/simulated.h"
#include "support/tlp_tx_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

constexpr std::int64_t kTwoCycles = 8000;

std::vector<TlpTxSetup> setups() {
  std::vector<TlpTxSetup> all(4);
  all[1].receiver.set("posted_headers", "2").set("posted_data", "20").set("non_posted_headers", "2");
  all[2].receiver.set("posted_headers", "1").set("non_posted_headers", "1").set("completion_headers", "1");
  all[3].receiver.set("posted_data", "16").set("completion_data", "17").set("completion_headers", "9")
      .set("non_posted_headers", "8").set("non_posted_data", "1");
  return all;
}

std::int64_t sum(const std::vector<Arrived>& all, std::int64_t Arrived::* what) {
  std::int64_t total = 0;
  for (const Arrived& a : all) total += a.*what;
  return total;
}

/// The times of arrival by id.
std::vector<std::int64_t> times(const std::vector<Arrived>& all) {
  std::vector<std::int64_t> at(all.size());
  for (const Arrived& a : all) at[static_cast<std::size_t>(a.id)] = a.at;
  return at;
}

std::vector<int> ids(const std::vector<Arrived>& all, const std::vector<Sent>& sent, TlpClass cls) {
  std::vector<int> found;
  for (const Arrived& a : all)
    if (sent[static_cast<std::size_t>(a.id)].cls == cls) found.push_back(a.id);
  return found;
}

}  // namespace

TEST_CASE("with credits TLPs go in the TLM's order, each at most two cycles later", "[rtl_bridge][tlp_tx][equivalence]") {
  TlpTxSetup tlm;
  tlm.rtl = false;
  for (const std::uint64_t pause : {150'000u, 400'000u}) {
    const std::vector<Sent> sent = random_tlps(1000, pause, pause, true);
    const auto own = tlp_tx_run(tlm, sent), rtl = tlp_tx_run({}, sent);
    const auto before = times(own), after = times(rtl);
    for (std::size_t i = 0; i < own.size(); ++i) {
      CHECK(own[i].id == rtl[i].id);
      CHECK(after[i] >= before[i]);
      CHECK(after[i] <= before[i] + kTwoCycles);
      CHECK(rtl[i].crossing <= kTwoCycles / 2);
      CHECK(rtl[i].credit + rtl[i].ordering == 0);
    }
  }
}

TEST_CASE("without credits the rules hold and the stalls are the TLM's", "[rtl_bridge][tlp_tx][equivalence]") {
  for (TlpTxSetup rtl : setups()) {
    TlpTxSetup tlm = rtl;
    tlm.rtl = false;
    for (const bool relaxed : {false, true}) {
      const std::vector<Sent> sent = random_tlps(600, 60'000, 7, relaxed);
      const auto a = tlp_tx_run(tlm, sent), b = tlp_tx_run(rtl, sent);
      CHECK(tlp_tx_check(tlm, sent, a) == "");
      CHECK(tlp_tx_check(rtl, sent, b) == "");
      if (relaxed) continue;  // the block lets no relaxed write pass writes
      CHECK(std::abs(b.back().at - a.back().at) <= static_cast<std::int64_t>(sent.size()) * kTwoCycles);
      for (const TlpClass cls : {TlpClass::posted, TlpClass::non_posted, TlpClass::completion})
        CHECK(ids(a, sent, cls) == ids(b, sent, cls));
      const auto stalled = [](const std::vector<Arrived>& all) {
        return static_cast<double>(sum(all, &Arrived::credit) + sum(all, &Arrived::ordering));
      };
      CHECK(stalled(b) == Approx(stalled(a)).epsilon(0.15));  // the TLM holds credits of what still waits for the wire
    }
  }
}

TEST_CASE("behind the transmitter errors of the link are repaired", "[rtl_bridge][tlp_tx][equivalence]") {
  for (TlpTxSetup setup : setups()) {
    setup.faults = true;
    const std::vector<Sent> sent = random_tlps(300, 60'000, 11, true);
    CHECK(tlp_tx_check(setup, sent, tlp_tx_run(setup, sent)) == "");
  }
}

TEST_CASE("a transmitter's clock that stops changes nothing", "[rtl_bridge][tlp_tx][equivalence]") {
  for (TlpTxSetup setup : setups()) {
    for (const std::int64_t disturb : {0, 3989, 36'991}) {
      setup.disturb = disturb;
      INFO(disturb);
      const std::vector<Sent> sent = random_tlps(400, 50'000, 99, true);
      setup.gated = true;
      const std::string stopped = tlp_tx_text(setup, sent);
      setup.gated = false;
      CHECK((stopped == tlp_tx_text(setup, sent)));
      CHECK(std::count(stopped.begin(), stopped.end(), '\n') == 400);
    }
  }
}

TEST_CASE("the first study with the transmitters as RTL stays within 3 percent", "[rtl_bridge][tlp_tx][system]") {
  for (const char* path : {"native", "directpath"})
    for (const char* size : {"2 B", "4 KB"}) {
      const platform::Labels at = {{"path", path}, {"size", size}};
      const std::vector<std::string> rtl = {"workload.iterations=50", "fidelity.esx0.pcie0.tlp_tx=rtl",
                                            "fidelity.esx1.pcie0.tlp_tx=rtl"};
      const auto a = simulated("rdma-write-latency", at, {"workload.iterations=50"});
      const auto b = simulated("rdma-write-latency", at, rtl);
      CHECK(b.residual() == 0);
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

TEST_CASE("a transmitter that the run file asks for wrongly is refused by name", "[rtl_bridge][tlp_tx][system]") {
  const platform::Labels at = {{"path", "native"}, {"size", "2 B"}};
  CHECK_THROWS_WITH(simulated("rdma-write-latency", at, {"fidelity.esx0.pcie0.tlp_tx=iss"}),
                    Catch::Contains("esx0.pcie0.tlp_tx") && Catch::Contains("tlm, rtl"));
  CHECK_THROWS_WITH(simulated("rdma-write-latency", at,
                              {"fidelity.esx0.pcie0.tlp_tx=rtl", "esx0.pcie0.core_clock=100 MHz"}),
                    Catch::Contains("esx0.pcie0") && Catch::Contains("core_clock") && Catch::Contains("at least"));
  CHECK_THROWS_WITH(simulated("rdma-write-latency", at, {"fidelity.esx0.pcie0.rx=rtl"}),
                    Catch::Contains("esx0.pcie0.rx") && Catch::Contains("no block there has a fidelity"));
}
