#include <catch2/catch.hpp>

#include "support/fabric_end.h"

using namespace viosim;
using namespace viosim::fabric;

namespace {
/// Arrival of a packet of 1068 bytes across two cables and a switch.
std::int64_t arrival(Star& t) {
  t.e1.send(1, 1024, Lid{3});
  scheduler().run_until(Time() + microseconds(100));
  REQUIRE(t.e3.arrivals.size() == 1);
  CHECK(t.e3.account.residual() == kZeroTime);
  return t.e3.arrivals[0].at.ps();
}
constexpr std::int64_t kBase = 2'250 + 300'000 + 267'000;
}  // namespace

TEST_CASE("twice the cable: two cables' metres more", "[fabric][perturbation]") {
  Star t(easy_link().set("length", "8"), easy_link().set("length", "8"));
  CHECK(arrival(t) == kBase + 2 * 20'000);
}
TEST_CASE("twice the SerDes: four ends more", "[fabric][perturbation]") {
  Star t(easy_link().set("serdes", "80 ns"), easy_link().set("serdes", "80 ns"));
  CHECK(arrival(t) == kBase + 4 * 40'000);
}
TEST_CASE("twice the transit: one transit more", "[fabric][perturbation]") {
  Star t(easy_link(), easy_link(), easy_switch().set("transit", "200 ns"));
  CHECK(arrival(t) == kBase + 100'000);
}
TEST_CASE("half the rate: head and packet once more", "[fabric][perturbation]") {
  Star t(easy_link().set("signalling", "20 Gb/s"), easy_link().set("signalling", "20 Gb/s"));
  CHECK(arrival(t) == kBase + 2'250 + 267'000);
}
TEST_CASE("a larger buffer moves nothing while credits suffice", "[fabric][perturbation]") {
  Star t(easy_link().set("receive_buffer", "16 KB"), easy_link().set("receive_buffer", "16 KB"));
  CHECK(arrival(t) == kBase);
}
