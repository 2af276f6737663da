// The transmitter as RTL: one case each of the ordering rules, of credits, and of its own timing.
#include <catch2/catch.hpp>

#include "support/tlp_tx_rig.h"

using namespace viosim;
using namespace viosim::test;

namespace {

constexpr std::int64_t kCycle = 4000;  // 250 MHz
constexpr auto P = TlpClass::posted, N = TlpClass::non_posted, C = TlpClass::completion;

std::vector<int> order(const std::vector<Arrived>& all) {
  std::vector<int> ids;
  for (const Arrived& a : all) ids.push_back(a.id);
  return ids;
}

}  // namespace

TEST_CASE("a TLP crosses to the next edge and is arbitrated in one cycle", "[rtl_bridge][tlp_tx][timing]") {
  const std::vector<Sent> sent = {{1000, P, 64}, {1'004'000, P, 64}};  // the second one at an edge: it sees the next
  const auto all = tlp_tx_run({}, sent);
  for (const Arrived& a : all) CHECK(a.arbitration == kCycle);
  CHECK(all[0].crossing == 3000);
  CHECK(all[1].crossing == kCycle);
  CHECK(all[0].at == 8000 + 22'000 + 100'000);  // 24 + 64 bytes at 4 bytes a nanosecond, and the wire
  CHECK(all[1].at == 1'012'000 + 122'000);
}

TEST_CASE("TLPs that stand in line follow one another without a gap", "[rtl_bridge][tlp_tx][timing]") {
  for (const std::int64_t length : {0, 3, 64, 255}) {
    const std::vector<Sent> sent(40, Sent{1000, C, length});  // more than the block holds; empty ones take 5 ns each
    const auto all = tlp_tx_run({}, sent);
    const std::int64_t each = (20 + (length + 3) / 4 * 4) * 250;
    for (std::size_t i = 0; i < all.size(); ++i)
      CHECK(all[i].at == 8000 + static_cast<std::int64_t>(i + 1) * each + 100'000);
  }
}

TEST_CASE("a link that one TLP a cycle does not fill is refused", "[rtl_bridge][tlp_tx]") {
  CHECK_NOTHROW(tlp_tx_run({link_literals().set("core_clock", "200 MHz")}, {{1000, P, 64}}));
  const std::string why = tlp_tx_text({link_literals().set("core_clock", "199 MHz")}, {});
  CHECK_THAT(why, Catch::Contains("link.tlp_tx") && Catch::Contains("at least 200 MHz"));
}

TEST_CASE("writes pass reads without credits, reads do not pass writes without", "[rtl_bridge][tlp_tx]") {
  TlpTxSetup setup;
  setup.receiver.set("posted_headers", "1").set("non_posted_headers", "1");
  const auto all = tlp_tx_run(setup, {{1000, N, 64}, {1000, N, 64}, {1000, P, 64}, {1000, P, 64}, {1000, N, 64}, {1000, C, 64}});
  CHECK(order(all) == std::vector<int>{0, 2, 1, 3, 5, 4});
  CHECK(all[2].credit > 0);
  CHECK(all[2].ordering == 0);
  CHECK(all[4].ordering > 0);  // the completion
}

TEST_CASE("a relaxed completion passes a write without credits, a relaxed read does not", "[rtl_bridge][tlp_tx]") {
  TlpTxSetup setup;
  setup.receiver.set("posted_headers", "1");
  const auto all = tlp_tx_run(setup, {{1000, P, 64}, {1000, P, 64}, {1000, C, 64, true}, {1000, N, 64, true}});
  CHECK(order(all) == std::vector<int>{0, 2, 1, 3});
  CHECK(all[3].ordering > 0);
}

TEST_CASE("who has its credits back is not passed by what came later", "[rtl_bridge][tlp_tx]") {
  TlpTxSetup setup;
  setup.receiver.set("non_posted_headers", "1").set("non_posted_data", "1");
  std::vector<Sent> sent = {{1000, N, 64}, {1000, N, 64}};
  for (int i = 0; i < 200; ++i) sent.push_back({1000, i % 2 == 0 ? P : C, 64});
  const auto all = tlp_tx_run(setup, sent);
  CHECK(tlp_tx_check(setup, sent, all).empty());
  std::int64_t granted = 0;
  for (const Arrived& a : all)
    if (a.id == 1) granted = a.at;
  // Its credit: 8 ns, 6 ns on the wire, 100 there, 50 kept, 30 + 2 + 100 back; then 2 cycles and one TLP on the wire.
  CHECK(granted <= 8'000 + 6'000 + 100'000 + 50'000 + 132'000 + 2 * kCycle + 2 * 22'000 + 6'000 + 100'000);
}

TEST_CASE("a full queue of reads holds no write back", "[rtl_bridge][tlp_tx]") {
  TlpTxSetup setup;
  setup.receiver.set("non_posted_headers", "1");
  std::vector<Sent> sent(40, Sent{1000, N, 64});
  sent.push_back({1000, P, 64});
  sent.push_back({1000, C, 64});
  sent.push_back({1000, N, 64});
  const auto all = tlp_tx_run(setup, sent);
  CHECK(tlp_tx_check(setup, sent, all).empty());
  CHECK(all[1].id == 40);
  CHECK(all[2].id == 41);
}

TEST_CASE("counters of credits wrap", "[rtl_bridge][tlp_tx]") {
  TlpTxSetup setup;
  setup.receiver.set("posted_headers", "127").set("posted_data", "2047").set("completion_headers", "1")
      .set("completion_data", "16").set("non_posted_headers", "3");
  std::vector<Sent> sent;
  for (int i = 0; i < 1000; ++i) sent.push_back({1000 + i, i % 3 == 0 ? P : i % 3 == 1 ? C : N, 250});
  CHECK(tlp_tx_check(setup, sent, tlp_tx_run(setup, sent)).empty());
}

TEST_CASE("a transmitter that starves says what it waits for", "[rtl_bridge][tlp_tx]") {
  const std::string text = in_child([] {
    Simulation simulation;
    TlpTxSetup setup;
    setup.receiver.set("posted_headers", "1");
    setup.keeps = microseconds(100'000);
    const std::vector<Sent> sent = {{1000, P, 64}, {1000, P, 64}, {1000, N, 64}};
    TlpTxRig rig("rig", setup, sent);
    rig.text();
    return rig.rtl().held_back() + "; " + Starving::all();
  });
  CHECK_THAT(text, Catch::Contains("2 TLPs wait in the transmitter") && Catch::Contains("Stall") &&
                       Catch::Contains("rig.link.up: 2 TLPs"));
}
