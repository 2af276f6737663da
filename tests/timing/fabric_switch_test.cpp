#include <catch2/catch.hpp>

#include "support/fabric_end.h"

using namespace viosim;
using namespace viosim::fabric;

namespace {
constexpr std::int64_t kHead = 2'250;  // 9 bytes
Time at_ns(std::int64_t n) { return Time() + nanoseconds(n); }
}  // namespace

TEST_CASE("cut through: the packet's length counts once", "[fabric][timing]") {
  Star t;
  t.e1.send(1, 1024, Lid{3});
  const Time arrival(kHead + 100'000 + 100'000 + 267'000 + 100'000);
  scheduler().run_until(arrival - picoseconds(1));
  CHECK(t.e3.arrivals.empty());
  scheduler().run_until(arrival);
  REQUIRE(t.e3.arrivals.size() == 1);
  CHECK(t.e3.spent("l1.a_to_b", Cause::LinkSerialization) == kHead);
  CHECK(t.e3.spent("hub", Cause::SwitchTransit) == 100'000);
  CHECK(t.e3.spent("l3.b_to_a", Cause::LinkSerialization) == 267'000);
  CHECK(t.e3.account.residual() == kZeroTime);
}

TEST_CASE("two inputs to one output: the second waits for the first", "[fabric][timing]") {
  Star t;
  t.e1.send(1, 1024, Lid{3});
  t.e2.send(2, 1024, Lid{3});
  scheduler().run_until(at_ns(10'000));
  REQUIRE(t.e3.arrivals.size() == 2);
  CHECK(t.e3.arrivals[1].at == t.e3.arrivals[0].at + picoseconds(267'000));
  CHECK(t.e3.spent("l3.b_to_a", Cause::LinkSerialization) == 3 * 267'000);
  CHECK(t.e3.account.residual() == kZeroTime);
}

TEST_CASE("an output that is faster than the input waits for the packet's end", "[fabric][timing]") {
  Star t(easy_link(), easy_link().set("signalling", "80 Gb/s"));
  t.e1.send(1, 1024, Lid{3});
  scheduler().run_until(at_ns(10'000));
  REQUIRE(t.e3.arrivals.size() == 1);
  CHECK(t.e3.arrivals[0].at == Time(267'000 + 100'000 + 100'000 + 100'000));
  CHECK(t.e3.account.residual() == kZeroTime);
}

TEST_CASE("an output that is slower takes its own time", "[fabric][timing]") {
  Star t(easy_link(), easy_link().set("signalling", "20 Gb/s"));
  t.e1.send(1, 1024, Lid{3});
  scheduler().run_until(at_ns(10'000));
  REQUIRE(t.e3.arrivals.size() == 1);
  CHECK(t.e3.arrivals[0].at == Time(kHead + 200'000 + 534'000 + 100'000));
}

TEST_CASE("a packet that cannot leave the switch holds its buffer, and the sender stops", "[fabric][timing]") {
  // The inputs hold one packet; the outputs are slow.
  Star t(easy_link().set("receive_buffer", "1088 B"), easy_link().set("signalling", "4 Gb/s"));
  t.e1.send(1, 1024, Lid{3});
  t.e1.send(2, 1024, Lid{3});
  scheduler().run_until(at_ns(100'000));
  REQUIRE(t.e3.arrivals.size() == 2);
  // The first leaves the switch between 202.25 and 2872.25 ns; then flow control, 102 ns, lets the second start.
  const std::int64_t out = kHead + 200'000 + 2'670'000;
  CHECK(t.e3.arrivals[1].at == Time(out + 102'000 + kHead + 200'000 + 2'670'000 + 100'000));
  CHECK(t.e3.spent("l1.a_to_b", Cause::PauseStall) == out + 102'000 - 267'000);
  CHECK(t.e3.account.residual() == kZeroTime);
}

TEST_CASE("a LID that the switch does not know: dropped, counted, buffer given back", "[fabric][timing]") {
  Star t(easy_link().set("receive_buffer", "1088 B"));
  t.e1.send(1, 1024, Lid{9});
  t.e1.send(2, 1024, Lid{2000});
  t.e1.send(3, 1024, Lid{3});
  scheduler().run_until(at_ns(100'000));
  CHECK(counter("packets_unroutable") == 2);
  REQUIRE(t.e3.arrivals.size() == 1);
  CHECK(t.e3.arrivals[0].psn == 3);
}

TEST_CASE("a switch refuses what it does not have", "[fabric][timing]") {
  Star t;
  CHECK_THROWS_AS(t.hub.route(Lid{5}, 3), std::out_of_range);
  CHECK_THROWS_AS(t.hub.route(Lid{0}, 1), std::out_of_range);
  CHECK_THROWS_AS(t.hub.route(Lid{1024}, 1), std::out_of_range);
  CHECK_THROWS_AS(t.hub.attach(0, t.l1, Link::End::b), std::invalid_argument);
  LiteralParams small = easy_switch().set("ports", "2");
  CHECK_THROWS_AS(Switch("small", SwitchParams(small), 3), std::invalid_argument);
}

TEST_CASE("a packet lost before the switch gives its credits back", "[fabric][timing]") {
  Star t(easy_link().set("receive_buffer", "1088 B"));
  t.l1.direction(Link::End::a).faults().plan(Fault::drop, {1, 2});
  for (std::uint32_t n = 1; n <= 3; ++n) t.e1.send(n, 1024, Lid{3});
  scheduler().run_until(at_ns(100'000));
  REQUIRE(t.e3.arrivals.size() == 1);
  CHECK(t.e3.arrivals[0].psn == 3);
}
