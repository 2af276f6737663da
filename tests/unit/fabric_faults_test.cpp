#include <catch2/catch.hpp>

#include "support/fabric_end.h"

using namespace viosim;
using namespace viosim::fabric;

namespace {
std::vector<std::uint32_t> order(const FabricEnd& e) {
  std::vector<std::uint32_t> out;
  for (const auto& a : e.arrivals) out.push_back(a.psn);
  return out;
}
void send_five(OneCable& t) {
  for (std::uint32_t n = 1; n <= 5; ++n) t.a.send(n, 64, Lid{2});
  scheduler().run_until(Time() + microseconds(200));
}
}  // namespace

TEST_CASE("planned packets are lost", "[fabric][unit]") {
  OneCable t(easy_link());
  t.link.direction(Link::End::a).faults().plan(Fault::drop, {2, 4});
  send_five(t);
  CHECK(order(t.b) == std::vector<std::uint32_t>{1, 3, 5});
  CHECK(counter("packets_dropped") == 2);
  CHECK(t.b.account.residual() == kZeroTime);
}

TEST_CASE("a lost packet's credits come back", "[fabric][unit]") {
  OneCable t(easy_link().set("receive_buffer", "128 B"));
  t.link.direction(Link::End::a).faults().plan(Fault::drop, {1, 2});
  send_five(t);
  CHECK(order(t.b) == std::vector<std::uint32_t>{3, 4, 5});
}

TEST_CASE("planned packets are corrupted", "[fabric][unit]") {
  OneCable t(easy_link());
  t.link.direction(Link::End::a).faults().plan(Fault::corrupt, {3});
  send_five(t);
  REQUIRE(t.b.arrivals.size() == 5);
  CHECK(t.b.arrivals[2].corrupt);
  CHECK_FALSE(t.b.arrivals[3].corrupt);
  CHECK(counter("packets_corrupted") == 1);
}

TEST_CASE("planned packets are overtaken, by as many as the depth says", "[fabric][unit]") {
  OneCable t(easy_link());  // depth 2
  t.link.direction(Link::End::a).faults().plan(Fault::reorder, {2});
  send_five(t);
  CHECK(order(t.b) == std::vector<std::uint32_t>{1, 3, 4, 2, 5});
  CHECK(counter("packets_reordered") == 1);
  CHECK(t.b.account.residual() == kZeroTime);
}

TEST_CASE("a packet that nobody overtakes arrives when its time is up", "[fabric][unit]") {
  OneCable t(easy_link());
  t.link.direction(Link::End::a).faults().plan(Fault::reorder, {5});
  send_five(t);
  CHECK(order(t.b) == std::vector<std::uint32_t>{1, 2, 3, 4, 5});
  CHECK(t.b.arrivals[4].at == t.b.arrivals[3].at + picoseconds(27'000) + microseconds(50));
  CHECK(t.b.account.residual() == kZeroTime);
}

TEST_CASE("chance is the same for the same seed and path", "[fabric][unit]") {
  LiteralParams in = easy_link().set("fault_drop", "0.2").set("fault_corrupt", "0.1");
  const LinkParams p(in);
  Faults one(p.faults, 7, "x"), same(p.faults, 7, "x"), seed(p.faults, 8, "x"), path(p.faults, 7, "y");
  int drops = 0, corrupt = 0, unlike_seed = 0, unlike_path = 0;
  for (int i = 0; i < 10'000; ++i) {
    const Fault f = one.next();
    REQUIRE(f == same.next());
    drops += f == Fault::drop;
    corrupt += f == Fault::corrupt;
    unlike_seed += f != seed.next();
    unlike_path += f != path.next();
  }
  CHECK(drops > 1'850);
  CHECK(drops < 2'150);
  CHECK(corrupt > 880);
  CHECK(corrupt < 1'120);
  CHECK(unlike_seed > 1'000);
  CHECK(unlike_path > 1'000);
}

TEST_CASE("probabilities that are none are refused", "[fabric][unit]") {
  LiteralParams above = easy_link().set("fault_drop", "0.7").set("fault_corrupt", "0.4");
  CHECK_THROWS_AS(Faults(LinkParams(above).faults, 1, "x"), std::invalid_argument);
}
