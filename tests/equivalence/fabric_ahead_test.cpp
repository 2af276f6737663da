// Packets handed over, and delivered, ahead of time fare as those that come when their time has come.
#include <catch2/catch.hpp>

#include <random>

#include "support/fabric_end.h"

using namespace viosim;
using namespace viosim::fabric;

namespace {

/// Cable and two ends; what is sent has been on its way for `lead`.
struct Lane {
  Lane(const std::string& name, LiteralParams cable, bool early_bird)
      : from((name + "_from").c_str()), to((name + "_to").c_str()), link(name.c_str(), LinkParams(cable), 7),
        way(name + "_way", 0), ahead(early_bird) {
    from.cable(link, Link::End::a);
    to.cable(link, Link::End::b);
    if (ahead) link.direction(Link::End::a).deliver_ahead();
    to.in.deliver_to<&Lane::arrive>(this);
  }
  void send(std::uint32_t psn, std::int64_t payload, std::uint8_t lane, bool traced, Duration lead) {
    auto* p = new IbPacket;
    if (traced) p->op = Op::open(now());
    p->opcode = IbOpcode::write_only;
    p->psn = psn;
    p->virtual_lane = lane;
    p->payload = Buffer::make(bytes(payload));
    p->dma_length = static_cast<std::uint32_t>(now().ps() / 1000);
    const Time there = way.delay(p->op, Cause::Pipeline, now(), lead);
    if (ahead) from.out.send(p);
    else from.out.send_at(there, p);
  }
  void arrive(IbPacket* p) {
    arrivals.push_back({p->psn, latest(Ready{now()}, Ready{p->op.last()}).at, p->tail_at, p->corrupt});
    if (now().ps() / 1000 == p->dma_length) ++early;  // all was foreseen when it was sent
    if (p->op.traced()) ledger().close(p->op, Time(static_cast<std::int64_t>(p->dma_length) * 1000), to.account);
    delete p;
  }
  FabricEnd from, to;
  Link link;
  Station way;
  bool ahead;
  int early = 0;
  std::vector<FabricEnd::Arrival> arrivals;
};

struct Seen { int early; std::uint64_t stalls; };

/// The same packets by chance on a cable that gets and gives them ahead, and on one that does not. Answers how many
/// came ahead, and how many waited for credits.
Seen compare(LiteralParams cable, std::int64_t most_gap, bool faults = false) {
  Simulation sim;
  Lane early("early", cable, true), timely("timely", cable, false);
  for (Lane* l : {&early, &timely}) {
    if (!faults) continue;
    l->link.direction(Link::End::a).faults().plan(Fault::reorder, {3, 40, 41, 200});
    l->link.direction(Link::End::a).faults().plan(Fault::drop, {10, 90});
    l->link.direction(Link::End::a).faults().plan(Fault::corrupt, {11, 300});
  }
  ledger().open_window(now());
  auto send_all = [&]() -> Process {
    std::mt19937 random(11);
    for (std::uint32_t n = 0; n < 400; ++n) {
      const auto payload = static_cast<std::int64_t>(random() % 1025);
      const auto lane = static_cast<std::uint8_t>(random() % 2);
      const bool traced = random() % 4 != 0;
      for (Lane* l : {&early, &timely}) l->send(n, payload, lane, traced, nanoseconds(150));
      Hold gap;
      gap.until = now() + nanoseconds(static_cast<std::int64_t>(random() % static_cast<unsigned>(most_gap)));
      co_await gap;
    }
  };
  spawn(send_all(), "sender");
  scheduler().run_until(Time() + microseconds(10'000));
  ledger().close_window(now());
  CHECK(timely.early == 0);
  REQUIRE(early.arrivals.size() == timely.arrivals.size());
  for (std::size_t i = 0; i < early.arrivals.size(); ++i) {
    const auto &a = early.arrivals[i], &b = timely.arrivals[i];
    REQUIRE(a.psn == b.psn);
    REQUIRE(a.at == b.at);
    REQUIRE(a.tail == b.tail);
    REQUIRE(a.corrupt == b.corrupt);
  }
  for (const Cause cause : {Cause::LinkSerialization, Cause::LinkPropagation, Cause::PauseStall})
    CHECK(early.to.spent("early.a_to_b", cause) == timely.to.spent("timely.a_to_b", cause));
  CHECK(early.to.account.residual() == kZeroTime);
  std::vector<std::pair<Duration, Duration>> used;
  for (const SiteReport& site : ledger().sites())
    if (ledger().path(site.site).ends_with("a_to_b")) used.emplace_back(site.served, site.idle);
  REQUIRE(used.size() == 2);
  CHECK(used[0] == used[1]);
  return {early.early, counter("credit_stalls")};
}

}  // namespace

TEST_CASE("ahead of time or in time, packets fare alike", "[fabric][equivalence]") {
  CHECK(compare(easy_link(), 2'000).early > 300);  // the others: credits had come back, and were not counted yet
}

TEST_CASE("ahead of time or in time, packets wait alike for credits", "[fabric][equivalence]") {
  const Seen seen = compare(easy_link().set("receive_buffer", "1088 B").set("flow_control_interval", "300 ns"), 600);
  CHECK(seen.early < 100);  // without credits at hand nothing can be foreseen
  CHECK(seen.stalls > 100);
}

TEST_CASE("with faults nothing is sent ahead of time", "[fabric][equivalence]") {
  CHECK(compare(easy_link(), 2'000, true).early == 0);
}
