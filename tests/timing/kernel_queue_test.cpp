#include <catch2/catch.hpp>
#include <vector>

#include "kernel/queue.h"

using namespace viosim;

namespace {
struct Job : Parcel, Pooled<Job> { std::int64_t first = 0, second = 0; };
struct Line {
  Simulation sim;
  Station station{"server", 1}, elsewhere{"elsewhere", 1}, feed{"feed", 0};
  Queue<Job> queue{station};
  Account account;
  std::vector<std::int64_t> done;
  std::int64_t of(Cause c, SpanKind k) const {
    std::int64_t sum = 0;
    for (const StackRow& r : account.rows())
      if (r.cause == c && r.kind == k) sum += r.total.raw();
    return sum;
  }
};
Process put_at(Line& l, std::int64_t at, std::int64_t first, std::int64_t second, int traced) {
  Op nobody;
  co_await l.feed.hold(nobody, Cause::Execute, Duration(at));
  auto* j = new Job;
  if (traced != 0) j->op = Op::open(now());
  j->first = first;
  j->second = second;
  l.queue.put(j);
}
/// Executes here, then reads elsewhere, all the while holding the server.
Process serve(Line& l) {
  for (;;) {
    Job* j = co_await l.queue.take();
    co_await l.station.hold(j->op, Cause::Execute, Duration(j->first));
    co_await l.elsewhere.hold(j->op, Cause::DmaRead, Duration(j->second));
    l.queue.release(j->op);
    l.done.push_back(now().ps());
    if (j->op.traced()) {
      Time begin = j->op.last();
      for (const SpanView& s : j->op.history()) begin = s.begin;
      ledger().close(j->op, begin, l.account);
    }
    delete j;
  }
}
void run(Line& l) {
  scheduler().run_until(Time(100'000));
  CHECK(l.account.residual() == kZeroTime);
  CHECK(l.of(Cause::Queueing, SpanKind::queued) == 0);
  CHECK(l.of(Cause::Unattributed, SpanKind::queued) == 0);
}
constexpr auto kQueued = SpanKind::queued;
}  // namespace

TEST_CASE("who does not wait is not charged for a line", "[kernel][timing]") {
  Line l;
  spawn(serve(l), "s");
  spawn(put_at(l, 10, 5, 0, 1), "a");
  spawn(put_at(l, 15, 5, 0, 1), "b");
  spawn(put_at(l, 100, 5, 0, 1), "c");
  run(l);
  CHECK(l.done == std::vector<std::int64_t>{15, 20, 105});
  CHECK(l.of(Cause::Execute, kQueued) == 0);
}

TEST_CASE("waiting is charged to what the one ahead did, stretch by stretch", "[kernel][timing]") {
  Line l;
  spawn(serve(l), "s");
  spawn(put_at(l, 10, 5, 20, 1), "a");
  spawn(put_at(l, 12, 5, 0, 1), "b");
  run(l);
  CHECK(l.done == std::vector<std::int64_t>{35, 40});
  CHECK(l.of(Cause::Execute, kQueued) == 3);
  CHECK(l.of(Cause::DmaRead, kQueued) == 20);
}

TEST_CASE("a longer line waits for all that are ahead", "[kernel][timing]") {
  Line l;
  spawn(serve(l), "s");
  for (int i = 0; i < 4; ++i) spawn(put_at(l, 10, 5, 20, 1), "j");
  run(l);
  CHECK(l.done == std::vector<std::int64_t>{35, 60, 85, 110});
  CHECK(l.of(Cause::Execute, kQueued) == 5 * (1 + 2 + 3));
  CHECK(l.of(Cause::DmaRead, kQueued) == 20 * (1 + 2 + 3));
}

TEST_CASE("a line behind background work waits for what that did last", "[kernel][timing]") {
  Line l;
  spawn(serve(l), "s");
  spawn(put_at(l, 10, 5, 20, 0), "a");
  spawn(put_at(l, 12, 5, 0, 1), "b");
  run(l);
  CHECK(l.of(Cause::DmaRead, kQueued) == 23);
}

TEST_CASE("a new line does not inherit the history of an old one", "[kernel][timing]") {
  Line l;
  spawn(serve(l), "s");
  spawn(put_at(l, 10, 5, 20, 1), "a");
  spawn(put_at(l, 12, 5, 20, 1), "b");
  spawn(put_at(l, 500, 7, 0, 1), "c");
  spawn(put_at(l, 501, 7, 0, 1), "d");
  run(l);
  CHECK(l.of(Cause::Execute, kQueued) == 3 + 6);
  CHECK(l.of(Cause::DmaRead, kQueued) == 20);
}

TEST_CASE("two servers: a line waits for whoever leaves first", "[kernel][timing]") {
  Line l;
  spawn(serve(l), "s1");
  spawn(serve(l), "s2");
  spawn(put_at(l, 0, 10, 0, 0), "a");
  spawn(put_at(l, 0, 30, 0, 0), "b");
  spawn(put_at(l, 1, 5, 0, 1), "c");
  spawn(put_at(l, 1, 5, 0, 1), "d");
  run(l);
  CHECK(l.done == std::vector<std::int64_t>{10, 15, 20, 30});
  CHECK(l.of(Cause::Execute, kQueued) == 9 + 14);
}

TEST_CASE("a long line is linear, and keeps its sum", "[kernel][timing]") {
  Line l;
  spawn(serve(l), "s");
  for (int i = 0; i < 300; ++i) spawn(put_at(l, 0, 2, 1, 1), "j");
  run(l);
  CHECK(l.of(Cause::Execute, kQueued) + l.of(Cause::DmaRead, kQueued) == 3 * 300 * 299 / 2);
}
