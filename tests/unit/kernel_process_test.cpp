#include <catch2/catch.hpp>
#include <stdexcept>

#include "kernel/station.h"

using namespace viosim;

namespace {
Process dies(Station& s) {
  Op op = Op::open(now());
  co_await s.hold(op, Cause::Execute, Duration(42));
  throw std::runtime_error("the flag byte is wrong");
}
Task<int> inner(Station& s) {
  Op op;
  co_await s.hold(op, Cause::Execute, Duration(7));
  throw std::runtime_error("from below");
  co_return 1;
}
Process outer(Station& s) { co_await inner(s); }
Process short_lived(int& count) {
  ++count;
  co_return;
}
Process many(Station& s, int& count) {
  Op op;
  for (int i = 0; i < 100'000; ++i) {
    spawn(short_lived(count), "short");
    co_await s.hold(op, Cause::Execute, Duration(1));
  }
}
Task<std::int64_t> nothing() { co_return 1; }
Process deep(std::int64_t& sum) {
  for (int i = 0; i < 2'000'000; ++i) sum += co_await nothing();
}
std::size_t live() {
  std::size_t n = 0;
  for (ProcessList* p = ProcessList::all().next; p != &ProcessList::all(); p = p->next) ++n;
  return n;
}
}  // namespace

TEST_CASE("a process that throws ends the run, with its name and the time", "[kernel][unit]") {
  Simulation sim;
  Station s("s", 1);
  spawn(dies(s), "esx0.core3");
  CHECK_THROWS_WITH(scheduler().run_until(Time(1000)),
                    Catch::Contains("flag byte is wrong") && Catch::Contains("esx0.core3") &&
                        Catch::Contains("42 ps"));
}

TEST_CASE("what a task throws reaches the process that awaits it", "[kernel][unit]") {
  Simulation sim;
  Station s("s", 1);
  spawn(outer(s), "outer");
  CHECK_THROWS_WITH(scheduler().run_until(Time(1000)), Catch::Contains("from below") && Catch::Contains("outer"));
}

TEST_CASE("processes that have ended are gone", "[kernel][unit]") {
  Simulation sim;
  Station s("s", 1);
  int count = 0;
  spawn(many(s, count), "many");
  scheduler().run_until(Time(200'000));
  CHECK(count == 100'000);
  CHECK(live() == 0);
}

TEST_CASE("tasks that finish at once do not deepen the stack", "[kernel][unit]") {
  Simulation sim;
  std::int64_t sum = 0;
  spawn(deep(sum), "deep");
  scheduler().run_until(Time(1));
  CHECK(sum == 2'000'000);
}

TEST_CASE("a run ends stopped, idle or at its limit", "[kernel][unit]") {
  Simulation sim;
  Station s("s", 1);
  int count = 0;
  spawn(many(s, count), "many");
  CHECK(scheduler().run_until(Time(500)) == Scheduler::End::limit);
  CHECK(now() == Time(500));
  CHECK(count == 501);
  CHECK(scheduler().run_until(Time(500'000)) == Scheduler::End::idle);
  CHECK(now() == Time(500'000));
}
