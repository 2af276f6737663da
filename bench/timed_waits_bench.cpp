// Timed waits a second: our coroutines' hold (ledger on), against a bare SC_METHOD that re-arms itself, with
// as many pending.
#include <benchmark/benchmark.h>

#include <chrono>
#include <deque>
#include <systemc>

#include "child.h"
#include "kernel/station.h"

namespace viosim::bench {
namespace {

constexpr std::int64_t kWaits = 2'000'000;

Duration period(std::int64_t i) { return picoseconds(1000 + 7 * (i % 13)); }

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

Process waiter(Station& station, Duration d, std::int64_t& left) {
  Op op = Op::open(now());
  Account account;
  while (left > 0) {
    const Time begin = now();
    op = Op::open(begin);
    co_await station.hold(op, Cause::Execute, d);
    --left;
  }
  scheduler().stop();
}

Rate holds(std::int64_t pending) {
  Simulation simulation;
  std::deque<Station> stations;
  std::int64_t left = kWaits;
  for (std::int64_t i = 0; i < pending; ++i) {
    stations.emplace_back("site" + std::to_string(i), 1);
    spawn(waiter(stations.back(), period(i), left), "waiter");
  }
  return {static_cast<double>(kWaits), seconds_of([] { scheduler().run_until(Time::never()); })};
}

struct Method : sc_core::sc_module {
  SC_HAS_PROCESS(Method);
  Method(sc_core::sc_module_name name, Duration d, std::int64_t& left)
      : sc_module(name), period_(sc_core::sc_time::from_value(static_cast<std::uint64_t>(d.raw()))), left_(left) {
    SC_METHOD(tick);
  }
  void tick() {
    if (--left_ < 0) sc_core::sc_pause();
    next_trigger(period_);
  }
  sc_core::sc_time period_;
  std::int64_t& left_;
};

Rate methods(std::int64_t pending) {
  std::int64_t left = kWaits;
  std::deque<Method> all;
  for (std::int64_t i = 0; i < pending; ++i)
    all.emplace_back(("m" + std::to_string(i)).c_str(), period(i), left);
  return {static_cast<double>(kWaits), seconds_of([] { sc_core::sc_start(); })};
}

void run(benchmark::State& state, Rate (*what)(std::int64_t)) {
  for (auto _ : state) {
    const std::int64_t pending = state.range(0);
    const Rate rate = in_child([&] { return what(pending); });
    state.SetIterationTime(rate.seconds);
    state.counters["per_second"] = rate.items / rate.seconds;
  }
}

void BM_waits_viosim(benchmark::State& state) { run(state, holds); }
void BM_waits_sc_method(benchmark::State& state) { run(state, methods); }
BENCHMARK(BM_waits_viosim)->Arg(1)->Arg(8)->Arg(64)->Arg(512)->UseManualTime()->Iterations(1)->Repetitions(3);
BENCHMARK(BM_waits_sc_method)->Arg(1)->Arg(8)->Arg(64)->Arg(512)->UseManualTime()->Iterations(1)->Repetitions(3);

}  // namespace
}  // namespace viosim::bench
