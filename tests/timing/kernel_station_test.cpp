#include <catch2/catch.hpp>
#include <vector>

#include "kernel/queue.h"
#include "protocols/socket.h"

using namespace viosim;

namespace {
struct Row { Cause cause; SpanKind kind; std::int64_t begin, end; bool operator==(const Row&) const = default; };

/// The history of an op, oldest first.
std::vector<Row> history(const Op& op) {
  std::vector<Row> out;
  for (const SpanView& s : op.history())
    out.insert(out.begin(), {s.cause, s.kind, s.begin.ps(), s.end.ps()});
  return out;
}
constexpr auto kServed = SpanKind::served, kQueued = SpanKind::queued, kBlocked = SpanKind::blocked,
               kDelay = SpanKind::delay;

struct Bench {
  Simulation sim;
  Station station{"server", 1}, pipe{"pipe", 0};
  Event event;
  Op op = Op::open(Time());
  std::vector<std::int64_t> log;
  Cause why = Cause::CreditStall;
  Duration left;
};

Process notify_at(Bench& b, std::int64_t at, Cause then) {
  Op nobody;
  co_await b.pipe.hold(nobody, Cause::Execute, Duration(at));
  b.why = then;
  b.event.notify();
}
Process holds(Bench& b) {
  co_await b.station.hold(b.op, Cause::Execute, Duration(5));
  b.log.push_back(now().ps());
  co_await b.pipe.hold(b.op, Cause::Copy, Duration(7));
  b.log.push_back(now().ps());
  co_await b.station.hold(b.op, Cause::Execute, Duration(0));
  b.log.push_back(now().ps());
}
Process until(Bench& b, std::int64_t d) {
  b.left = co_await b.station.hold_until(b.op, Cause::Execute, Duration(d), b.event);
  b.log.push_back(now().ps());
}
Process gate(Bench& b) {
  auto query = [&b] { return b.why; };
  co_await b.station.ready(b.op, query, b.event);
  b.log.push_back(now().ps());
}
}  // namespace

TEST_CASE("hold: exact time, exact cause", "[kernel][timing]") {
  Bench b;
  spawn(holds(b), "p");
  scheduler().run_until(Time(11));
  CHECK(b.log == std::vector<std::int64_t>{5});
  CHECK(now() == Time(11));
  scheduler().run_until(Time(12));
  CHECK(b.log == std::vector<std::int64_t>{5, 12, 12});
  CHECK(history(b.op) == std::vector<Row>{{Cause::Execute, kServed, 0, 5}, {Cause::Copy, kDelay, 5, 12}});
}

TEST_CASE("hold_until that nobody interrupts serves to the end", "[kernel][timing]") {
  Bench b;
  spawn(until(b, 20), "p");
  scheduler().run_until(Time(100));
  CHECK(b.log == std::vector<std::int64_t>{20});
  CHECK(b.left == kZeroTime);
  CHECK_FALSE(b.event.awaited());
}

TEST_CASE("hold_until that is interrupted answers what is left", "[kernel][timing]") {
  Bench b;
  spawn(until(b, 20), "p");
  spawn(notify_at(b, 13, kNoCause), "q");
  scheduler().run_until(Time(100));
  CHECK(b.log == std::vector<std::int64_t>{13});
  CHECK(b.left == Duration(7));
  CHECK(history(b.op) == std::vector<Row>{{Cause::Execute, kServed, 0, 13}});
}

TEST_CASE("hold_until: interrupt and end at the same time resume once", "[kernel][timing]") {
  Bench b;
  spawn(notify_at(b, 20, kNoCause), "q");  // its wake-up is older: the notification comes first
  spawn(until(b, 20), "p");
  scheduler().run_until(Time(100));
  CHECK(b.log == std::vector<std::int64_t>{20});
  CHECK(b.left == kZeroTime);
}

TEST_CASE("hold_until: end first, then the interrupt finds nobody", "[kernel][timing]") {
  Bench b;
  spawn(until(b, 20), "p");
  spawn(notify_at(b, 20, kNoCause), "q");
  scheduler().run_until(Time(100));
  CHECK(b.log == std::vector<std::int64_t>{20});
}

TEST_CASE("ready charges each stretch to what bound at its start", "[kernel][timing]") {
  Bench b;
  spawn(gate(b), "p");
  spawn(notify_at(b, 10, Cause::OrderingStall), "q1");
  spawn(notify_at(b, 25, kNoCause), "q2");
  scheduler().run_until(Time(24));
  CHECK(b.log.empty());
  scheduler().run_until(Time(100));
  CHECK(b.log == std::vector<std::int64_t>{25});
  CHECK(history(b.op) ==
        std::vector<Row>{{Cause::CreditStall, kBlocked, 0, 10}, {Cause::OrderingStall, kBlocked, 10, 25}});
}

TEST_CASE("ready that need not wait goes on at once", "[kernel][timing]") {
  Bench b;
  b.why = kNoCause;
  spawn(gate(b), "p");
  scheduler().run_until(Time(1));
  CHECK(b.log == std::vector<std::int64_t>{0});
  CHECK(history(b.op).empty());
}

TEST_CASE("pass: in line for the server, then served", "[kernel][timing]") {
  Bench b;
  Server server;
  Op one = Op::open(Time()), two = Op::open(Time()), later = Op::open(Time(50));
  CHECK(b.station.pass(one, server, Cause::PageWalk, Duration(10)) == Time(10));
  CHECK(b.station.pass(two, server, Cause::PageWalk, Duration(5)) == Time(15));
  CHECK(b.station.pass_from(later, Time(50), server, Cause::PageWalk, Duration(5)) == Time(55));
  CHECK(history(two) == std::vector<Row>{{Cause::PageWalk, kQueued, 0, 10}, {Cause::PageWalk, kServed, 10, 15}});
  CHECK(history(later) == std::vector<Row>{{Cause::PageWalk, kServed, 50, 55}});
}

namespace {
struct Job : Parcel, Pooled<Job> {};
struct Sender : sc_core::sc_module {
  explicit Sender(sc_core::sc_module_name n) : sc_module(n) {}
  Out<Job> out{"out"};
};
struct Receiver : sc_core::sc_module {
  explicit Receiver(sc_core::sc_module_name n) : sc_module(n) { in.deliver_to<&Receiver::arrive>(this); }
  void arrive(Job* j) {
    at = now();
    rows = history(j->op);
    delete j;
  }
  In<Job> in{"in"};
  Time at;
  std::vector<Row> rows;
};
}  // namespace

TEST_CASE("emit_after: a pipelined delay, then the socket", "[kernel][timing]") {
  Bench b;
  Sender from("from");
  Receiver to("to");
  from.out.bind(to.in);
  auto* j = new Job;
  j->op = Op::open(now());
  emit_after(b.pipe, j, Cause::LinkPropagation, Duration(9), from.out);
  scheduler().run_until(Time(8));
  CHECK(to.rows.empty());
  scheduler().run_until(Time(9));
  CHECK(to.at == Time(9));
  CHECK(to.rows == std::vector<Row>{{Cause::LinkPropagation, kDelay, 0, 9}});
}
