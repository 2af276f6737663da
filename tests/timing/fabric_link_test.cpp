#include <catch2/catch.hpp>

#include "support/fabric_end.h"

using namespace viosim;
using namespace viosim::fabric;

namespace {
Time at_ns(std::int64_t n) { return Time() + nanoseconds(n); }
}  // namespace

TEST_CASE("a packet takes its bytes on the wire and the cable", "[fabric][timing]") {
  OneCable t(easy_link());
  t.a.send(1, 2, Lid{2});  // 44 + 2 padded to 4 = 48 bytes: 12 ns; 2 x 40 + 4 x 5 = 100 ns
  scheduler().run_until(at_ns(112) - picoseconds(1));
  CHECK(t.b.arrivals.empty());
  scheduler().run_until(at_ns(112));
  REQUIRE(t.b.arrivals.size() == 1);
  CHECK(t.b.arrivals[0].at == at_ns(112));
  CHECK(t.b.arrivals[0].tail == at_ns(112));
  CHECK(t.b.account.residual() == kZeroTime);
  CHECK(t.b.spent("link.a_to_b", Cause::LinkSerialization) == 12'000);
  CHECK(t.b.spent("link.a_to_b", Cause::LinkPropagation) == 100'000);
}

TEST_CASE("a packet behind another waits for the wire", "[fabric][timing]") {
  OneCable t(easy_link());
  t.a.send(1, 1024, Lid{2});  // 44 + 1024 bytes: 267 ns
  t.a.send(2, 2, Lid{2});
  scheduler().run_until(at_ns(1000));
  REQUIRE(t.b.arrivals.size() == 2);
  CHECK(t.b.arrivals[0].at == Time(367'000));
  CHECK(t.b.arrivals[1].at == Time(379'000));
  CHECK(t.b.spent("link.a_to_b", Cause::LinkSerialization) == 267'000 * 2 + 12'000);
  CHECK(t.b.account.residual() == kZeroTime);
}

TEST_CASE("the two directions do not meet", "[fabric][timing]") {
  OneCable t(easy_link());
  t.a.send(1, 1024, Lid{2});
  t.b.send(2, 2, Lid{1});
  scheduler().run_until(at_ns(1000));
  REQUIRE(t.a.arrivals.size() == 1);
  CHECK(t.a.arrivals[0].at == at_ns(112));
}

TEST_CASE("without credits a packet waits until the buffer is free and it was told", "[fabric][timing]") {
  OneCable t(easy_link().set("receive_buffer", "1088 B"));  // 17 blocks: one packet of 1066 bytes LRH to VCRC
  t.a.send(1, 1024, Lid{2});
  t.a.send(2, 1024, Lid{2});
  scheduler().run_until(at_ns(10'000));
  REQUIRE(t.b.arrivals.size() == 2);
  // Freed at 367 ns, when the tail is here; 8 bytes of flow control: 2 ns, and 100 ns back.
  CHECK(t.b.arrivals[1].at == Time(367'000 + 102'000 + 367'000));
  CHECK(t.b.spent("link.a_to_b", Cause::PauseStall) == 367'000 + 102'000 - 267'000);
  CHECK(t.b.spent("link.a_to_b", Cause::LinkSerialization) == 267'000 * 3);  // the second was in line for the first
  CHECK(t.b.account.residual() == kZeroTime);
  CHECK(counter("credit_stalls") == 1);
}

TEST_CASE("a flow control packet waits for its interval", "[fabric][timing]") {
  OneCable t(easy_link().set("receive_buffer", "1088 B").set("flow_control_interval", "1 us"));
  for (std::uint32_t n = 1; n <= 3; ++n) t.a.send(n, 1024, Lid{2});
  scheduler().run_until(at_ns(10'000));
  REQUIRE(t.b.arrivals.size() == 3);
  CHECK(t.b.arrivals[1].at == Time(836'000));
  CHECK(t.b.arrivals[2].at == Time(367'000 + 1'000'000 + 102'000 + 367'000));
  CHECK(t.b.account.residual() == kZeroTime);
}

TEST_CASE("lanes have credits of their own", "[fabric][timing]") {
  OneCable t(easy_link().set("receive_buffer", "1088 B"));
  t.a.send(1, 1024, Lid{2}, 0);
  t.a.send(2, 1024, Lid{2}, 0);
  t.a.send(3, 2, Lid{2}, 1);
  scheduler().run_until(at_ns(10'000));
  REQUIRE(t.b.arrivals.size() == 3);
  CHECK(t.b.arrivals[1].psn == 3);
  CHECK(t.b.arrivals[1].at == Time(379'000));
}

TEST_CASE("a packet that can never be sent is an error", "[fabric][timing]") {
  OneCable t(easy_link().set("receive_buffer", "1024 B"));
  CHECK_THROWS_WITH(t.a.send(1, 1024, Lid{2}), Catch::Contains("link.a_to_b") && Catch::Contains("17 blocks"));
  CHECK_THROWS_WITH(t.a.send(1, 2, Lid{2}, 2), Catch::Contains("no virtual lane 2"));
}

TEST_CASE("who holds a packet learns when its last bit is out", "[fabric][timing]") {
  struct Holder final : PacketHolder {
    void leaving(const IbPacket& p, Time last_bit) override { psn = p.psn; at = last_bit; }
    std::uint32_t psn = 0;
    Time at;
  } holder;
  OneCable t(easy_link());
  t.a.send(1, 1024, Lid{2});
  t.a.send(2, 2, Lid{2}, 0, &holder);
  CHECK(holder.psn == 2);
  CHECK(holder.at == Time(279'000));
}
